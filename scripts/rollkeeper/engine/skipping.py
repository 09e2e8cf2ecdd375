"""Why rules were skipped: in one text for several programmes, and taken from it for one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence


def joint_reason(reasons: Mapping[str, str], programmes: int) -> str:
    """Return why a rule was skipped, and for which programmes unless it was for all alike."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, reason in reasons.items():
        groups[reason].append(name)
    if len(groups) == 1 and len(reasons) == programmes:
        return next(iter(groups))
    return "; ".join(f"{reason} ({', '.join(names)})" for reason, names in groups.items())


def skipped_for(
    skipped: Mapping[str, str], programme: str, programmes: Sequence[str]
) -> dict[str, str]:
    """Return why rules were skipped for one programme, of a report about several.

    A rule is not there where it was skipped for others only.
    """
    names = "|".join(sorted(map(re.escape, programmes), key=len, reverse=True))
    group = re.compile(rf"(?:^|(?<=\)); )(.+?) \(((?:{names})(?:, (?:{names}))*)\)(?=; |$)")
    found = {}
    for rule, text in skipped.items():
        groups = group.findall(text) if len(programmes) > 1 else []
        apart = {name: reason for reason, listed in groups for name in listed.split(", ")}
        if not groups:
            found[rule] = text
        elif programme in apart:
            found[rule] = apart[programme]
    return found
