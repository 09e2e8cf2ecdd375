"""Which websites a run visits, how it ends without a network, and what it reports when interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import check_websites
from communities import TODAY, community
from engine.diff.test_baseline import git
from rollkeeper.engine.own_network import own_network_failed
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.jobs.cli import main
from rollkeeper.model.limits import CHANGE_SECONDS, CHANGE_VISITS
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Programme
from rollkeeper.model.visit import Hop, Visit, VisitFailure
from rollkeeper.probes.web import websites
from rollkeeper.reports import formats
from rollkeeper.reports.json.read import read
from rollkeeper.reports.rendering import render
from website_visits import visit

X = "https://x.com/alder"
POLICY = "roster: partners.yaml\n"
Answer = Callable[[str], dict[str, Any]]


class Web:
    """Stands in for the probe: answers as told, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.urls: list[str] = []
        self.settings: list[websites.WebSettings] = []
        self.breaks_off_at: str | None = None

    def look(
        self,
        programme: Programme,
        *,
        settings: websites.WebSettings,
        urls: Collection[str],
        roles: Collection[str],
        progress: object,
    ) -> tuple[Visit, ...]:
        del progress
        self.settings.append(settings)
        made: list[Visit] = []
        broken = False
        for entry in programme.entries:
            for path, text in [found for role in roles for found in entry.texts(role)]:
                if text not in urls:
                    continue
                broken = broken or text == self.breaks_off_at
                seen = {"failure": VisitFailure.NOT_VISITED} if broken else self.answer(text)
                made.append(Visit(text, **seen, entry=entry, field=path))
                if not broken:
                    self.urls.append(text)
        if broken:
            raise websites.VisitsInterruptedError(tuple(made))
        return tuple(made)


def well(_url: str) -> dict[str, Any]:
    return {"status": 200}


def gone(url: str) -> dict[str, Any]:
    return {"status": 404} if "gone" in url else {"status": 200}


def down(_url: str) -> dict[str, Any]:
    return {"failure": VisitFailure.SILENT}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    made = Web(well)
    monkeypatch.setattr(websites, "visit_websites", made.look)
    return made


def roster(*urls: str) -> str:
    return "".join(f"- name: Partner {n:03}\n  website: {url}\n" for n, url in enumerate(urls))


def sites(number: int, start: str = "site") -> list[str]:
    return [f"https://{start}-{n:03}.example/" for n in range(number)]


def looked(root: Path, **options: Any) -> Report:
    return run(Options(root, today=TODAY, offline=False, families=("websites",), **options))


def rules_of(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_a_dead_site_is_found_where_it_stands(tmp_path: Path, web: Web) -> None:
    web.answer = gone
    report = looked(community(tmp_path, roster(*sites(3), "https://gone.example/")))
    (finding,) = report.findings
    assert (finding.rule, finding.place.line, finding.severity) == (
        "website-unreachable",
        8,
        "warning",
    )
    assert exit_status(report) == 0
    assert exit_status(report, "warning") == 1


@pytest.mark.parametrize(
    ("failing", "of", "blind"),
    [(2, 6, False), (3, 6, True), (3, 9, False), (4, 9, True), (1, 1, False), (2, 2, False),
     (3, 5, False), (3, 3, True), (0, 0, False), (0, 50, False)],
)  # fmt: skip
def test_a_third_failing_is_our_own_fault(failing: int, of: int, blind: bool) -> None:  # noqa: FBT001 - a column of the table
    dead = [visit(url, None, failure=VisitFailure.SILENT) for url in sites(failing, "dead")]
    made = [*dead, *map(visit, sites(of - failing))]
    assert (own_network_failed(made) is not None) is blind
    assert (own_network_failed(made * 2) is not None) is blind, "an address counts once"


@pytest.mark.parametrize(
    ("seen", "blind"),
    [
        ({"status": None, "failure": VisitFailure.NETWORK_DOWN}, True),
        ({"status": None, "failure": VisitFailure.NO_SUCH_NAME}, True),
        ({"status": None, "failure": VisitFailure.SELF_SIGNED}, True),
        ({"status": 502}, True),
        ({"status": 503, "wall": "Cloudflare"}, False),
        ({"status": 403}, False),
        ({"status": 404}, False),
        ({"status": None, "failure": VisitFailure.EXPIRED}, False),
        ({"status": None, "failure": VisitFailure.NOT_VISITED}, False),
        ({"status": None, "failure": VisitFailure.NOT_CHECKABLE}, False),
    ],
)
def test_only_what_a_broken_network_does_counts(seen: dict[str, Any], *, blind: bool) -> None:
    assert (own_network_failed([visit(url, **seen) for url in sites(9)]) is not None) is blind


def test_one_visit_without_a_network_is_no_look() -> None:
    assert own_network_failed([visit(status=None, failure=VisitFailure.NETWORK_DOWN)]) is not None


def test_a_run_that_own_network_failed_judges_no_website_and_is_no_pass(
    tmp_path: Path, web: Web
) -> None:
    web.answer = down
    root = community(tmp_path, roster(*sites(9)) + "- name: Elm <b>x</b>\n")
    report = run(Options(root, today=TODAY, offline=False))
    assert {rule for rule in rules_of(report) if rule.startswith("website-un")} == set()
    assert "name-markup" in rules_of(report), "what needs no network is judged all the same"
    assert "website-unreachable" not in report.ran
    assert "9 of 9 websites" in report.skipped["website-unreachable"]
    assert exit_status(report) == exit_status(report, "never") == 3
    for form in formats.FORMATS:
        assert "9 of 9 websites" in render(report, form), form


def test_no_pass_stays_none_when_a_report_is_read_back(tmp_path: Path, web: Web) -> None:
    web.answer = down
    report = looked(community(tmp_path, roster(*sites(9))))
    again = read(render(report, "json"))
    assert again.incomplete == report.incomplete
    assert exit_status(again) == 3
    whole = render(replace(report, incomplete=None), "json")
    assert "incomplete" not in json.loads(whole)


@pytest.mark.parametrize("how", ["command", "script"])
def test_a_run_that_own_network_failed_says_so(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    web.answer = down
    arguments = ["--root", str(community(tmp_path, roster(*sites(9)))), "--today", str(TODAY)]
    ended = main(["check", *arguments]) if how == "command" else check_websites.main(arguments)
    assert ended == 3
    said = capsys.readouterr().out
    assert "This is not a pass: 9 of 9 websites" in said
    assert "nothing to check" not in said


def test_the_script_visits_and_judges_by_every_rule_about_websites(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    web.answer = lambda url: gone(url) if "gone" in url else {"failure": VisitFailure.INCOMPLETE}
    arguments = ["--root", str(community(tmp_path, roster("https://gone.example/", *sites(1))))]
    assert check_websites.main([*arguments, "--fail-on", "warning"]) == 1
    said = capsys.readouterr().out
    assert "website-unreachable" in said
    assert "website-certificate" in said


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str], Path]:
    """Return a community with two sites, to be changed on a branch."""
    community(tmp_path, roster(*sites(2, "old"), X))
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=start")
    git(tmp_path, "switch", "--quiet", "--create", "change")

    def change(text: str) -> Path:
        (tmp_path / "partners.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return change


def test_of_a_change_only_new_addresses_are_visited(
    changed: Callable[[str], Path], web: Web
) -> None:
    web.answer = gone
    root = changed(roster(*sites(2, "old"), X, *sites(1, "gone")))
    report = looked(root, since="main")
    assert web.urls == sites(1, "gone")
    assert [finding.already_there for finding in report.findings] == [False]
    assert web.settings[0].run_seconds <= CHANGE_SECONDS < 60


def test_a_change_without_an_address_visits_nothing(
    changed: Callable[[str], Path], web: Web
) -> None:
    report = looked(changed(roster(*sites(2, "old"), X) + "- name: Elm\n"), since="main")
    assert web.urls == []
    assert "websites" not in report.skipped
    assert report.skipped["website-unreachable"] == "the change introduces no website"


def test_of_a_large_change_twenty_addresses_are_visited_and_the_rest_is_told(
    changed: Callable[[str], Path], web: Web
) -> None:
    new = sites(CHANGE_VISITS + 5, "new")
    report = looked(changed(roster(*new, *new)), since="main")
    assert set(web.urls) == set(new[:CHANGE_VISITS])
    assert report.skipped["websites"].startswith("5 addresses were not visited: of one change")
    assert new[CHANGE_VISITS] in report.skipped["websites"]


def test_what_the_deadline_left_is_told_and_not_judged(tmp_path: Path, web: Web) -> None:
    web.answer = lambda url: (
        {"failure": VisitFailure.NOT_VISITED} if "001" in url else {"status": 200}
    )
    report = looked(community(tmp_path, roster(*sites(3))))
    assert report.findings == ()
    assert report.skipped["websites"].endswith("run ended (`https://site-001.example/`)")


def test_networks_are_judged_by_form_and_not_visited(tmp_path: Path, web: Web) -> None:
    report = looked(community(tmp_path, roster("https://x.com/alder", *sites(1))))
    assert web.urls == sites(1)
    assert "1 address was judged by form only" in report.skipped["websites"]


def test_settings_reach_the_probe(tmp_path: Path, web: Web) -> None:
    policy = POLICY + (
        "websites: {connect: 2.5, timeout: 20, deadline: 60, at_once: 7, roles: [website, link]}\n"
        "rules: {website-off-topic: {words: [telescopes]}}\n"
    )
    entries = "- name: Elm\n  website: https://elm.example/\n  certificate: https://elm.example/c\n"
    looked(community(tmp_path, entries, policy), github_token="t")  # noqa: S106 - no token at all
    (settings,) = web.settings
    assert (settings.connect_seconds, settings.total_seconds, settings.at_once) == (2.5, 20, 7)
    assert 59 < settings.run_seconds <= 60
    assert settings.mentions == ("telescopes",)
    assert settings.github_token == "t"  # noqa: S105 - no token at all
    assert web.urls == ["https://elm.example/", "https://elm.example/c"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_whoever_breaks_off_is_told_what_was_seen(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    web.answer = gone
    urls = [*sites(2), "https://gone.example/", *sites(4, "late")]
    web.breaks_off_at = urls[3]
    root = community(tmp_path, roster(*urls))
    status = main(["check", "--root", str(root), "--today", str(TODAY), "--format", form])
    said = capsys.readouterr().out
    assert status == 130
    assert "interrupted when 3 of 7 websites had been visited" in said
    assert "website-unreachable" in said


def test_after_an_interruption_no_further_programme_is_visited(tmp_path: Path, web: Web) -> None:
    root = community(tmp_path, roster(*sites(3)), policies__second_yaml="roster: second.yaml\n")
    (root / "second.yaml").write_text(roster(*sites(3, "second")), encoding="utf-8")
    web.breaks_off_at = sites(3)[1]
    report = looked(root)
    assert web.urls == sites(1)
    assert (report.interrupted, exit_status(report, "never")) == (True, 130)


def test_fix_writes_the_new_address_of_a_site_that_has_moved(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    new = "https://site-000.example/people"
    web.answer = lambda url: (
        {"status": 200, "final_url": new, "hops": (Hop(301, new),)}
        if url.endswith("/team")
        else {"status": 200}
    )
    root = community(tmp_path, roster("https://site-000.example/team"))
    assert main(["check", "--root", str(root), "--today", str(TODAY)]) == 0
    assert "Run `rollkeeper fix --websites` to fix this" in capsys.readouterr().out
    assert main(["fix", "--root", str(root), "--today", str(TODAY)]) == 0
    assert "/team" in (root / "partners.yaml").read_text("utf-8")
    assert main(["fix", "--root", str(root), "--today", str(TODAY), "--websites"]) == 0
    assert f"website: {new}\n" in (root / "partners.yaml").read_text("utf-8")
    assert web.urls == ["https://site-000.example/team"] * 2


INTERRUPTED = """
import sys, time
from dataclasses import replace
from rollkeeper.jobs import cli
from rollkeeper.probes.web import websites

visit = websites.visit_websites

def slowly(host, port):
    sys.stderr.write("asked\\n")
    time.sleep(3600)

def looking(programme, *, settings, **more):
    return visit(programme, settings=replace(settings, resolve=slowly), **more)

websites.visit_websites = looking
raise SystemExit(cli.console())
"""


def test_ctrl_c_ends_a_real_run_at_once_and_tells_of_it(tmp_path: Path) -> None:
    root = community(tmp_path, roster(*sites(3)) + "- name: Elm <b>x</b>\n")
    command = [sys.executable, "-c", INTERRUPTED, "check", "--root", str(root), "--format", "text"]
    scripts = Path(formats.__file__).parents[3]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(scripts)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        assert running.stderr.readline() == "asked\n"
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=600)
    assert running.returncode == 130
    assert "it was interrupted when 0 of 3 websites had been visited" in said
    assert "name-markup" in said


def test_a_dead_site_is_left_also_where_something_else_was_fixed(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    web.answer = gone
    policy = f"{POLICY}rules: {{website-unreachable: error, unsorted: error}}\n"
    entries = "- name: Oak\n  website: https://gone.example/\n- name: Fir\n"
    root = community(tmp_path, entries, policy)
    assert main(["fix", "--root", str(root), "--today", str(TODAY), "--websites"]) == 1
    fixed = (root / "partners.yaml").read_text("utf-8")
    assert fixed.splitlines()[2] == "  website: https://gone.example/"
    assert "; 1 finding needs a person" in capsys.readouterr().out
    assert len(web.urls) == 1


def test_a_site_that_has_moved_is_written_without_what_tracks_visitors(
    tmp_path: Path, web: Web
) -> None:
    new = "https://site.example/people"
    web.answer = lambda _url: {"status": 200, "final_url": new, "hops": (Hop(301, new),)}
    root = community(tmp_path, roster("https://site.example/team?utm_source=a"))
    main(["fix", "--root", str(root), "--today", str(TODAY), "--websites"])
    assert f"website: {new}\n" in (root / "partners.yaml").read_text("utf-8")
