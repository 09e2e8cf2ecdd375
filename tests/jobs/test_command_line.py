"""How the command is addressed: what it is to check, where, and what it says to a mistake."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from communities import community
from rollkeeper.jobs.cli import main, parser
from rollkeeper.jobs.completion import completion
from rollkeeper.jobs.output import escape_what_cannot_be_shown
from rollkeeper.model.status import Status
from rollkeeper.rules import catalogue

CHECK = ("check", "--offline", "--today", "2026-11-21")
ROSTER = "- name: ' Łukasz'\n  website: gopher://oak.example/\n"
OWN = """\
roster: partners.yaml
logos: logos
page: README.md
requirements:
  - {id: has-tier, expect: has(entry.tier), message: every partner has a tier}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = community(tmp_path / "here", ROSTER, OWN)
    (root / "logos").mkdir()
    (root / "policies" / "people.yaml").write_text("roster: people.yaml\n", encoding="utf-8")
    (root / "people.yaml").write_text("- name: ' Ada'\n", encoding="utf-8")
    return root


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> set[str]:
    capsys.readouterr()
    main([*CHECK, "--format", "json", *arguments])
    return {each["rule"] for each in json.loads(capsys.readouterr().out)["findings"]}


@pytest.mark.parametrize(
    ("chosen", "rules"),
    [
        ([], {"blank-edges", "website-form", "has-tier"}),
        (["--select", "website-form"], {"website-form"}),
        (["--select", "requirements"], {"has-tier"}),
        (["--select", "has-tier,website-form"], {"has-tier", "website-form"}),
        (["--select", "has-tier", "--select", "website-form"], {"has-tier", "website-form"}),
        (["--ignore", "requirements", "--ignore", "website-form"], {"blank-edges"}),
        (["--ignore", "has-tier"], {"blank-edges", "website-form"}),
        (["--select", "links,has-tier", "--ignore", "website-form"], {"has-tier"}),
        (["--family", "links"], {"website-form"}),
    ],
)
def test_rules_families_and_requirements_can_be_chosen(
    root: Path, capsys: pytest.CaptureFixture[str], chosen: list[str], rules: set[str]
) -> None:
    assert found(capsys, "--root", str(root), *chosen) == rules


@pytest.mark.parametrize(
    ("least", "status"), [("error", 0), ("warning", 0), ("notice", 1), ("never", 0)]
)
def test_a_notice_fails_a_run_only_where_it_is_asked_for(
    root: Path, least: str, status: int
) -> None:
    (root / "people.yaml").write_text("- name: Ada  \n", encoding="utf-8")
    arguments = ["--root", str(root), "--programme", "people", "--fail-on", least]
    assert main([*CHECK, *arguments]) == status


def test_a_narrowed_run_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CHECK, "--root", str(root), "--select", "terms,yaml-tab"]) == 0
    few = r"2 entries of 2 programmes checked with (?:[2-9]|1\d) rules: "
    assert re.match(few, capsys.readouterr().out)
    assert main([*CHECK, "--root", str(root), "--select", "terms", "--ignore", "terms"]) == 3
    assert "Nothing was checked" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_rule_that_there_is_not_is_wrong_use(
    root: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*CHECK, "--root", str(root), option, "has-teir"]) == 2
    assert capsys.readouterr().err == (
        "unknown rule or family of rules `has-teir`; did you mean `has-tier`?\n"
    )


@pytest.mark.parametrize(
    ("named", "programmes"),
    [
        ("partners.yaml", ["partners"]),
        ("logos", ["partners"]),
        ("logos/alder.svg", ["partners"]),
        ("README.md", ["partners"]),
        ("policies/people.yaml", ["people"]),
        ("./policies/../people.yaml", ["people"]),
    ],
)
def test_files_choose_their_programmes(
    root: Path,
    named: str,
    programmes: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(root)
    main([*CHECK, "--format", "json", named])
    assert json.loads(capsys.readouterr().out)["programmes"] == programmes


def test_a_file_of_no_programme_is_wrong_use(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*CHECK, "--root", str(root), "logos-of-old"]) == 2
    assert "name a roster: `partners.yaml` or `people.yaml`" in capsys.readouterr().err


def test_the_community_is_found_from_a_folder_of_its_repository(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / ".git").mkdir()
    monkeypatch.chdir(root / "logos")
    assert main(list(CHECK)) == 1
    assert "\n../people.yaml:1:9 ( Ada)\n" in capsys.readouterr().out


def test_nothing_is_looked_up_beyond_the_repository(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "logos")
    assert main(list(CHECK)) == 2
    assert "no policy found" in capsys.readouterr().err
    (root / "logos" / ".git").mkdir()
    assert main(list(CHECK)) == 2


def test_places_can_be_opened_from_where_the_user_is(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root.parent)
    main([*CHECK, "--root", "here", "--format", "concise"])
    assert "\nhere/people.yaml:1:9: " in capsys.readouterr().out
    monkeypatch.chdir("/")
    main([*CHECK, "--root", str(root), "--format", "concise", "--programme", "people"])
    line = capsys.readouterr().out.splitlines()[0]
    assert Path(line.partition(":")[0]).is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "rollkeeper: error: unknown command `chekc`; did you mean `check`?\n"),
        (
            ["check", "--sellect=x"],
            "rollkeeper check: error: unknown option `--sellect`; did you mean `--select`?\n",
        ),
        (
            ["check", "--format", "jsno"],
            "rollkeeper check: error: --format: unknown value `jsno`; did you mean `json`?\n",
        ),
        (
            ["check", "--policies", "/nonexistent"],
            "rollkeeper check: error: argument --policies: '/nonexistent' is not a folder\n",
        ),
        (
            ["check", "--output", "/nonexistent/report"],
            "rollkeeper check: error: argument --output: there is no folder '/nonexistent'; create it, or name another file\n",
        ),
        (
            ["check", "--output", "/"],
            "rollkeeper check: error: argument --output: '/' is a folder; name a file in it\n",
        ),
        (["render", "a", "b"], "rollkeeper render: error: too many arguments: a b\n"),
        (["--vresion"], "rollkeeper: error: unknown option `--vresion`; did you mean"),
        (["ch\x1b[31m"], "rollkeeper: error: unknown command `ch\\x1b[31m`"),
    ],
)
def test_a_mistake_is_named_with_what_was_meant(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == Status.WRONG_USE
    told = capsys.readouterr().err
    assert told.startswith(message)
    assert told.endswith(" --help`.\n")


def test_a_file_that_cannot_be_written_is_wrong_use(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    file = root / "report.txt"
    assert main([*CHECK, "--root", str(root), "--output", str(file)]) == 2
    assert capsys.readouterr().err == f"--output: {file} cannot be written: Permission denied\n"


def test_a_terminal_that_is_not_utf_8_shows_every_report(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    escape_what_cannot_be_shown()
    assert main([*CHECK, "--root", str(root)]) == 1
    sys.stdout.flush()
    assert rb"( \u0141ukasz)" in written.getvalue()


def test_a_roster_is_never_escaped_on_its_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("- [Łódź Works](https://works.example)\n", encoding="utf-8")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    escape_what_cannot_be_shown()
    assert main(["import", str(page)]) == 2
    assert "cp1252, has no '\\u0141'; name a file with --output" in capsys.readouterr().err
    assert main(["import", str(page), "--output", str(tmp_path / "roster.yaml")]) == 0
    assert "Łódź Works" in (tmp_path / "roster.yaml").read_text(encoding="utf-8")


def test_requirements_are_described_like_rules(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "has-tier", "--root", str(root)]) == 0
    told = capsys.readouterr().out
    assert "every partner has a tier" in told
    assert "expect: has(entry.tier)" in told
    assert "policies/partners.yaml:5" in told
    assert main(["rules", "--root", str(root)]) == 0
    assert "  has-tier" in capsys.readouterr().out
    assert main(["rules", "has-teir", "--root", str(root)]) == 2
    assert "did you mean `has-tier`?" in capsys.readouterr().err


def test_rules_are_described_for_programs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json", "--root", str(root)]) == 0
    data = {each["id"]: each for each in json.loads(capsys.readouterr().out)}
    assert data.keys() == {*catalogue(), "has-tier"}
    assert data["has-tier"]["expect"] == "has(entry.tier)"
    described = data["term-ended"]
    assert described["family"] == "terms"
    assert described["url"].endswith("/docs/rules.md#term-ended")
    assert set(described["examples"]) >= {"bad", "good"}
    assert described["options"]


@pytest.mark.parametrize("rule", sorted(catalogue()))
def test_every_rule_is_described_with_a_bad_and_a_good_example(
    rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", rule]) == 0
    told = capsys.readouterr().out
    assert "\nBad:\n" in told
    assert "\nGood:\n" in told
    assert "expect:" not in told.partition("\nBad:\n")[2]
    assert f"More: https://github.com/rollkeeper/rollkeeper/blob/main/docs/rules.md#{rule}" in told


def completed(line: str) -> list[str]:
    """Complete a command line in bash; it ends with what is completed."""
    words = line.split(" ")
    script = completion("bash", parser(), catalogue()) + (
        f'COMP_WORDS=("$@"); COMP_CWORD={len(words) - 1}; _rollkeeper\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    command = ["bash", "--norc", "-c", script, "bash", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_options_and_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "partners.yaml").touch()
    monkeypatch.chdir(tmp_path)
    assert completed("rollkeeper ch") == ["check"]
    assert completed("rollkeeper check --sel") == ["--select"]
    assert completed("rollkeeper check --format s") == ["sarif"]
    assert completed("rollkeeper check --select term-en") == ["term-ended", "term-ending-soon"]
    assert completed("rollkeeper rules yaml-t") == ["yaml-tab"]
    assert completed("rollkeeper check part") == ["partners.yaml"]
    assert completed("rollkeeper check --root part") == []
    assert completed("rollkeeper completion z") == ["zsh"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_written_for_each_shell(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("check", "write-baseline", "term-ended", "sarif", "render"):
        assert word in script
    if shell == "bash" or shutil.which(shell) is not None:
        done = subprocess.run([shell, "-n"], input=script, text=True, check=False)
        assert done.returncode == 0


def test_the_package_is_a_program(tmp_path: Path) -> None:
    scripts = str(Path(__file__).parents[2] / "scripts")
    command = [sys.executable, "-m", "rollkeeper", "--version"]
    environment = {**os.environ, "PYTHONPATH": scripts}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert done.stdout.startswith(b"rollkeeper ")
