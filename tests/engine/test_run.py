"""A run: which rules and probes it asks, what it quotes, and which day it is."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from communities import TODAY, community, found
from rollkeeper.engine.families import UnknownFamilyError, families, rules_of
from rollkeeper.engine.run import MAX_QUOTED_BYTES, Options, exit_status, load_community, run
from rollkeeper.jobs.cli import main
from rollkeeper.loading import clock
from rollkeeper.model.change import Authorship, Change, Proposal, TouchedFiles
from rollkeeper.model.policy import WaiverUse
from rollkeeper.model.report import Report
from rollkeeper.model.roster import Entry, Programme, Roster, Term
from rollkeeper.model.visit import GitHubVisit, Visit
from rollkeeper.probes import Probe, ProbeRequest, ProbeResult, probes
from rollkeeper.rules import catalogue

LOGOS = "roster: partners.yaml\nlogos: logos\n"
ACCOUNT = """
import sys
from dataclasses import dataclass
from pathlib import Path

from rollkeeper.engine.run import Options, run
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import FieldPath
from rollkeeper.probes import ProbeRequest, ProbeResult, probe
from rollkeeper.rules.declaring import Problems, rule


@dataclass(frozen=True, slots=True)
class Account:
    entry: Entry
    field: FieldPath
    file: None = None


@probe(on=Account)
def accounts(request: ProbeRequest) -> ProbeResult:
    return ProbeResult(
        {
            each.name: {Account: [Account(entry, ("github",)) for entry in each.entries]}
            for each in request.programmes
        }
    )


@rule("account-gone", on=Account, severity=Severity.ERROR)
def account_gone(account: Account) -> Problems:
    yield Problem(f"{account.entry.text('handle')} is gone")


for each in run(Options(Path(sys.argv[1]))).findings:
    if each.rule == "account-gone":
        print(each.path, each.place.line, each.entry, each.message)
"""


def python(script: str, *arguments: str) -> str:
    paths = f"import sys; sys.path[:0] = {sys.path!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", paths + script, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_subject_needs_a_value_a_probe_and_a_rule(tmp_path: Path) -> None:
    root = community(tmp_path, "- name: Fir\n  github: fir-lead\n")
    assert python(ACCOUNT, str(root)) == "partners.yaml 2 Fir fir-lead is gone\n"


def test_every_subject_that_a_rule_is_about_is_made_by_someone() -> None:
    own = {Programme, Roster, Entry, Term, WaiverUse, Change, Proposal, Authorship, TouchedFiles}
    probed = {subject for probe in probes() for subject in probe.on}
    assert {rule.on for rule in catalogue().values()} == own | probed


def test_a_probe_that_no_rule_needs_is_not_imported(tmp_path: Path) -> None:
    root = community(tmp_path, "- name: Fir\n", LOGOS)
    script = (
        "from pathlib import Path; from rollkeeper.engine.run import Options, run\n"
        "run(Options(Path(sys.argv[1]), families=('terms',), offline=False))\n"
        "print(*sorted(sys.modules), sep='\\n')\n"
    )
    imported = set(python(script, str(root)).split())
    assert "rollkeeper.probes.logo_folders" in imported
    assert imported.isdisjoint(
        {"rollkeeper.probes.logos.folder", "rollkeeper.probes.web.websites", "PIL", "requests"}
    )


@pytest.mark.parametrize(("name", "meant"), [("tems", "terms"), ("logo", "logos")])
def test_an_unknown_family_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, meant: str
) -> None:
    root = community(tmp_path, "- name: Fir\n")
    assert main(["check", "--root", str(root), "--offline", "--family", name]) == 2
    assert capsys.readouterr().err == (
        f"unknown rule or family of rules `{name}`; did you mean `{meant}`?\n"
    )


def test_families_are_files_and_folders_by_their_exact_names() -> None:
    assert {"logos", "websites", "terms", "seats", "requirements"} <= families()
    assert {rule.family for rule in rules_of(("logos", "terms")).values()} == {"logos", "terms"}
    assert rules_of() == catalogue()
    assert families(without=("logos",)) == families() - {"logos"}
    with pytest.raises(UnknownFamilyError, match="`logo`; did you mean `logos`"):
        families(without=("logo",))


@pytest.mark.parametrize(
    ("families", "judged"), [((), True), (("requirements",), True), (("terms",), False)]
)
def test_own_requirements_are_a_family(
    tmp_path: Path,
    families: tuple[str, ...],
    judged: bool,  # noqa: FBT001 - a column of the table
) -> None:
    policy = "roster: partners.yaml\nrequirements:\n  - {id: tier, expect: has(entry.tier), message: no tier}\n"
    report = run(
        Options(community(tmp_path, "- name: Fir\n", policy), families=families, today=TODAY)
    )
    assert bool(found(report, "tier")) is judged
    assert ("tier" in report.ran) is judged


@pytest.mark.parametrize(
    ("size", "quoted"), [(MAX_QUOTED_BYTES, True), (MAX_QUOTED_BYTES + 1, False)]
)
def test_large_files_are_not_quoted(tmp_path: Path, size: int, quoted: bool) -> None:  # noqa: FBT001 - a column of the table
    root = community(tmp_path, "- name: Fir\n", LOGOS)
    (root / "logos").mkdir()
    (root / "logos" / "fir.svg").write_bytes(b"x" * size)
    report = run(Options(root, today=TODAY))
    assert "logos/fir.svg" in {finding.path for finding in report.findings}
    assert ("logos/fir.svg" in report.texts) is quoted


def test_a_loaded_community_is_judged_without_loading_it_again(tmp_path: Path) -> None:
    root = community(tmp_path, "- name: Fir\n")
    options = Options(root, today=TODAY)
    loaded = load_community(options, {"partners.yaml": b"- name: ' Oak'\n"})
    (root / "policies" / "partners.yaml").unlink()
    report = run(options, community=loaded)
    assert [finding.entry for finding in found(report, "blank-edges")] == [" Oak"]


def test_each_programme_is_judged_by_the_day_of_its_own_time_zone(tmp_path: Path) -> None:
    zones = {"kiritimati": "Pacific/Kiritimati", "baker": "Etc/GMT+12"}
    root = community(tmp_path, "- name: Fir\n")
    for name, zone in zones.items():
        policy = f"roster: partners.yaml\ntimezone: {zone}\n"
        (root / "policies" / f"{name}.yaml").write_text(policy, encoding="utf-8")
    loaded = {each.name: each for each in load_community(Options(root)).programmes}
    days = [Options(root).day(loaded[name]) for name in zones]
    assert (days[0] - days[1]).days in {1, 2}
    assert Options(root, today=date(2026, 1, 2)).day(loaded["baker"]) == date(2026, 1, 2)


def test_there_is_one_clock() -> None:
    package = Path(clock.__file__).parents[1]
    reading = re.compile(r"datetime\.now\(|date\.today\(|\.utcnow\(|time\.time\(")
    files = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if reading.search(file.read_text(encoding="utf-8"))
    }
    # A site without a `Date` header is compared with our own moment: no day is judged by it.
    assert files == {"loading/clock.py", "probes/web/exchange.py"}


def probed(
    root: Path, monkeypatch: pytest.MonkeyPatch, *results: ProbeResult, offline: bool = False
) -> Report:
    """Return the report of a run whose probes of the network return these results."""

    def returning(result: ProbeResult) -> Callable[[ProbeRequest], ProbeResult]:
        return lambda _: result

    made = tuple(
        Probe(f"visits-{number}", (Visit, GitHubVisit), network=True, run=returning(result))
        for number, result in enumerate(results)
    )
    monkeypatch.setattr("rollkeeper.engine.run.probes", lambda: made)
    return run(Options(root, today=TODAY, families=("websites",), offline=offline))


def seen(**more: Any) -> ProbeResult:
    return ProbeResult({"partners": {Visit: (), GitHubVisit: ()}}, **more)


def test_what_probes_left_out_is_in_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = community(tmp_path, "- name: Fir\n")
    whole = probed(root, monkeypatch, seen(), seen())
    assert (whole.incomplete, whole.interrupted) == (None, False)
    assert whole.skipped == {"website-off-topic": "the policy sets no `words`"}
    report = probed(
        root, monkeypatch, seen(note="3 left out", incomplete="no network"), seen(incomplete="late")
    )
    assert report.skipped == {**whole.skipped, "visits-0": "3 left out"}
    assert (report.incomplete, report.interrupted) == ("no network; late", False)
    assert exit_status(report) == 3


def test_after_an_interrupted_probe_no_other_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = community(tmp_path, "- name: Fir\n")
    report = probed(root, monkeypatch, seen(interrupted=True), seen(note="asked"))
    assert report.interrupted
    assert report.skipped["website-unreachable"] == "interrupted before"
    assert "asked" not in report.skipped.values()
    assert exit_status(report) == 130


def test_offline_no_probe_of_the_network_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = community(tmp_path, "- name: Fir\n")
    report = probed(root, monkeypatch, seen(note="asked"), offline=True)
    assert report.skipped["website-unreachable"] == "offline"
    assert "asked" not in report.skipped.values()
    assert not report.interrupted


def test_a_programme_alone_knows_the_logos_that_others_name(tmp_path: Path) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v4z"/></svg>'
    )
    files = {f"logos__{name}_svg": drawing for name in ("fir", "oak", "old")}
    second = "roster: second.yaml\nlogos: ./logos/\n"
    roster = "- name: Oak\n  logo: oak.svg\n"
    community(
        tmp_path, "- name: Fir\n  logo: fir.svg\n", LOGOS,
        policies__second_yaml=second, second_yaml=roster, **files,
    )  # fmt: skip
    for chosen in ((), ("partners",), ("second",)):
        report = run(Options(tmp_path, programmes=chosen, today=TODAY))
        assert [finding.path for finding in found(report, "logo-orphan")] == ["logos/old.svg"]
