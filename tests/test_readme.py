"""The README's example is what Rollkeeper prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rollkeeper.jobs.cli import main

README = Path(__file__).parents[1] / "README.md"
_EXAMPLE = re.compile(r"<!-- example: ([\w.]+) -->\n\n```\w+\n(.*?)```\n", re.DOTALL)
POLICY = "roster: partners.yaml\nschema: partners.schema.json\n"
SCHEMA = '{"items": {"properties": {"tier": {"enum": ["gold", "silver"]}}}}'


def test_the_example_prints_what_the_page_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = README.read_text(encoding="utf-8")
    (command,) = re.findall(r"^    rollkeeper (check .*)$", page, re.MULTILINE)
    shown = dict(_EXAMPLE.findall(page))
    assert sorted(shown) == ["output", "partners.yaml"]
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "partners.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "policies" / "partners.schema.json").write_text(SCHEMA, "utf-8")
    (tmp_path / "partners.yaml").write_text(shown["partners.yaml"], "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(command.split()) == 1
    printed = capsys.readouterr().out
    assert without_number_of_rules(printed) == without_number_of_rules(shown["output"])


def without_number_of_rules(text: str) -> str:
    """A new rule changes how many there are, and nothing else of the example."""
    return re.sub(r"\d+ (other rules skipped)", r"N \1", text)
