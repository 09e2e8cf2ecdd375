"""The commit status that branch protection can require: what it is called and what it says."""

from __future__ import annotations

from enum import StrEnum

CONTEXT = "Rollkeeper"
"""The name of the status for changes into the default branch."""


class State(StrEnum):
    """What a status says, in GitHub's words."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


def context_for(base_ref: str, default_branch: str) -> str:
    """Return the name of the status for changes into a branch.

    A status belongs to a commit and not to a pull request. What is in order beside one branch says
    nothing about another, so only the default branch's is called `Rollkeeper` alone.
    """
    return CONTEXT if base_ref == default_branch else f"{CONTEXT} ({base_ref})"
