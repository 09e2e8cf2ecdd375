"""Mutation tests of the core: small changes of the code, each of which a test has to notice.

`mutmut` makes the changes and runs those tests that reach the changed function. It works in
`build/mutants`, a copy of the repository in which the package has a layout that mutmut knows, and
keeps its results there: a second run tests only what has changed since.

Survivors that change nothing that can be observed are in `mutants-kept.toml`, each with a reason.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from measuring import HERE, ROOT

WORK = ROOT / "build" / "mutants"
KEPT = HERE / "mutants-kept.toml"
PACKAGE = "scripts/rollkeeper/"
LEAST_KILLED = 0.9
CORE = (
    "engine/*",
    "loading/policy/*",
    "reports/json/*",
    "model/verdict.py",
)
"""What is changed, below the package."""
TESTS = ("tests/engine", "tests/loading/policy", "tests/model", "tests/reports/json")
"""The tests that are run: those of the core."""
SLOW = (
    "tests/engine/diff/test_changes.py::test_any_name_can_be_told",
    "tests/engine/diff/test_changes.py::test_moving_reformatting_and_renaming_bring_nothing_in",
    "tests/engine/diff/test_changes.py::test_the_time_grows_with_the_roster",
    "tests/engine/requirements/test_requirements.py::test_all_that_an_expression_reads_is_there",
    "tests/engine/requirements/test_requirements.py::test_any_entry_is_judged",
    "tests/engine/requirements/test_requirement_limits.py::test_the_time_limit_holds_and_the_others",
    "tests/engine/requirements/test_requirements.py::test_what_an_expression_may_say",
)
"""Tests left out, each of which takes seconds: a survivor is met by every test there is."""
PLUGINS = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")
ALIVE = frozenset({"survived", "no tests"})
"""What mutmut calls a mutant that no test has noticed; all others are killed."""
UNKNOWN = "not checked"
DIFFERENCES = """
import json, sys
from mutmut.mutation.diff_apply import find_mutant, get_diff_for_mutant

shown = {key: get_diff_for_mutant(key, path=find_mutant(key).path) for key in sys.argv[1:]}
print(json.dumps(shown))
"""


@dataclass(frozen=True)
class Mutant:
    """A change of one function, as the lines that it takes away and puts in their place."""

    key: str
    function: str
    before: str
    after: str
    status: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same when other parts of the file change."""
        return self.function, self.before, self.after


def prepare() -> None:
    """Bring the copy of the repository up to date, leaving alone what has not changed."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    sources = {name: (ROOT / name).read_bytes() for name in listed if (ROOT / name).is_file()}
    # What is changed goes to `src`, which mutmut leaves out of the names of modules. Tests that run
    # commands run the unchanged ones of `scripts`: mutmut cannot work in another folder than this.
    package = {name: content for name, content in sources.items() if name.startswith(PACKAGE)}
    for name, content in package.items():
        changed = bare(content.decode()).encode() if name.endswith(".py") else content
        sources[name.replace("scripts", "src", 1)] = changed
    for place, content in sources.items():
        _write(WORK / place, content)
        # mutmut copies these to where the tests run only once.
        if (WORK / "mutants").is_dir() and not (place.startswith("src/") and place.endswith(".py")):
            _write(WORK / "mutants" / place, content)
    for top in ("src", "scripts", "tests"):
        for folder in (WORK / top, WORK / "mutants" / top):
            for path in folder.rglob("*.py"):
                if f"{top}/{path.relative_to(folder)}" not in sources:
                    path.unlink()
    (WORK / "pyproject.toml").write_text(_settings(sources), encoding="utf-8")


def _write(target: Path, content: bytes) -> None:
    if not target.is_file() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def bare(source: str) -> str:
    """Call decorators after the functions that they decorate, for mutmut passes over those."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef) or node.end_lineno is None:
            continue
        for decorator in node.decorator_list:
            text = ast.unparse(decorator)
            if text not in {"staticmethod", "classmethod"} and decorator.end_lineno is not None:
                for at in range(decorator.lineno - 1, decorator.end_lineno):
                    lines[at] = ""
                indent = " " * node.col_offset
                lines[node.end_lineno - 1] += f"\n{indent}{node.name} = {text}({node.name})"
    return "\n".join(lines) + "\n"


def _settings(sources: Iterable[str]) -> str:
    """Return a pyproject.toml with pytest's settings of the project and those of mutmut."""
    tops = {place.partition("/")[0] for place in sources} - {"src", "tests", "pyproject.toml"}
    lists = {
        "source_paths": ["src"],
        "only_mutate": [f"src/rollkeeper/{each}" for each in CORE],
        "also_copy": sorted(tops),
        "pytest_add_cli_args": [
            *PLUGINS,
            *(part for test in SLOW for part in ("--deselect", test)),
        ],
        "pytest_add_cli_args_test_selection": [each for each in TESTS if (ROOT / each).exists()],
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in lists.items()]
    pytest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    options = {**pytest["ini_options"]}
    options["pythonpath"] = ["src", *options["pythonpath"]]
    settings = [f"{key} = {json.dumps(value)}" for key, value in options.items()]
    numbers = ["track_dependencies = false", "timeout_multiplier = 4.0", "timeout_constant = 20.0"]
    head = ["[tool.mutmut]", *numbers, *lines]
    return "\n".join([*head, "", "[tool.pytest.ini_options]", *settings, ""])


def run(jobs: int, only: list[str]) -> None:
    """Let mutmut make the mutants and test them; what it says goes to a file."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(jobs), *only]
    environment = {**os.environ, "CI": "true"}
    environment.pop("PYTHONPATH", None)
    with (WORK / "mutmut.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            command, cwd=WORK, env=environment, stdout=log, stderr=log, check=False
        )
    if done.returncode:
        tail = (WORK / "mutmut.log").read_text("utf-8", errors="replace")[-4_000:]
        print(tail, file=sys.stderr)
        raise SystemExit(done.returncode)


def mutmut(*arguments: str) -> str:
    """Return what a command of mutmut prints."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=WORK, check=True, capture_output=True, text=True)
    return done.stdout


def results() -> dict[str, str]:
    """Return the status of every mutant by its key."""
    lines = mutmut("results", "--all", "true").splitlines()
    found = (line.strip().rpartition(": ") for line in lines if "__mutmut_" in line)
    return {key: status for key, _, status in found}


def read(statuses: dict[str, str]) -> list[Mutant]:
    """Read what mutants change, in one process: the command that shows one takes seconds."""
    command = [sys.executable, "-c", DIFFERENCES, *statuses]
    done = subprocess.run(command, cwd=WORK, check=True, capture_output=True, text=True)
    differences: dict[str, str] = json.loads(done.stdout)
    return [_mutant(key, status, differences[key]) for key, status in statuses.items()]


def _mutant(key: str, status: str, difference: str) -> Mutant:
    lines = difference.splitlines()
    body = lines[next(at for at, line in enumerate(lines) if line.startswith("@@")) :]
    before, after = (
        "\n".join(line[1:].strip() for line in body if line.startswith(sign)) for sign in "-+"
    )
    module, _, name = key.partition("__mutmut_")[0].rpartition(".")
    function = name.removeprefix("x").strip("_ǁ").replace("ǁ", ".")
    return Mutant(key, f"{module}.{function}", before, after, status)


def kept() -> dict[tuple[str, str, str], str]:
    """Return the reasons for the mutants that no test can notice."""
    entries = tomllib.loads(KEPT.read_text("utf-8")).get("kept", [])
    return {(each["function"], each["before"], each["after"]): each["reason"] for each in entries}


def report(statuses: dict[str, str], survivors: list[Mutant]) -> int:
    """Print the figures and every survivor that is not kept; return the exit status."""
    reasons = kept()
    excused = [mutant for mutant in survivors if mutant.name in reasons]
    by_folder: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, status in statuses.items():
        by_folder[".".join(key.split(".")[1:3])][status] += 1
    print("| part | mutants | killed |\n|---|---|---|")
    for part, found in sorted(by_folder.items()):
        killed = found.total() - sum(found[status] for status in ALIVE)
        print(f"| {part} | {found.total()} | {killed / found.total():.1%} |")
    for mutant in survivors:
        if mutant.name not in reasons:
            print(f"\n{mutant.status}: {mutant.function} ({mutant.key.rpartition('_')[2]})")
            print(f"- {mutant.before}\n+ {mutant.after}")
    for name in sorted(reasons.keys() - {mutant.name for mutant in survivors}):
        print(f"\nkept, but it does not survive: {name[0]}\n- {name[1]}\n+ {name[2]}")
    total = len(statuses) - len(excused)
    rate = 1 - (len(survivors) - len(excused)) / total if total else 0.0
    print(f"\n{len(statuses)} mutants, {len(survivors)} survive, {len(excused)} of them are kept")
    print(f"killed: {rate:.1%} (at least {LEAST_KILLED:.0%})")
    return 0 if rate >= LEAST_KILLED else 1


def main() -> int:
    """Run the mutants that have no result yet, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("only", nargs="*", help="keys of mutants, such as `rollkeeper.engine.*`")
    arguments = parser.parse_args()
    prepare()
    before = [key for key, status in results().items() if status in ALIVE]
    run(arguments.jobs, arguments.only)
    if before and not arguments.only:
        run(arguments.jobs, before)  # mutmut tests these again only where it is told to
    statuses = results()
    if unknown := sum(status == UNKNOWN for status in statuses.values()):
        print(f"{unknown} mutants were not tested\n")
        statuses = {key: status for key, status in statuses.items() if status != UNKNOWN}
    survivors = read({key: status for key, status in statuses.items() if status in ALIVE})
    return max(report(statuses, survivors), int(unknown > 0))


if __name__ == "__main__":
    raise SystemExit(main())
