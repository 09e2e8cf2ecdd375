"""What a report is about: the commit to check, and what GitHub says of its pull request.

The job that begins a report finds it; the jobs that check and publish get it as one line of JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rollkeeper.forge.comments import Turn
from rollkeeper.grammar.strict_json import hold_against, parse, schema_of
from rollkeeper.model.change import PullRequest
from rollkeeper.model.commit_status import context_for
from rollkeeper.model.limits import MAX_TARGET_BYTES


@dataclass(frozen=True, slots=True)
class Target:
    """The commit to check, and where to publish what is found.

    `base` is the commit that it is compared with: that of the merge queue, or of a base other than
    the default branch. Where it is None that is the default branch's. `approvals` are the labels by
    which a maintainer approved removals. `turn` is our comment as it was when the report began,
    None where there was none. `rosters` are the only files that may be suggested on.
    """

    head: str
    base_ref: str
    default_branch: str
    pull_request: PullRequest | None = None
    approvals: tuple[str, ...] = ()
    base: str | None = None
    turn: Turn | None = None
    rosters: tuple[str, ...] = ()

    @property
    def context(self) -> str:
        """The name of the commit status."""
        return context_for(self.base_ref, self.default_branch)

    @property
    def number(self) -> int:
        """The pull request's number, 0 in a merge queue."""
        return self.pull_request.number if self.pull_request else 0

    def as_data(self) -> dict[str, Any]:
        """Return it as `read` takes it."""
        pull_request = self.pull_request
        return {
            "head": self.head,
            "base": self.base,
            "base_ref": self.base_ref,
            "default_branch": self.default_branch,
            "approvals": list(self.approvals),
            "comment": self.turn.comment if self.turn else 0,
            "hold": self.turn.hold if self.turn else 0,
            "rosters": list(self.rosters),
            "pull_request": pull_request
            and {
                "number": pull_request.number,
                "author": pull_request.author,
                "author_id": pull_request.author_id,
                "labels": list(pull_request.labels),
                "approved": sorted(pull_request.approved),
            },
        }


def read(text: str) -> Target:
    """Read what `Target.as_data` returned, as JSON; raise ReportError where it is anything else."""
    data = parse(text, MAX_TARGET_BYTES)
    hold_against(schema_of("target"), data)
    there = data["pull_request"]
    pull_request = there and PullRequest(
        number=there["number"],
        author=there["author"],
        author_id=there["author_id"],
        head_sha=data["head"],
        labels=tuple(there["labels"]),
        base_ref=data["base_ref"],
        approved=frozenset(there["approved"]),
    )
    return Target(
        head=data["head"],
        base_ref=data["base_ref"],
        default_branch=data["default_branch"],
        pull_request=pull_request,
        approvals=tuple(data["approvals"]),
        base=data["base"],
        turn=Turn(data["comment"], data["hold"]) if data["comment"] else None,
        rosters=tuple(data["rosters"]),
    )
