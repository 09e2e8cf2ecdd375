"""What other steps have to say in the issues of the programmes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from rollkeeper.grammar.escaping import html_text
from rollkeeper.jobs.audit.issue_content import IssueSection
from rollkeeper.jobs.audit.scene import Difference
from rollkeeper.model.roster import Programme

_MOST_PATCH = 8_000
"""Characters of a difference that an issue shows; of a longer one it has the link alone."""
_CHANGED = re.compile(r"^(?:---|\+\+\+) [ab]/(.+)$", re.MULTILINE)


def with_differences(
    sections: Mapping[str, Sequence[IssueSection]],
    programmes: Iterable[Programme],
    differences: Sequence[Difference],
    compared: str,
) -> dict[str, list[IssueSection]]:
    """Return the sections of each programme, with those differences that are about it.

    `compared` is the address at which GitHub compares the default branch with another one. What
    belongs to no programme is shown for each.
    """
    programmes = tuple(programmes)
    found = {each.name: list(sections.get(each.name, ())) for each in programmes}
    for difference in differences:
        about = [each.name for each in programmes if _concerns(difference, each)]
        for name in about or found:
            found[name].append(_section(difference, compared))
    return found


def _concerns(difference: Difference, programme: Programme) -> bool:
    policy = programme.policy
    files = {each.path for each in programme.roster.sources} | {each.path for each in policy.pages}
    logos = f"{policy.logos}/" if policy.logos is not None else None
    return any(
        any(path.endswith(file) for file in files) or (logos is not None and logos in path)
        for path in _CHANGED.findall(difference.patch)
    )


def _section(difference: Difference, compared: str) -> IssueSection:
    address = f"{compared}...{quote(difference.branch)}?expand=1"
    text = (
        "This repository does not let workflows open pull requests, so "
        f"[open this one yourself]({address}).\n"
    )
    if len(difference.patch) <= _MOST_PATCH:
        fence = "`" * (max(map(len, re.findall("`+", difference.patch)), default=0) + 3)
        shown = f"{fence}diff\n{difference.patch.rstrip()}\n{fence}"
        text += (
            f"<details><summary>{html_text(difference.title)}</summary>\n\n{shown}\n\n</details>\n"
        )
    substance = f"{difference.branch}\n{difference.patch}"
    return IssueSection(f"Not proposed: {difference.title}", text, substance)
