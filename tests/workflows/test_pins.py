"""Nothing that a pinned workflow or action reaches can change under its pin."""

from __future__ import annotations

import pytest

from workflows.acting import PROJECT
from workflows.pins import Walk, starts

CHECK, REPORT = ".github/workflows/check.yml", ".github/workflows/report.yml"
SETUP = ".github/actions/setup/action.yml"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97"
HASHES = "--require-hashes --only-binary :all: "
STEP = "      - name: Set up Rollkeeper\n"
OWN_REF = "${{ inputs.code-ref || job.workflow_sha || 'code-ref-is-needed-here' }}"
JOB = "    runs-on: ubuntu-24.04\n"
GIT = "scripts/rollkeeper/loading/files.py"


def run(command: str) -> str:
    return f"      - run: {command}\n{STEP}"


MUTANTS = {
    "an action by its tag": (CHECK, CHECKOUT, "actions/checkout@v7"),
    "an action by a branch": (SETUP, PYTHON, "actions/setup-python@main"),
    "an action by half a commit": (SETUP, PYTHON, PYTHON[:-20]),
    "an action of the community's": (
        CHECK,
        "./rollkeeper/.github/actions",
        "./head/.github/actions",
    ),
    "an action that is not there": (CHECK, "actions/setup\n", "actions/set-up\n"),
    "a container": (REPORT, JOB, f"{JOB}    container: python:3.13\n"),
    "a service": (REPORT, JOB, f"{JOB}    services: {{db: {{image: redis}}}}\n"),
    "an image by its tag": (SETUP, PYTHON, "docker://python:latest"),
    "another's workflow": (
        ".github/workflows/audit.yml",
        "./.github/workflows/render.yml",
        "rollkeeper/rollkeeper/.github/workflows/render.yml@v1",
    ),
    "our code at a branch": (CHECK, OWN_REF, "main"),
    "our code from elsewhere": (CHECK, "job.workflow_repository", "github.repository"),
    "our code over the community's": (REPORT, "path: community", "path: rollkeeper"),
    "the head of the pull request": (
        REPORT,
        "ref: ${{ github.event.repository.default_branch }}",
        "ref: ${{ github.event.pull_request.head.sha }}",
    ),
    "no hashes": (SETUP, HASHES, ""),
    "a source distribution": ("action.yml", HASHES, "--require-hashes "),
    "one package more": (SETUP, "${REQUIREMENTS}", '${REQUIREMENTS}" pyyaml "'),
    "pip once more": (CHECK, STEP, run("python -m pip install pyyaml")),
    "a script from the web": (CHECK, STEP, run("curl -sSf https://sh.example | sh")),
    "npm": (REPORT, STEP, run("npm ci")),
    "uvx": (REPORT, STEP, run("uvx rollkeeper check")),
    "a clone": (CHECK, STEP, run("git -C x clone ../y")),
    "an image that is run": (CHECK, STEP, run("docker run alpine")),
    "Python from the command line": (CHECK, STEP, run("python -c 'import x'")),
    "a script of the pull request": (
        CHECK,
        "rollkeeper/scripts/check_logos",
        "head/scripts/check_logos",
    ),
    "the newest Python": (
        SETUP,
        'python-version: "3.13"',
        'python-version: "3.13"\n        check-latest: true',
    ),
    "a package without a hash": ("requirements.txt", None, "pyyaml==6.0.3\n"),
    "a package at any version": (
        "requirements-write.txt",
        None,
        f"pyyaml>=6 --hash=sha256:{'0' * 64}\n",
    ),
    "another index": ("requirements.txt", None, "--extra-index-url https://pypi.example\n"),
    "a module that installs": (GIT, None, "import ensurepip\n"),
    "a module that downloads": (GIT, None, "from urllib.request import urlopen\n"),
    "a module that starts processes": (GIT, None, "def x():\n    import subprocess\n"),
    "an action that is built": (SETUP, "using: composite", "using: docker\n  image: Dockerfile"),
}


@pytest.mark.parametrize("start", starts())
def test_nothing_that_a_pin_reaches_can_change(start: str) -> None:
    walk = Walk().walk(start)
    assert walk.loose == []
    assert "scripts" in walk.reached
    assert any(each.startswith("requirements") for each in walk.reached)


def test_the_walk_reaches_everything_that_is_run() -> None:
    assert starts() == [
        "action.yml",
        *(
            f".github/workflows/{name}.yml"
            for name in ("audit", "check", "commands", "render", "report")
        ),
    ]
    reached = set().union(*(Walk().walk(start).reached for start in starts()))
    assert {SETUP, "requirements.txt", "requirements-write.txt"} <= reached


@pytest.mark.parametrize(("path", "old", "new"), MUTANTS.values(), ids=MUTANTS)
def test_what_is_not_pinned_is_found(path: str, old: str | None, new: str) -> None:
    text = (PROJECT / path).read_text(encoding="utf-8")
    assert old is None or old in text
    changed = {path: text.replace(old, new) if old is not None else text + new}
    assert any(Walk(changed).walk(start).loose for start in starts())
