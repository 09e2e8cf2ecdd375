"""Why rules were skipped: in one text for several programmes, and taken from it for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence


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
    found = {}
    for rule, text in skipped.items():
        groups = list(_groups(text, programmes)) if len(programmes) > 1 else []
        apart = {name: reason for reason, listed in groups for name in listed}
        if not groups:
            found[rule] = text
        elif programme in apart:
            found[rule] = apart[programme]
    return found


def _groups(text: str, programmes: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Return each reason of a joint one with the programmes that it is for, in linear time."""
    longest_first = sorted(programmes, key=len, reverse=True)
    begun: list[str] = []
    for piece in text.split("; "):
        listed = _listed(piece, longest_first)
        if listed is None:
            begun.append(piece)
        else:
            reason, names = listed
            yield "; ".join((*begun, reason)), names
            begun.clear()


def _listed(piece: str, programmes: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return what is before the programmes that a text ends with, and these; None without any."""
    rest, names = piece, list[str]()
    ending = ")"
    while rest.endswith(ending):
        rest = rest.removesuffix(ending)
        if names and ending == " (":
            return rest, names
        name = next((each for each in programmes if rest.endswith(each)), None)
        if name is None or name in names:
            return None
        names.append(name)
        rest = rest.removesuffix(name)
        ending = ", " if rest.endswith(", ") else " ("
    return None
