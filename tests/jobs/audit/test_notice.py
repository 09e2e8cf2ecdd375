"""The days of notice that a workflow asks for, in place of those of the policies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import plan_audit
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.jobs.audit.notice import NoticeError, days_in, with_notice

ROSTER = """\
- name: Ada Alder
  terms: [{start: 2026-01-01, end: 2026-12-31}]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    policy = "roster: people.yaml\nrules: {term-ending-soon: {severity: warning, days: [10]}}\n"
    (tmp_path / "policies" / "people.yaml").write_text(policy, encoding="utf-8")
    (tmp_path / "people.yaml").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def noticed(root: Path, days: tuple[int, ...]) -> list[tuple[str, str]]:
    options = Options(root, today=date(2026, 11, 21))
    community = load_community(options)
    found = run(options, community=with_notice(community, days) if days else None).findings
    return [(each.rule, each.severity) for each in found if each.rule == "term-ending-soon"]


def test_the_days_replace_those_of_the_policy_and_nothing_else(root: Path) -> None:
    assert noticed(root, ()) == []
    assert noticed(root, (45, 10)) == [("term-ending-soon", "warning")]
    assert noticed(root, (30,)) == []


@pytest.mark.parametrize(
    ("text", "days"),
    [("", ()), (" ", ()), ("60", (60,)), ("60, 30,7", (60, 30, 7)), ("60 30", (60, 30))],
)
def test_days_are_read_as_they_are_written(text: str, days: tuple[int, ...]) -> None:
    assert days_in(text) == days


@pytest.mark.parametrize(
    "text", ["soon", "0", "-1", "60;30", "1e3", "99999", "1," * 11 + "1", "1٣"]
)
def test_what_is_no_number_of_days_is_refused(
    text: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoticeError):
        days_in(text)
    monkeypatch.setenv("DAYS", text)
    assert plan_audit.main(["--root", str(root)]) == 2
    assert "such as 60, 30, 7" in capsys.readouterr().out
