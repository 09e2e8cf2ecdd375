"""What the command line offers beside ruff and zizmor, each tried on a fault of its own kind.

Prints the table of docs/benchmarks.md. A tool has a property where its output matches the pattern;
the number of formats and of shells is counted in its help. Ends with status 1 where a peer has a
property that Rollkeeper has not.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from measuring import ENVIRONMENT, ROLLKEEPER

BIN = Path(sys.executable).parent
OURS, RUFF, ZIZMOR = "Rollkeeper", "ruff", "zizmor"
FILES = {
    "policies/partners.yaml": "roster: partners.yaml\n",
    "partners.yaml": "- name: Alder\n  website: https://alder.example/?utm_source=x\n",
    "y.py": "import sys\nimport os\n\nprint(sys)\n",
    ".github/workflows/w.yml": (
        "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.head_commit.message }}\n"
    ),
    "bad/policies/partners.yaml": "roster: partners.yaml\n",
    "bad/partners.yaml": "- name: Alder\n",
    "bad/y.py": "print()\n",
    "bad/.github/workflows/w.yml": "on: push\n",
}
PROGRAMS = {OURS: ROLLKEEPER, RUFF: (BIN / "ruff",), ZIZMOR: (BIN / "zizmor",)}
CHECK = {
    OURS: "check --offline",
    RUFF: "check --isolated --no-cache y.py",
    ZIZMOR: "--offline --no-config .",
}


class Property(NamedTuple):
    """Something that a user expects: what is run with each tool, and what shows that it has it."""

    name: str
    commands: dict[str, str]
    shows: str


PROPERTIES = (
    Property("a place that a terminal opens", CHECK, r"[\w/.-]+\.(?:py|ya?ml):\d+:\d+"),
    Property("the lines around, with a caret", CHECK, r"\d+ *\|.*\n *\d+ *\|.*\n *\|.*(?:\^|-)"),
    Property("what the fix would write", CHECK, r"to fix this: |^ *\d*.*- |help: .*"),
    Property(
        "how much can be fixed, at the end",
        CHECK,
        r"(?i)\d+ (?:finding.* )?(?:fixable|unsafe fixes)",
    ),
    Property(
        "the address of the rule's page",
        {**CHECK, OURS: f"{CHECK[OURS]} -v"},
        "https://[^ ]*(?:rules|audits|docs)",
    ),
    Property(
        "a rule explained, with examples",
        {OURS: "rules term-ended", RUFF: "rule F401", ZIZMOR: "--help"},
        r"(?s)(?:Bad|## Example).*(?:Good|Use instead)",
    ),
    Property(
        "rules as JSON",
        {OURS: "rules --format json", RUFF: "rule --all --output-format json", ZIZMOR: "--help"},
        r"\A\s*[\[{]",
    ),
    Property(
        "one line for each finding",
        {
            OURS: f"{CHECK[OURS]} --format concise",
            RUFF: f"{CHECK[RUFF]} --output-format concise",
            ZIZMOR: f"{CHECK[ZIZMOR]} --format concise",
        },
        r"^\S+:\d+:\d+: \S+",
    ),
    Property(
        "counts by rule",
        {
            OURS: f"{CHECK[OURS]} --statistics",
            RUFF: f"{CHECK[RUFF]} --statistics",
            ZIZMOR: f"{CHECK[ZIZMOR]} --statistics",
        },
        r"^ *1\b.*(?:website-tracking|F401)",
    ),
    Property(
        "findings alone (-q)",
        {
            OURS: f"{CHECK[OURS]} -q --color never",
            RUFF: f"{CHECK[RUFF]} -q",
            ZIZMOR: f"{CHECK[ZIZMOR]} -q",
        },
        r"\A(?!.*(?:checked|Found|suppressed))(?s:.*)\d+:\d+",
    ),
    Property(
        "a clean run in one line",
        {
            OURS: f"{CHECK[OURS]} --root bad",
            RUFF: "check --isolated --no-cache bad/y.py",
            ZIZMOR: "--offline --no-config --quiet bad",
        },
        r"\A[^\n]*\n\Z",
    ),
    Property(
        "a mistyped command or option",
        {OURS: "chekc", RUFF: "chekc", ZIZMOR: "--offlien"},
        "(?i)did you mean|similar",
    ),
    Property(
        "a mistyped rule",
        {OURS: "check --offline --select webiste-form", RUFF: "rule F4O1", ZIZMOR: "--help"},
        "(?i)did you mean|similar",
    ),
    Property(
        "files and rules chosen",
        {
            OURS: "check --offline partners.yaml --select links",
            RUFF: "check --isolated --no-cache y.py --select F",
            ZIZMOR: "--offline --no-config .github/workflows/w.yml",
        },
        r"website-tracking|F401|template-injection",
    ),
    Property(
        "completion for shells",
        {
            OURS: "completion bash",
            RUFF: "generate-shell-completion bash",
            ZIZMOR: "--completions bash",
        },
        "complete",
    ),
)


def said(tool: str, command: str, folder: Path) -> str:
    """Run a tool and return what it prints, without colours."""
    words = [str(part) for part in (*PROGRAMS[tool], *command.split())]
    environment = {**ENVIRONMENT, "GITHUB_ACTIONS": "", "NO_COLOR": "1"}
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def formats(tool: str, folder: Path) -> int:
    """Count the formats of a report that a tool's help names."""
    command, named = {
        OURS: ("check --help", r"--format \{([^}]*)\}"),
        RUFF: ("check --help", r"--output-format <(?s:.*?)\[possible values: ([^\]]*)\]"),
        ZIZMOR: ("--help", r"--format <(?s:.*?)Possible values:\n((?:\s+- .*\n)+)"),
    }[tool]
    found = re.search(named, said(tool, command, folder))
    return len(re.findall(r"[\w-]{2,}", re.sub(r":.*", "", found[1]))) if found else 0


def main() -> int:
    """Print the table; return 1 where a peer has what Rollkeeper has not."""
    behind = []
    print(f"| property | {' | '.join(PROGRAMS)} |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        for each in PROPERTIES:
            has = {
                tool: re.search(each.shows, said(tool, command, folder), re.MULTILINE) is not None
                for tool, command in each.commands.items()
            }
            if any(has.values()) and not has[OURS]:
                behind.append(each.name)
            print(f"| {each.name} | {' | '.join('yes' if h else 'no' for h in has.values())} |")
        numbers = " | ".join(str(formats(tool, folder)) for tool in PROGRAMS)
        print(f"| formats of a report | {numbers} |")
    print(f"\nbehind a peer in: {', '.join(behind) or 'nothing'}")
    return int(bool(behind))


if __name__ == "__main__":
    raise SystemExit(main())
