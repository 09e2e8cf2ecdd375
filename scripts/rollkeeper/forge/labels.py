"""Which labels a pull request should bear: how it stands now, and nothing outdated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from github import Github

PREFIX = "rollkeeper:"
"""How our labels begin; a label that begins like this and is not listed here is not ours."""


@dataclass(frozen=True, slots=True)
class LabelNames:
    """The two labels by which a pull request is listed."""

    needs_work: str = f"{PREFIX} needs work"
    ok: str = f"{PREFIX} ok"


@dataclass(frozen=True, slots=True)
class LabelChange:
    """Labels to add and labels to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def decide(
    passed: bool | None, labels: Collection[str], names: LabelNames | None = None
) -> LabelChange:
    """Return which labels change; `passed` is None where nothing is known, and then none stays.

    Labels are compared as GitHub compares them, without regard to case.
    """
    names = names or LabelNames()
    wanted = () if passed is None else (names.ok if passed else names.needs_work,)
    there = {label.casefold(): label for label in labels}
    return LabelChange(
        add=tuple(name for name in wanted if name.casefold() not in there),
        remove=tuple(
            there[name.casefold()]
            for name in (names.needs_work, names.ok)
            if name not in wanted and name.casefold() in there
        ),
    )


def apply(client: Github, repository: str, number: int, change: LabelChange) -> None:
    """Change the labels; one that is not there yet in the repository is made by GitHub.

    Raises GithubException where GitHub refuses.
    """
    path = f"/repos/{repository}/issues/{number}/labels"
    if change.add:
        client.requester.requestJsonAndCheck("POST", path, input={"labels": list(change.add)})
    for name in change.remove:
        client.requester.requestJsonAndCheck("DELETE", f"{path}/{quote(name, safe='')}")
