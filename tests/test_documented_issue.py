"""The issue that the documentation shows is the one that the roster beside it makes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from communities import community, loaded
from rollkeeper.engine.run import Options, run
from rollkeeper.jobs.audit.issues.content import content_of
from rollkeeper.jobs.audit.issues.memory import Memory
from rollkeeper.jobs.audit.issues.nights import programme_nights
from rollkeeper.jobs.audit.issues.text import Links, text_of
from rollkeeper.model.history import History
from rollkeeper.reports.publishing import published

PAGE = (Path(__file__).parents[1] / "docs" / "reports.md").read_text(encoding="utf-8")
LINKS = Links("https://github.com/octo-community/rosters/blob/main", "https://github.com/run")
TARGET = re.compile(r"\]\(<?https://[^)]*\)")


def block(language: str) -> str:
    section = PAGE.partition("## The issue of a programme")[2]
    return section.partition(f"```{language}\n")[2].partition("```")[0]


def night(root: Path, roster: str, day: date, before: Memory | None) -> tuple[str, Memory]:
    policy = "title: Ambassadors\nroster: partners.yaml\nrules: {unsorted: notice}\n"
    community(root, roster, policy)
    # As if the websites and accounts had been asked, and all were well.
    report = replace(published(run(Options(root, today=day))), skipped={})
    (found,) = programme_nights(loaded(root), report, History(), day, {})
    content = content_of(found, before)
    return text_of(content, LINKS), content.memory


def test_the_issue_is_what_the_roster_makes(tmp_path: Path) -> None:
    roster = block("yaml")
    earlier = roster + "- name: Di Dogwood\n  website: http://dogwood.example/\n"
    _, memory = night(tmp_path, earlier, date(2026, 11, 20), None)
    text, _ = night(tmp_path, roster, date(2026, 11, 22), memory)
    shown = TARGET.sub("](…)", text.partition("\n")[2])
    assert block("markdown") == shown.partition("\n---\n")[0]
