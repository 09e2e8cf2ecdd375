"""What a workflow or an action runs when somebody pins it by commit, and what of that can change.

A pin is worth what it reaches: the walk goes from a file through the actions and workflows that it
uses, the requirements that it installs and the scripts that it runs.
Whatever is fetched on the way has to be named by a digest that is in the commit.

Two things are GitHub's own and named by version only: the runner's image and the Python for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from standin import workflow_files
from workflows.acting import PROJECT

BY_COMMIT = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
OWN = "./rollkeeper/"
WORKFLOW = "./.github/workflows/"
OWN_CODE = {
    "repository": "${{ inputs.code-repository || job.workflow_repository || 'code-repository/is-needed-here' }}",
    "ref": "${{ inputs.code-ref || job.workflow_sha || 'code-ref-is-needed-here' }}",
}
"""What checks out the commit that the called workflow itself is from."""
COMMUNITY_REFS = (
    "",
    "${{ github.event.repository.default_branch }}",
    "${{ fromJSON(needs.plan.outputs.plan).commit }}",
)
FETCHES = re.compile(
    r"\b(curl|wget|aria2c|npm|npx|pnpm|yarn|bun|deno|pipx|uvx|uv|poetry|conda|apt|apt-get|brew|snap|gem|"
    r"cargo|go|docker|podman|gh|git\b[^\n;|&]*\b(?:clone|fetch|pull|submodule)|ensurepip|latest|https?:)(?![\w-])"
)
INSTALL = re.compile(
    r'-I -m pip install (--quiet )?--require-hashes --only-binary :all: -r "\$\{(ACTION\}/requirements\.txt|REQUIREMENTS\})"\s*(?=\n|$)'
)
SCRIPT = re.compile(r'rollkeeper/scripts/\w+\.py|-I "\$\{ACTION\}/scripts" \w+')
PYTHON = re.compile(rf" ({SCRIPT.pattern}|-I -m (venv|pip) )")
PINNED = re.compile(r"[a-z0-9][a-z0-9._-]*==[^\s*;]+( ; [^\\]+)?( --hash=sha256:[0-9a-f]{64})+")
INSTALLERS = {"pip", "ensurepip", "setuptools", "urllib.request", "ftplib", "xmlrpc", "webbrowser"}
MAY_START_PROCESSES = {
    "scripts/rollkeeper/engine/requirements/evaluating.py": "its own interpreter, on its own module",
    "scripts/rollkeeper/loading/git.py": "git",
    "scripts/rollkeeper/probes/web/processes.py": "itself, to visit websites",
    "scripts/rollkeeper/probes/logos/rendering/renderer.py": "its own interpreter, on its own module",
}


_ERRORS_OF_PROCESSES = {
    f"subprocess.{name}" for name in ("CalledProcessError", "SubprocessError", "TimeoutExpired")
}
"""What who calls git may catch."""


@dataclass
class Walk:
    """Walks from a file, and keeps what it reached and what could change under a pin.

    `changed` has the text of files that are not as they stand in the repository.
    """

    changed: dict[str, str] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    loose: list[str] = field(default_factory=list)

    def text(self, path: str) -> str | None:
        """Return the text of a file of the repository, None where there is none."""
        if path in self.changed:
            return self.changed[path]
        file = PROJECT / path
        return file.read_text(encoding="utf-8") if file.is_file() else None

    def walk(self, path: str) -> Walk:
        """Walk from a workflow or an action."""
        if path in self.reached:
            return self
        self.reached.add(path)
        text = self.text(path)
        read = workflow_files.read(text) if text and path.startswith(".github/workflows/") else None
        if read is not None:
            for name, job in read["jobs"].items():
                self._job(f"{path}, {name}", job)
        elif text is not None and PurePosixPath(path).name == "action.yml":
            self._action(path, text)
        else:
            self.loose.append(f"{path} is no workflow or action of ours")
        return self

    def _job(self, where: str, job: dict[str, Any]) -> None:
        if "uses" in job:
            self._use(where, job["uses"], job.get("with", {}))
        images = [job.get("container"), *dict(job.get("services", {})).values()]
        for image in filter(None, images):
            name = image if isinstance(image, str) else image["image"]
            if not re.search(r"@sha256:[0-9a-f]{64}$", name):
                self.loose.append(f"{where}: the image {name} has no digest")
        for step in job.get("steps", ()):
            self._step(where, step)

    def _action(self, path: str, text: str) -> None:
        runs = workflow_files.parse(text)["runs"]
        if runs["using"] != "composite":
            self.loose.append(f"{path} is built or fetched when it runs")
        for step in runs.get("steps", ()):
            self._step(path, step)

    def _step(self, where: str, step: dict[str, Any]) -> None:
        if "uses" in step:
            self._use(where, step["uses"], step.get("with", {}))
        if "run" in step:
            self._command(where, step["run"], step.get("env", {}))

    def _use(self, where: str, used: str, given: dict[str, Any]) -> None:
        if used.startswith(WORKFLOW):
            self.walk(used.removeprefix("./"))
        elif used.startswith(OWN):
            self.walk(f"{used.removeprefix(OWN)}/action.yml")
        elif not BY_COMMIT.fullmatch(used):
            self.loose.append(f"{where}: {used} is not named by its commit")
        elif used.startswith("actions/checkout@"):
            self._checkout(where, given)
        elif given.get("check-latest"):
            self.loose.append(f"{where}: {used} looks for what is newest")

    def _checkout(self, where: str, given: dict[str, Any]) -> None:
        """What judges is our own code at its own commit; all else is the community's, as data."""
        path, repository, ref = (given.get(key, "") for key in ("path", "repository", "ref"))
        own = {"repository": repository, "ref": ref}
        if path == "rollkeeper" or repository:
            if own != OWN_CODE or path != "rollkeeper":
                self.loose.append(f"{where}: checks out {repository or path} at {ref or 'its tip'}")
        elif ref not in COMMUNITY_REFS or not path:
            self.loose.append(f"{where}: checks out {ref or 'the community'} into {path or '.'}")

    def _command(self, where: str, command: str, environment: dict[str, str]) -> None:
        for found in FETCHES.finditer(command):
            self.loose.append(f"{where}: runs {found[0]}")
        for found in re.finditer(r"\bpython[\d.]*\b\"?", command):
            if not PYTHON.match(command, found.end()):
                self.loose.append(f"{where}: Python runs something other than a script of ours")
        if len(re.findall(r"\bpip\b", command)) != len(INSTALL.findall(command)):
            self.loose.append(f"{where}: installs without hashes")
        for name in re.findall(r"requirements[\w-]*\.txt", f"{command} {environment}"):
            self._requirements(name)
        if SCRIPT.search(command):
            self._scripts()

    def _requirements(self, path: str) -> None:
        self.reached.add(path)
        text = re.sub(r" \\\n\s*", " ", self.text(path) or "")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        if not lines:
            self.loose.append(f"{path} is not there")
        self.loose += [
            f"{path}: {line[:60]} is not pinned" for line in lines if not PINNED.fullmatch(line)
        ]

    def _scripts(self) -> None:
        """Look at all of our modules: rules, probes and formats are found by their folder."""
        if "scripts" in self.reached:
            return
        self.reached.add("scripts")
        for file in sorted((PROJECT / "scripts").rglob("*.py")):
            path = file.relative_to(PROJECT).as_posix()
            self.loose += [f"{path} {what}" for what in _loose_imports(path, self.text(path) or "")]


_STARTING = frozenset({"subprocess", "multiprocessing"})


@cache
def _loose_imports(path: str, text: str) -> tuple[str, ...]:
    """Return what a module could fetch with, or why it may not start processes."""
    found = []
    for imported in _imports(ast.parse(text)):
        if any(f"{imported}.".startswith(f"{each}.") for each in INSTALLERS):
            found.append(f"imports {imported}")
        elif imported in _ERRORS_OF_PROCESSES:
            continue
        elif imported.split(".")[0] in _STARTING and path not in MAY_START_PROCESSES:
            found.append("starts processes")
    return tuple(found)


def _imports(tree: ast.Module) -> Iterator[str]:
    """Give every name that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def starts() -> list[str]:
    """Return what a community can pin: the action and the reusable workflows."""
    files = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
    called = [
        file.relative_to(PROJECT).as_posix()
        for file in files
        if "workflow_call" in workflow_files.triggers(_workflow(file))
    ]
    return ["action.yml", *called]


def _workflow(file: Path) -> dict[str, Any]:
    workflow = workflow_files.read(file.read_text(encoding="utf-8"))
    assert workflow is not None, file
    return workflow
