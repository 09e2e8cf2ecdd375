"""A run under act has the tokens and the contexts that it would have on GitHub."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from standin import workflow_files
from workflows.prepared import Preparation, Source, StartupFailureError

CALLER = """\
on: pull_request_target
permissions: {}
jobs:
  report:
    permissions: {contents: read, issues: write}
    uses: ./.github/workflows/called.yml
  far:
    permissions: {contents: read}
    uses: other/project/.github/workflows/far.yml@abc
  plain:
    runs-on: x
    steps:
    - {run: echo, env: {TOKEN: "${{ github.token }}"}}
"""
CALLED = """\
on: {workflow_call: }
permissions: {}
jobs:
  read:
    runs-on: x
    permissions: {contents: read}
    if: ${{ github.token != '' }}
    steps:
    - {uses: actions/checkout@1, with: {path: x}}
    - {run: "echo ${{ secrets.GITHUB_TOKEN }} ${{ job.workflow_repository }} ${{ job.workflow_sha }}"}
  write:
    runs-on: x
    permissions: {issues: write}
    steps: [{run: "echo ${{ github.token }}"}]
"""
FAR = """\
on: {workflow_call: }
jobs:
  it:
    runs-on: x
    steps: [{run: "${{ github.token }} ${{ job.workflow_repository }}"}]
"""
FILES = {
    ".github/workflows/caller.yml": CALLER,
    ".github/workflows/called.yml": CALLED,
    ".github/workflows/far.yml": FAR,
}


def prepare(
    files: Mapping[str, str], *, read_only: bool = False
) -> tuple[Preparation, list[Mapping[str, str]]]:
    minted: list[Mapping[str, str]] = []

    def mint(permissions: Mapping[str, str]) -> str:
        minted.append(permissions)
        return f"T{len(minted)}"

    made = Preparation(
        mint, lambda name, ref: Source(name, ref, files.__getitem__), read_only=read_only
    )
    source = Source("octo/rosters", "123", files.__getitem__)
    assert made.prepare(source, ".github/workflows/caller.yml") == "caller.yml"
    return made, minted


def test_each_job_has_a_token_of_its_own_with_its_permissions() -> None:
    made, minted = prepare(FILES)
    assert minted == [{"contents": "read"}, {"issues": "write"}, {"contents": "read"}, {}]
    called = workflow_files.read(made.files["caller--report--called.yml"])
    assert called is not None
    read, write = called["jobs"]["read"], called["jobs"]["write"]
    assert read["steps"][0]["with"] == {"token": "T1", "path": "x"}
    assert read["if"] == "${{ 'T1' != '' }}"
    assert read["steps"][1]["run"] == "echo ${{ 'T1' }} ${{ 'octo/rosters' }} ${{ '123' }}"
    assert write["steps"][0]["run"] == "echo ${{ 'T2' }}"
    assert "${{ 'T3' }} ${{ 'other/project' }}" in made.files["caller--far--far.yml"]
    assert all("github.token" not in text for text in made.files.values())


def test_a_run_that_a_fork_started_reads_only() -> None:
    _, minted = prepare(FILES, read_only=True)
    assert all(set(each.values()) <= {"read"} for each in minted)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {
                ".github/workflows/called.yml": CALLED.replace(
                    "{contents: read}", "{contents: write}"
                )
            },
            "requesting 'contents: write', but is only allowed 'contents: read'",
        ),
        (
            {".github/workflows/called.yml": CALLED.replace("{issues: write}", "{statuses: read}")},
            "requesting 'statuses: read', but is only allowed 'statuses: none'",
        ),
        ({".github/workflows/called.yml": CALLED.replace("workflow_call", "push")}, "reusable"),
        ({".github/workflows/far.yml": "on: ["}, "valid"),
    ],
)
def test_what_github_would_not_start_is_refused(files: dict[str, str], message: str) -> None:
    with pytest.raises(StartupFailureError, match=message):
        prepare({**FILES, **files})
