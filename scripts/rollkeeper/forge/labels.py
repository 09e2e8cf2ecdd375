"""Which labels a pull request should have: how it is now, and nothing outdated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rollkeeper.forge.client import Repository, request

NEEDS_WORK, OK = "rollkeeper: needs work", "rollkeeper: ok"
"""The two labels by which a pull request is listed."""


@dataclass(frozen=True, slots=True)
class LabelChange:
    """Labels to add and labels to remove."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def label_change(*, passed: bool | None, labels: Collection[str]) -> LabelChange:
    """Return which labels change; `passed` is None where nothing is known, and then none stays.

    Labels are compared as GitHub compares them, without regard to case.
    """
    wanted = () if passed is None else (OK if passed else NEEDS_WORK,)
    there = {label.casefold(): label for label in labels}
    return LabelChange(
        add=tuple(name for name in wanted if name.casefold() not in there),
        remove=tuple(
            there[name.casefold()]
            for name in (NEEDS_WORK, OK)
            if name not in wanted and name.casefold() in there
        ),
    )


def change_labels(repository: Repository, number: int, change: LabelChange) -> None:
    """Change the labels; one that is not there yet in the repository is made by GitHub.

    Raises GithubException where GitHub refuses.
    """
    if change.add:
        # PyGithub sends a bare list, which GitHub's description of its API does not have.
        request(repository, "POST", f"issues/{number}/labels", {"labels": list(change.add)})
    for name in change.remove:
        repository.get_issue(number).remove_from_labels(name)
