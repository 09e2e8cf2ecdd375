"""`rollkeeper init`: what it proposes, what it writes, and what it leaves alone."""

from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rollkeeper.jobs.cli import main
from rollkeeper.jobs.init.callers import own_pin

PIN = "0123456789abcdef0123456789abcdef01234567#v1.2.3"
ADOPTERS = """\
# Who uses it

- [Alder Cloud](https://alder-cloud.example.org/)
- [Birch B.V.](https://birch.example.org/)
- Cedar
- [Douglas](https://douglas.example.org/) - We use it. It is great!
- [![Dogwood](logos/dogwood.svg)](https://dogwood.example.org/)
"""
PARTNERS = """\
# The site shows these.
- title: Elm Systems
  link: http://elm.example.org/
  logo: elm.png
- title: Ash Works
  link: https://ash.example.org/
  logo: ash.png
"""
AMBASSADORS = """\
import React from "react";
import ann from "../../static/img/people/ann.png";

const ambassadors = [
  {image: ann, name: "Ann Example", github: "ann", bio: <b>It's her</b>},
  {image: require("../../static/img/people/bea.png").default, name: 'Bea\\u0301', github: "bea"},
];
export default ambassadors;
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "ADOPTERS.md": ADOPTERS,
        "data/partners.yaml": PARTNERS,
        "src/data/ambassadors.tsx": AMBASSADORS,
        "logos/dogwood.svg": "<svg/>",
        "static/img/partners/elm.png": "",
        "static/img/partners/ash.png": "",
        "static/img/people/ann.png": "",
        "static/img/people/bea.png": "",
        "README.md": "# A project\n\n- [Docs](https://docs.example.org/)\n",
        "node_modules/other/ADOPTERS.md": "- [No](https://no.example.org/)\n- [Nope](https://nope.example.org/)\n",
    }
    for name, text in files.items():
        file = tmp_path / "community" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "community"


def init(root: Path, *arguments: str) -> int:
    return main(["init", "--root", str(root), *arguments])


def snapshot(root: Path) -> dict[str, bytes | None]:
    return {
        str(file.relative_to(root)): file.read_bytes() if file.is_file() else None
        for file in sorted(root.rglob("*"))
    }


def proposal(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert init(root, "--dry-run", "--format", "json", *arguments) == 0
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    return shown


def test_lists_of_each_kind_become_programmes(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(root, "--yes", "--pin", PIN) == 0
    assert (root / "policies/partners.yaml").read_text().splitlines()[1:] == [
        "title: Partners",
        "roster: data/partners.yaml",
        "logos: static/img/partners",
        "fields:",
        "  name: title",
        "  website: link",
    ]
    assert (root / "rosters/adopters.yaml").read_text().splitlines()[1:] == [
        "- name: Alder Cloud",
        "  website: https://alder-cloud.example.org/",
        "",
        "- name: Birch B.V.",
        "  website: https://birch.example.org/",
        "",
        "- name: Cedar",
        "",
        "- name: Douglas",
        "  website: https://douglas.example.org/",
        "  description: We use it. It is great!",
        "",
        "- name: Dogwood",
        "  website: https://dogwood.example.org/",
        "  logo: dogwood.svg",
    ]
    assert "logos: logos" in (root / "policies/adopters.yaml").read_text()
    ambassadors = (root / "rosters/ambassadors.yaml").read_text()
    assert "logo: ann.png" in ambassadors
    assert "logo: bea.png" in ambassadors
    assert "logos: static/img/people" in (root / "policies/ambassadors.yaml").read_text()
    assert (root / "data/partners.yaml").read_text() == PARTNERS
    assert "src/data/ambassadors.tsx:5: `<` is an expression" in capsys.readouterr().out
    assert not list(root.glob("policies/*node*"))


def test_every_value_has_its_line_in_the_source(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = proposal(root, capsys)
    by_name = {each["name"]: each for each in shown["programmes"]}
    assert set(by_name) == {"adopters", "partners", "ambassadors"}
    for programme in shown["programmes"]:
        for setting in programme["settings"]:
            assert (root / setting["path"]).read_text().splitlines()[setting["line"] - 1]
        for entry in programme["entries"]:
            lines = (root / entry["path"]).read_text(encoding="utf-8").splitlines()
            for value in entry["values"]:
                written = lines[value["line"] - 1]
                if value["field"] in {"name", "website", "github"}:
                    plain = str(value["value"]).removesuffix("\u0301")
                    assert plain in written, (value, written)
    assert by_name["partners"]["in_place"] is True
    assert by_name["adopters"]["in_place"] is False


def test_a_dry_run_writes_nothing(root: Path) -> None:
    before = snapshot(root)
    assert init(root, "--dry-run", "--pin", PIN) == 0
    assert snapshot(root) == before


def test_a_second_run_changes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(root, "--yes", "--pin", PIN)
    before = snapshot(root)
    assert init(root, "--yes", "--pin", PIN) == 0
    assert snapshot(root) == before
    assert "There is nothing to write." in capsys.readouterr().err


def test_a_roster_that_was_changed_since_is_kept(root: Path) -> None:
    init(root, "--yes", "--pin", PIN)
    roster = root / "rosters/adopters.yaml"
    roster.write_text("- name: Only one\n")
    before = snapshot(root)
    assert init(root, "--yes", "--pin", PIN) == 0
    assert snapshot(root) == before


def test_nothing_that_is_there_is_overwritten(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {
        "policies/partners.yaml": "title: Ours\nroster: ours.yaml\n",
        "ours.yaml": "[]\n",
        "rosters/adopters.yaml": "- name: Somebody\n",
        ".github/workflows/rosters.yml": "on: push\n",
    }
    for name, text in own.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    assert init(root, "--yes", "--pin", PIN) == 0
    for name, text in own.items():
        assert (root / name).read_text() == text
    shown = capsys.readouterr().out
    assert "policies/partners.yaml is there for another roster" in shown
    assert "rosters/adopters.yaml is there with other entries" in shown
    assert ".github/workflows/rosters.yml: is there, and is kept as it is" in shown
    assert not (root / "policies/adopters.yaml").exists()
    assert (root / "policies/ambassadors.yaml").exists()


def test_without_a_terminal_it_needs_yes(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    before = snapshot(root)
    assert init(root) == 2
    assert "add --yes to write" in capsys.readouterr().err
    assert snapshot(root) == before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("Yes\n", 0), ("\n", 1), ("", 1)])
def test_the_one_question_at_a_terminal(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    status: int,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert init(root) == status
    shown = capsys.readouterr().err
    assert shown.count("[y/N]") == 1
    assert (root / "policies").exists() is (status == 0)
    assert ("Next: rollkeeper check" in shown) is (status == 0)


def test_the_proposal_is_green_with_a_baseline(root: Path) -> None:
    assert init(root, "--yes") == 0
    check = ["check", "--offline", "--root", str(root), "--today", "2026-11-21"]
    assert main([*check, "--fail-on", "warning"]) == 1
    assert main([*check, "--write-baseline"]) == 0
    assert main([*check, "--fail-on", "warning"]) == 0


def test_callers_are_pinned_and_short(root: Path) -> None:
    init(root, "--yes", "--pin", PIN)
    files = [
        root / ".github/workflows" / f"{name}.yml"
        for name in ("rosters", "rosters-check", "rosters-nightly")
    ]
    lines = [line for file in files for line in file.read_text().splitlines()]
    assert len(lines) <= 40
    used = [line.split("uses: ")[1] for line in lines if line.lstrip().startswith("uses: ")]
    assert len(used) == 5
    commit, version = PIN.split("#")
    for each in used:
        assert each.startswith("rollkeeper/rollkeeper/.github/workflows/")
        assert each.endswith(f"@{commit} # {version}")


@pytest.mark.parametrize(
    ("origin", "pin"),
    [
        ({"commit_id": "a" * 40, "requested_revision": "v1.2.3"}, ("a" * 40, "v1.2.3")),
        ({"commit_id": "a" * 40, "requested_revision": "1.2"}, ("a" * 40, "1.2")),
        ({"commit_id": "a" * 40, "requested_revision": "main"}, None),
        ({"commit_id": "a" * 40}, None),
        ({"commit_id": "main", "requested_revision": "v1"}, None),
        (None, None),
    ],
)
def test_an_installation_from_a_repository_knows_its_version_by_the_tag_alone(
    origin: dict[str, str] | None, pin: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Installed:
        def read_text(self, _: str) -> str:
            return json.dumps({"url": "https://git.example/r", "vcs_info": origin})

    monkeypatch.setattr("rollkeeper.jobs.init.callers.distribution", lambda _: Installed())
    found = own_pin()
    assert (found and (found.commit, found.version)) == pin


def test_an_unknown_pin_leaves_the_callers_out(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rollkeeper.jobs.init.command.own_pin", lambda: None)
    assert init(root, "--yes") == 0
    assert not (root / ".github").exists()
    assert "the commit of Rollkeeper to call is not known" in capsys.readouterr().out


@pytest.mark.parametrize(
    "pin",
    ["v1", "main#v1", PIN.upper(), PIN + " ", "0" * 39 + "#v1", "0" * 40, "0" * 40 + "#v1\nx"],
)
def test_a_pin_is_a_commit_and_a_version(root: Path, pin: str) -> None:
    assert init(root, "--yes", "--pin", pin) == 2
    assert not (root / "policies").exists()


def test_lists_that_a_policy_addresses_already_are_not_proposed_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "partners").mkdir()
    for name in ("alder", "birch", "cedar"):
        (tmp_path / "partners" / f"{name}.yaml").write_text(
            f"name: {name}\nwebsite: https://{name}.example.org/\n"
        )
    (tmp_path / "landscape.yml").write_text(
        "landscape:\n- name: Trees\n  subcategories:\n  - name: Elms\n    items:\n"
        "    - {name: Elm Systems, homepage_url: 'https://elm.example.org/'}\n"
    )
    found = {each["name"] for each in proposal(tmp_path, capsys)["programmes"]}
    assert len(found) == 2
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "partners.yaml").write_text("roster: partners/*.yaml\n")
    (tmp_path / "policies" / "landscape.yaml").write_text(
        "roster: landscape.yml\nentries: landscape.*.subcategories.*.items\n"
    )
    assert proposal(tmp_path, capsys)["programmes"] == []


def test_the_default_branch_is_the_remotes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert proposal(root, capsys)["default_branch"] is None
    for command in (
        ["init", "-q"],
        ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"],
    ):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    assert proposal(root, capsys)["default_branch"] == "trunk"


def test_a_repository_without_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("# Hello\n")
    assert init(tmp_path, "--yes", "--pin", PIN) == 1
    shown = capsys.readouterr()
    assert "No list was found" in shown.out
    assert "Next: rollkeeper init --from FILE" in shown.err
    assert snapshot(tmp_path) == {"README.md": b"# Hello\n"}


def test_a_file_that_is_named_needs_no_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "things.yaml").write_text(
        "- name: A\n  url: https://a.example.org/\n- name: B\n  url: https://b.example.org/\n"
    )
    assert init(tmp_path, "--yes") == 1
    assert init(tmp_path, "--yes", "--from", "things.yaml") == 0
    assert "roster: things.yaml" in (tmp_path / "policies/things.yaml").read_text()
    capsys.readouterr()
    assert init(tmp_path, "--yes", "--from", "missing.yaml") == 0  # nothing is left to do
    assert "missing.yaml:1: there is no such file" in capsys.readouterr().out


def test_hostile_names_and_values_are_shown_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "adopters"
    folder.mkdir()
    (tmp_path / "ADOPTERS.md").write_text(
        "- [\x1b[31mRed\u202e](https://red.example.org/)\n- [::error::x](https://x.example.org/)\n- [##[warning]y](https://y.example.org/)\n"
    )
    (folder / "a\x1b[2Jb.yaml").write_text("- name: A\n  url: https://a.example.org/\n")
    (folder / "::error::.yaml").write_text("- name: A\n  url: https://a.example.org/\n")
    assert init(tmp_path, "--yes") == 0
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err
    assert "\u202e" not in shown.out + shown.err
    assert "##[" not in shown.out
    assert not any(line.lstrip().startswith("::") for line in shown.out.splitlines())
    for file in (tmp_path / "rosters").glob("*.yaml"):
        assert b"\x1b" not in file.read_bytes()


def test_links_pipes_and_deep_folders_are_no_sources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "partners.yaml").write_text("- name: Secret\n  url: https://secret.example.org/\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "partners.yaml").symlink_to(outside / "partners.yaml")
    (inside / "data").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    os.mkfifo(inside / "adopters.yaml")
    deep = inside
    for _ in range(40):
        deep /= "d"
        deep.mkdir()
    (deep / "sponsors.yaml").write_text("- name: Deep\n  url: https://deep.example.org/\n")
    assert init(inside, "--dry-run") == 1
    shown = capsys.readouterr().out
    assert "Secret" not in shown
    assert "No list was found" in shown
    assert "nested deeper than 16 folders" in shown


def test_a_link_in_place_of_a_folder_is_not_written_through(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "policies").symlink_to(elsewhere)
    before = snapshot(root)
    assert init(root, "--yes") == 2
    assert snapshot(root) == before
    assert not list(elsewhere.iterdir())
