"""An example of what each rule refuses and of what it accepts: those that the rules are tested on.

`rule_examples.json` beside this is written by `make fix` from `tests/rules/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rollkeeper.grammar.wording import cut

FILE = Path(__file__).with_suffix(".json")
_MOST_LINES = 14
"""Lines of one example that are shown."""
_MOST_DRAWN = 8
_MOST_COLUMNS = 160
"""Lines of a drawing that are shown, and characters of each."""
_EXPECTED = (
    (re.compile(r"# expect: "), "# "),
    (re.compile(r"# expect-at: (\d+) "), r"# line \1: "),
    (re.compile(r"# expect-file: "), "# "),
    (re.compile(r"<!-- expect: "), "<!-- "),
)


@dataclass(frozen=True, slots=True)
class RuleExample:
    """What one rule refuses and accepts, and what its policy sets; empty where there is none."""

    bad: str
    good: str
    policy: str = ""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The texts that there are, each with its title."""
        named = (("Policy", self.policy), ("Bad", self.bad), ("Good", self.good))
        return tuple((title, text) for title, text in named if text.strip())


@cache
def rule_examples() -> Mapping[str, RuleExample]:
    """Return the examples by rule."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return {rule: RuleExample(**texts) for rule, texts in data.items()}


def collected(folder: Path) -> dict[str, dict[str, str]]:
    """Return the examples in a folder that has one for each rule, as `FILE` has them."""
    found = {}
    for rule in sorted(each for each in folder.iterdir() if (each / "bad.yaml").is_file()):
        found[rule.name] = {
            "bad": _shown(rule / "bad.yaml") + _drawing(rule / "logos-bad"),
            "good": _shown(rule / "ok.yaml") + _drawing(rule / "logos-ok"),
            "policy": _shown(rule / "policy.yaml"),
        }
    return found


def _drawing(folder: Path) -> str:
    """Return the first small SVG of a folder of logos as comments, as much as is needed of it."""
    for file in sorted(folder.glob("*.svg")):
        text = file.read_bytes().decode("utf-8", errors="replace").strip()
        if text.isprintable() or text.replace("\n", "").isprintable():
            shown = _said(text.split("\n")[:_MOST_DRAWN])
            lines = (cut(line, _MOST_COLUMNS) for line in shown)
            return "".join(f"# {line}\n" for line in (f"logos/{file.name}:", *lines))
    return ""


def _shown(file: Path) -> str:
    """Return the beginning of an example, in whole entries; what is expected is a comment."""
    if not file.is_file():
        return ""
    text = file.read_bytes().decode("utf-8", errors="replace")
    lines = [*_said(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))]
    if len(lines) > _MOST_LINES:
        starts = [number for number, line in enumerate(lines) if line.startswith("- ")]
        end = max((each for each in starts if 0 < each <= _MOST_LINES), default=_MOST_LINES)
        lines = [*lines[:end], "# …"]
    return "\n".join(lines).strip("\n") + "\n"


def _said(lines: list[str]) -> Iterator[str]:
    for line in lines:
        said = line
        for expected, words in _EXPECTED:
            said = expected.sub(words, said)
        yield said
