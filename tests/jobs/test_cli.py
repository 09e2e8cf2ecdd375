"""The command line as a person uses it: output, exit status, and nothing that looks like a pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from communities import community
from rollkeeper.jobs.cli import console, main

ROOT = Path(__file__).parents[2]
GOOD = (
    "- name: Fir\n  website: https://fir.example/\n- name: Oak\n  website: https://oak.example/\n"
)
BAD = "- name: Oak\n  website: gopher://oak.example/\n- name: ' Fir'\n"
PAGE = "title: Partners\nroster: partners.yaml\npage: README.md\nlayout: {kind: partners}\n"
SORTED = "title: Partners\nroster: partners.yaml\nrules: {unsorted: error}\n"
FLAGS = ("--offline", "--today", "2026-11-21")


def test_an_audit_leaves_nothing_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Websites too: the only rules that do not run are those that the policy asks nothing of."""
    root = community(tmp_path, "- name: Fir\n- name: Oak\n")
    assert main(["audit", "--root", str(root), "--format", "json"]) == 0
    skipped = json.loads(capsys.readouterr().out)["skipped"]
    assert skipped
    assert not [reason for reason in skipped.values() if "offline" in reason]
    assert main(["check", "--offline", "--root", str(root), "--format", "json"]) == 0
    skipped = json.loads(capsys.readouterr().out)["skipped"]
    assert [reason for reason in skipped.values() if "offline" in reason]


def test_clean_roster_is_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", str(community(tmp_path, GOOD)), *FLAGS]) == 0
    assert "2 entries of 1 programme checked: no findings" in capsys.readouterr().out


def test_findings_are_status_1_with_line_and_caret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--root", str(community(tmp_path, BAD)), *FLAGS]) == 1
    told = capsys.readouterr().out
    assert "2:12" in told
    assert "website: gopher://oak.example/" in told
    assert "^^^^^" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--programme", "nobody"],
        ["check", "--since", "nowhere", "--offline"],
        ["rules", "no-such-rule"],
        ["import", "no-such-file.md"],
    ],
    ids=lambda arguments: arguments[0] + arguments[1],
)
def test_wrong_use_is_status_2(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if arguments[0] == "check":
        arguments = [*arguments, "--root", str(community(tmp_path, GOOD))]
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--today", "2026-1-5"],
        ["check", "--root", "/nonexistent/rosters"],
        ["audit", "--offline"],
        ["audit", "--family", "terms"],
        ["audit", "--since", "HEAD"],
        ["nonsense"],
        ["check", "-x"],
    ],
)
def test_arguments_that_cannot_be_read_are_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_a_mistake_in_a_policy_is_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, GOOD, "roster: partners.yaml\nrules: {nope: off}\n")
    assert main(["check", "--root", str(root)]) == 2
    assert "policies/partners.yaml:2:" in capsys.readouterr().err


def test_a_crash_is_status_3_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(_: object = None) -> int:
        message = "out of luck"
        raise RuntimeError(message)

    monkeypatch.setattr("rollkeeper.jobs.cli.main", crash)
    assert console() == 3
    assert "This is not a pass" in capsys.readouterr().err


def test_an_interrupt_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: object = None) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("rollkeeper.jobs.cli.main", interrupt)
    assert console() == 130
    assert "interrupted" in capsys.readouterr().err


def test_fix_repairs_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = community(tmp_path, "# the roster\n- name: Oak   # tall\n- name: 'Fir '\n", SORTED)
    assert main(["fix", "--root", str(root), *FLAGS[1:]]) == 0
    repaired = (root / "partners.yaml").read_text(encoding="utf-8")
    assert "- name: Oak   # tall" in repaired
    assert repaired.index("Fir") < repaired.index("Oak")
    capsys.readouterr()
    assert main(["fix", "--root", str(root), *FLAGS[1:]]) == 0
    assert (root / "partners.yaml").read_text(encoding="utf-8") == repaired
    assert capsys.readouterr().out == "Nothing to fix.\n"


def test_fix_counts_what_needs_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = community(tmp_path, BAD)
    assert main(["fix", "--root", str(root), *FLAGS[1:]]) == 1
    printed = capsys.readouterr().out
    assert printed.endswith(
        "\n1 fix in 1 file; 1 finding needs a person (`rollkeeper check` has them).\n"
    )
    main(["fix", "--root", str(root), *FLAGS[1:]])
    printed = capsys.readouterr().out
    assert printed == "Nothing to fix; 1 finding needs a person (`rollkeeper check` has them).\n"
    assert "gopher" in (root / "partners.yaml").read_text(encoding="utf-8")


def test_fix_shows_each_change_and_counts_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = "\ufeff- name: Oak\u00a0Ltd\n- name: Fir\n  since: 2025-1-5\n"
    root = community(tmp_path, roster, SORTED)
    assert main(["fix", "--root", str(root), *FLAGS[1:]]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "partners.yaml: removed the byte order mark",
        "partners.yaml: sorted by name: 1 entry moved",
        "--- partners.yaml",
        "+++ partners.yaml",
        "@@ -1,3 +1,3 @@",
        "-- name: Oak<U+00A0>Ltd",
        " - name: Fir",
        "-  since: 2025-1-5",
        "+  since: 2025-01-05",
        "+- name: Oak Ltd",
        "4 fixes in 1 file.",
    ]


def test_fix_keeps_to_the_rules_that_are_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, "- name: 'Fir '\n  since: 2025-1-5\n")
    main(["fix", "--root", str(root), *FLAGS[1:], "--select", "date-form"])
    assert capsys.readouterr().out.endswith("\n1 fix in 1 file.\n")
    repaired = (root / "partners.yaml").read_text(encoding="utf-8")
    assert repaired == "- name: 'Fir '\n  since: 2025-01-05\n"


def test_fix_in_colour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    root = community(tmp_path, "- name: Fir\n  since: 2025-1-5\n")
    main(["fix", "--root", str(root), *FLAGS[1:]])
    assert "\x1b[32m+  since: 2025-01-05\x1b[0m\n" in capsys.readouterr().out


def test_fix_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = community(tmp_path, "- name: Oak\n- name: Fir\n", SORTED)
    main(["fix", "--dry-run", "--root", str(root), *FLAGS[1:]])
    assert (root / "partners.yaml").read_text(encoding="utf-8") == "- name: Oak\n- name: Fir\n"
    printed = capsys.readouterr().out
    assert "+- name: Fir" in printed
    assert printed.endswith("1 fix in 1 file, not written.\n")


def test_render_writes_then_agrees_then_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = community(tmp_path, GOOD, PAGE)
    render = ["render", "--root", str(root)]
    assert main([*render, "--check"]) == 1
    assert main(render) == 0
    assert main([*render, "--check"]) == 0
    (root / "partners.yaml").write_text(GOOD.replace("Oak", "Elm"), encoding="utf-8")
    capsys.readouterr()
    assert main([*render, "--check"]) == 1
    told = capsys.readouterr().out
    assert "rollkeeper render" in told
    assert "Elm" in told


def test_rules_are_listed_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert "term-ended" in capsys.readouterr().out
    assert main(["rules", "term-ended"]) == 0
    assert "grace_days" in capsys.readouterr().out


def test_import_gives_a_roster_that_reads_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "list.md"
    source.write_text(
        "| Name | Website |\n|---|---|\n| Fir | https://fir.example/ |\n", encoding="utf-8"
    )
    assert main(["import", str(source), "--set", "status=active"]) == 0
    roster = capsys.readouterr().out
    root = community(tmp_path / "c", roster)
    assert main(["check", "--root", str(root), *FLAGS]) == 0
    assert "status: active" in roster


def test_output_goes_to_a_file_without_colour(tmp_path: Path) -> None:
    root = community(tmp_path, BAD)
    file = tmp_path / "report.json"
    arguments = ["check", "--root", str(root), *FLAGS, "--format", "json", "--output", str(file)]
    assert main(arguments) == 1
    assert json.loads(file.read_text(encoding="utf-8"))["version"] == 1


def run_cli(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rollkeeper.jobs.cli", *arguments]
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), **environment}
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )


def test_inside_actions_annotations_are_the_default(tmp_path: Path) -> None:
    root = community(tmp_path, BAD)
    done = run_cli("check", "--root", str(root), *FLAGS, GITHUB_ACTIONS="true")
    assert done.returncode == 1
    assert "::error file=partners.yaml,line=2" in done.stdout


@pytest.mark.parametrize(("name", "coloured"), [("FORCE_COLOR", True), ("NO_COLOR", False)])
def test_colour_follows_the_conventions(tmp_path: Path, name: str, *, coloured: bool) -> None:
    root = community(tmp_path, BAD)
    done = run_cli("check", "--root", str(root), *FLAGS, **{"GITHUB_ACTIONS": "", name: "1"})
    assert ("\x1b[" in done.stdout) is coloured


def test_no_progress_in_a_log(tmp_path: Path) -> None:
    done = run_cli("check", "--root", str(community(tmp_path, GOOD)), *FLAGS)
    assert done.stderr == ""


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    root = community(tmp_path, "".join(f"- name: ' n{i}'\n" for i in range(3000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "rollkeeper.jobs.cli", "check", "--root", str(root), "--offline"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 3
    assert b"Traceback" not in told


@pytest.mark.parametrize(
    "script", ["validate.py", "check_logos.py", "check_terms.py", "render_pages.py --check"]
)
def test_the_main_job_passes_on_our_own_rosters(tmp_path: Path, script: str) -> None:
    name, *flags = script.split()
    command = [sys.executable, str(ROOT / "scripts" / name), "--root", str(ROOT), *flags]
    done = subprocess.run(
        [*command, "--today", "2026-11-21"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_import_replaces_no_file_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, roster = tmp_path / "page.md", tmp_path / "roster.yaml"
    page.write_text("- [Alder](https://alder.example)\n")
    roster.write_text("- name: Mine\n")
    assert main(["import", str(page), "--output", str(roster)]) == 2
    assert "add --force to replace it" in capsys.readouterr().err
    assert roster.read_text() == "- name: Mine\n"
    assert main(["import", str(page), "--output", str(roster), "--force"]) == 0
    assert "Alder" in roster.read_text()
