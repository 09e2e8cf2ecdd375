"""The workflow files as the tests read them, and what they may have: recorded once more, on purpose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.acting import WORKFLOWS

FILES = sorted(WORKFLOWS.glob("*.yml"))
TRIGGERS = {
    "audit.yml": {"workflow_call"},
    "check.yml": {"workflow_call"},
    "commands.yml": {"workflow_call"},
    "release.yml": {"push"},
    "render.yml": {"workflow_call"},
    "report.yml": {"workflow_call"},
    "rosters-check.yml": {"merge_group", "pull_request", "push"},
    "rosters-nightly.yml": {"schedule", "workflow_dispatch"},
    "rosters.yml": {
        "issue_comment",
        "merge_group",
        "pull_request_target",
        "push",
        "workflow_dispatch",
    },
    "tests.yml": {"pull_request", "push"},
}
CALLERS = ("rosters-check.yml", "rosters.yml", "rosters-nightly.yml")
"""What a community has: these call the others, and do nothing themselves."""
RELEASE, PUBLISHING = "release.yml", "Publish on PyPI"
BY_HASH = (
    "python -I -m pip install --require-hashes --only-binary :all: -r requirements-release.txt"
)
REUSABLE = tuple(name for name, events in TRIGGERS.items() if events == {"workflow_call"})
PERMISSIONS = {
    ("audit.yml", "plan"): {"contents": "read"},
    ("audit.yml", "visit"): {"contents": "read"},
    ("audit.yml", "judge"): {"contents": "read", "pull-requests": "read"},
    ("audit.yml", "act"): {
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("audit.yml", "preview"): {
        "contents": "read",
        "issues": "read",
        "pull-requests": "read",
        "statuses": "read",
    },
    ("audit.yml", "render"): {
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("check.yml", "check"): {"contents": "read"},
    ("commands.yml", "receive"): {"contents": "read", "pull-requests": "write"},
    ("commands.yml", "keep"): {
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("commands.yml", "fix"): {"contents": "read", "pull-requests": "read"},
    ("commands.yml", "finish"): {"contents": "read", "pull-requests": "write"},
    ("commands.yml", "write"): {"contents": "write", "pull-requests": "write"},
    ("commands.yml", "report"): {
        "contents": "read",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("release.yml", "build"): {"contents": "read"},
    ("release.yml", "attest"): {"attestations": "write", "id-token": "write"},
    ("release.yml", "pypi"): {"contents": "read", "id-token": "write"},
    ("release.yml", "github"): {"contents": "write"},
    ("render.yml", "propose"): {
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("render.yml", "commit"): {"contents": "write", "issues": "write"},
    ("report.yml", "begin"): {"contents": "read", "pull-requests": "read", "statuses": "write"},
    ("report.yml", "verify"): {"contents": "read", "pull-requests": "read"},
    ("report.yml", "publish"): {
        "contents": "read",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("rosters-check.yml", "check"): {"contents": "read"},
    ("rosters.yml", "report"): {
        "contents": "read",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("rosters.yml", "commands"): {
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("rosters.yml", "render"): {
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("rosters-nightly.yml", "audit"): {
        "contents": "write",
        "issues": "write",
        "pull-requests": "write",
        "statuses": "write",
    },
    ("tests.yml", "tests"): {"contents": "read"},
}
ACTION = WORKFLOWS.parents[1] / "action.yml"
PINNED = re.compile(
    r"uses: actions/(attest-build-provenance|checkout|download-artifact|setup-python|upload-artifact)@[0-9a-f]{40} # v\d+\.\d+\.\d+$",
    re.MULTILINE,
)
OWN = re.compile(r"uses: \./(rollkeeper/\.github/actions/setup|\.github/workflows/[a-z]+\.yml)$")
COMMAND = " || ".join(
    f"startsWith(github.event.comment.body, '/{each}')" for each in ("fix", "recheck", "keep")
)
"""A body is compared here, and put into nothing."""
DEFAULT_BRANCH = "github.ref_name == github.event.repository.default_branch"
CODE = {
    "repository": "${{ inputs.code-repository || job.workflow_repository || 'code-repository/is-needed-here' }}",
    "ref": "${{ inputs.code-ref || job.workflow_sha || 'code-ref-is-needed-here' }}",
    "path": "rollkeeper",
    "persist-credentials": "false",
}
NEWEST = "${{ github.event.repository.default_branch }}"
PLANNED = "${{ fromJSON(needs.plan.outputs.plan).commit }}"
"""The commit of the default branch that the jobs of one audit check out."""
EXPRESSIONS = {
    "!cancelled()",
    "!cancelled() && (needs.receive.outputs.recheck == 'true' || needs.write.outputs.committed == 'true')",
    "!cancelled() && github.event_name != 'push'",
    "!cancelled() && needs.plan.result != 'skipped' && inputs.dry-run != true",
    "!cancelled() && needs.plan.result != 'skipped' && inputs.dry-run == true",
    "!cancelled() && needs.plan.result == 'success'",
    "!cancelled() && needs.receive.outputs.fix == 'true'",
    "!cancelled() && needs.receive.outputs.recheck == 'true'",
    "!github.event.repository.fork",
    "always() && needs.begin.outputs.target != '' && (needs.verify.outputs.verdict != '' || needs.verify.result != 'success')",
    "needs.begin.outputs.target != ''",
    "needs.receive.outputs.keep == 'true'",
    f"github.event.issue.pull_request && ({COMMAND})",
    f"github.event_name != 'push' || {DEFAULT_BRANCH}",
    f"inputs.render == 'commit' && !github.event.repository.fork && {DEFAULT_BRANCH}",
    f"inputs.render != 'commit' && !github.event.repository.fork && {DEFAULT_BRANCH}",
    "github.event.repository.default_branch",
    "github.event_name == 'issue_comment'",
    "github.event_name == 'merge_group' && '0' || '2'",
    "github.event_name == 'pull_request'",
    "github.event_name == 'pull_request' && 'HEAD^1' || github.event.merge_group.base_sha",
    "github.event_name == 'pull_request_target' || github.event_name == 'merge_group'",
    "github.event_name == 'push' || github.event_name == 'workflow_dispatch'",
    "github.token",
    # What the job that plans an audit has passed on, held against a grammar.
    PLANNED[4:-3],
    "fromJSON(needs.plan.result == 'success' && needs.plan.outputs.shards || '[1]')",
    "inputs.dry-run || false",
    "matrix.shard",
    # The tag of a release, its commit and the repository: a maintainer's.
    "github.ref_name",
    "github.repository",
    "github.sha",
    # These name a group of runs, and nothing else.
    "github.event.issue.number",
    "github.ref",
    f"({COMMAND}) && format('of-{{0}}', github.event.comment.user.id) || github.event.comment.id",
    "inputs.number && format('{0}-again', inputs.number) || github.event.pull_request.number || github.event.merge_group.head_sha",
    # The caller's, or our own called workflows' to each other.
    CODE["repository"][4:-3],
    CODE["ref"][4:-3],
    *(
        f"inputs.{name}"
        for name in (
            "code-ref",
            "code-repository",
            "days",
            "dry-run",
            "head",
            "number",
            "policies",
            "programmes",
            "render",
            "root",
            "shards",
            "today",
        )
    ),
    "inputs.number != ''",
    "matrix.python",
}
SETUP = WORKFLOWS.parent / "actions" / "setup" / "action.yml"

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def read(file: Path) -> dict[str, Any]:
    """Read a workflow with every scalar as the text that stands there: `on` is not a truth value."""
    return dict(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506 - builds only text, lists and mappings


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    return dict(read(file)["jobs"])


def called(job: dict[str, Any]) -> Path:
    """Return the workflow that a job calls."""
    return WORKFLOWS / str(job["uses"]).removeprefix("./.github/workflows/")


def steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(file).values():
        yield from job.get("steps", ())


def most(file: Path) -> dict[str, str]:
    """Return the most that the jobs of a workflow ask for: a caller has to grant all of it."""
    asked: dict[str, str] = {}
    for job in jobs(file).values():
        for name, level in job["permissions"].items():
            asked[name] = max(asked.get(name, ""), level)
    return asked
