"""What GitHub says of a push that it does not take, and what there is to do about it."""

from __future__ import annotations

import re

from rollkeeper.grammar.wording import cut

_PROTECTED = re.compile(
    r"\bGH0(?:06|13)\b|protected branch|repository rule violations", re.IGNORECASE
)
_NOT_ALLOWED = re.compile(r"\b403\b|permission to \S+ denied|write access", re.IGNORECASE)
_OVERTAKEN = re.compile(
    r"\[rejected\]|stale info|cannot lock ref|failed to update ref|incorrect old value"
    r"|reference already exists"
)
_MOST_SAID = 400


def refused(said: str, branch: str, remedy: str) -> str | None:
    """Return why a push was refused, with what GitHub said; None where it failed otherwise.

    `remedy` is what to do where the branch is protected.
    """
    if _PROTECTED.search(said):
        message = f"the branch `{branch}` is protected and does not take the push: {remedy}"
    elif _NOT_ALLOWED.search(said):
        message = f"the token may not push to `{branch}`: give this job `contents: write`"
    else:
        return None
    words = cut(" ".join(said.replace("remote:", "").split()), _MOST_SAID)
    return f"{message}. GitHub says: {words}"


def overtaken(said: str) -> bool:
    """Return whether a push failed because someone else has moved the branch."""
    return _OVERTAKEN.search(said) is not None
