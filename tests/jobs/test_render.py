"""Pages on disk: written from rosters that were read whole, and from no others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rollkeeper.jobs.cli import main

RENDER_SCRIPT = Path(__file__).parents[2] / "scripts" / "render_pages.py"
ROSTER = "- name: Acme\n- name: Boreal\n"
UNDER_KEY = "partners:\n- name: Acme\n- name: Boreal\n"
KEYED = "partners"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a community with two programmes whose pages agree with their rosters."""
    return lay_out(tmp_path / "community")


def lay_out(root: Path, partners: str = ROSTER, more: str = "") -> Path:
    (root / "policies").mkdir(parents=True)
    for name in ("friends", "partners"):
        policy = f"title: List of {name}\nroster: {name}.yaml\npage: {name}/README.md\n"
        policy += more if name == "partners" else ""
        (root / "policies" / f"{name}.yaml").write_text(policy, encoding="utf-8")
    (root / "partners.yaml").write_text(partners, encoding="utf-8")
    (root / "friends.yaml").write_text("- name: Old Friend\n", encoding="utf-8")
    assert main(["render", "--root", str(root)]) == 0
    return root


def page(root: Path, name: str = "partners") -> str:
    return (root / name / "README.md").read_text(encoding="utf-8")


def written(data: bytes) -> Callable[[Path], object]:
    return lambda root: (root / "partners.yaml").write_bytes(data)


def linked(root: Path) -> None:
    (root / "partners.yaml").rename(root / "elsewhere.yaml")
    (root / "partners.yaml").symlink_to("elsewhere.yaml")


def linked_nowhere(root: Path) -> None:
    (root / "partners.yaml").unlink()
    (root / "partners.yaml").symlink_to("nowhere.yaml")


def foldered(root: Path) -> None:
    (root / "partners.yaml").unlink()
    (root / "partners.yaml").mkdir()


def piped(root: Path) -> None:
    (root / "partners.yaml").unlink()
    os.mkfifo(root / "partners.yaml")


def unreadable(root: Path) -> None:
    (root / "policies" / "partners.yaml").write_text(
        "roster: partners.yaml\npage: partners/README.md\nlimits: {max_bytes: 10}\n", "utf-8"
    )


BROKEN: dict[str, Callable[[Path], object]] = {
    "a tab": written(b"- name: Acme\n\tcountry: NL\n- name: Boreal\n"),
    "an unclosed quote": written(ROSTER.encode() + b'- name: "Cedar\n'),
    "an unclosed bracket": written(ROSTER.encode() + b"- {name: Cedar\n"),
    "not UTF-8": written(b"- name: Acm\xe9\n- name: Boreal\n"),
    "UTF-16": written(ROSTER.encode("utf-16")),
    "empty": written(b""),
    "comments alone": written(b"# nothing here\n"),
    "byte order mark alone": written(b"\xef\xbb\xbf"),
    "null": written(b"null\n"),
    "a mapping where a list is meant": written(UNDER_KEY.encode()),
    "a text where a list is meant": written(b"Acme, Boreal\n"),
    "an entry that is a text": written(b"- name: Acme\n- Boreal\n"),
    "a key twice": written(b"- name: Acme\n  name: Boreal\n"),
    "an alias in place of a value": written(b"- name: &a Acme\n- name: *a\n"),
    "a merge key": written(b"- &a {name: Acme}\n- <<: *a\n"),
    "a second document": written(ROSTER.encode() + b"---\n- name: Cedar\n"),
    "a key that is no text": written(b"- name: Acme\n- {[name]: Boreal}\n"),
    "a conflict marker": written(
        b"<<<<<<< ours\n- name: Acme\n=======\n- name: Cedar\n>>>>>>> x\n"
    ),
    "a NUL": written(b"- name: Acme\n- name: Bor\x00eal\n"),
    "nested too deep": written(b"- name: Acme\n- name: " + b"[" * 200 + b"]" * 200 + b"\n"),
    "too large": unreadable,
    "a link": linked,
    "a link to nothing": linked_nowhere,
    "a folder": foldered,
    "a pipe": piped,
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("check", [False, True], ids=["write", "check"])
def test_a_roster_that_cannot_be_read_whole_leaves_its_page_alone(
    kind: str, root: Path, capsys: pytest.CaptureFixture[str], *, check: bool
) -> None:
    """F3: one bad byte on the default branch, and the public page lists nobody any more."""
    before = page(root)
    BROKEN[kind](root)
    arguments = ["render", "--root", str(root), *(["--check"] if check else [])]
    assert main(arguments) == 1
    assert page(root) == before
    said = capsys.readouterr().err
    assert "partners/README.md stays as it is, because partners.yaml cannot be read" in said
    assert "Correct the roster, then render again" in said
    assert said.startswith("partners.yaml:")


def test_a_list_where_a_key_is_meant_leaves_the_page_alone(tmp_path: Path) -> None:
    """F3: `entries:` names a key, and the roster has become the list itself."""
    root = lay_out(tmp_path / "keyed", UNDER_KEY, f"entries: {KEYED}\n")
    before = page(root)
    assert "Boreal" in before
    (root / "partners.yaml").write_text(ROSTER, encoding="utf-8")
    assert main(["render", "--root", str(root)]) == 1
    assert page(root) == before


def test_the_other_programmes_pages_are_written_all_the_same(root: Path) -> None:
    BROKEN["a tab"](root)
    (root / "friends.yaml").write_text("- name: New Friend\n", encoding="utf-8")
    assert main(["render", "--root", str(root)]) == 1
    assert "New Friend" in page(root, "friends")
    assert "Boreal" in page(root)


def test_a_page_that_is_a_link_is_wrong_use_and_the_others_are_written(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root / "friends" / "README.md"
    file.unlink()
    file.symlink_to("../friends.yaml")
    (root / "partners.yaml").write_text("- name: Cedar\n", encoding="utf-8")
    assert main(["render", "--root", str(root)]) == 2
    assert "Cedar" in page(root)
    assert "Old Friend" in (root / "friends.yaml").read_text(encoding="utf-8")
    assert "friends/README.md is a symbolic link" in capsys.readouterr().err


@pytest.mark.parametrize(
    "roster",
    [
        "[]\n",
        "- name: Acme\n  country: [not, a, text]\n",
        "\ufeff- name: Acme\n",
        "- name: Ac\u200bme\n",
        "- {}\n",
    ],
    ids=["nobody left", "wrong value", "byte order mark", "invisible character", "no name"],
)
def test_what_was_read_whole_is_rendered_whatever_else_is_wrong_with_it(
    roster: str, root: Path
) -> None:
    (root / "partners.yaml").write_text(roster, encoding="utf-8")
    assert main(["render", "--root", str(root)]) == 0
    assert "Boreal" not in page(root)


def test_a_marker_of_another_programme_is_shown_and_not_obeyed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "partners" / "README.md").write_text(
        "<!-- rollkeeper:begin \x1b[31mevil -->\n", encoding="utf-8"
    )
    assert main(["render", "--root", str(root), "--check"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def script(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    event = root.with_name("event.json")
    event.write_text(json.dumps({}), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(RENDER_SCRIPT), "--root", str(root), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event)},
    )


@pytest.mark.parametrize("arguments", [(), ("--check", "--fail-on", "never")])
def test_the_job_fails_beside_the_line_that_is_wrong(
    arguments: tuple[str, ...], root: Path
) -> None:
    """F3: the Render job was green and committed the empty page."""
    before = page(root)
    (root / "partners.yaml").write_text(ROSTER + '- name: "::error::%0Aforged\n', encoding="utf-8")
    done = script(root, *arguments)
    assert done.returncode == 1, done.stderr
    assert page(root) == before
    (error,) = [line for line in done.stdout.splitlines() if line.startswith("::error")]
    assert error.startswith(
        "::error file=partners.yaml,line=3,title=rollkeeper::partners/README.md"
    )


def test_a_page_that_is_only_out_of_date_fails_nothing_where_nothing_is_to_fail(root: Path) -> None:
    (root / "partners.yaml").write_text("- name: Cedar\n", encoding="utf-8")
    assert script(root, "--check", "--fail-on", "never").returncode == 0
    assert script(root, "--check").returncode == 1


LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><path d="M0 0h3v1h-3z"/></svg>'


def with_logos(root: Path, *files: str, more: str = "") -> None:
    policy = f"roster: partners.yaml\npage: partners/README.md\nlogos: partners/logos\n{more}"
    (root / "policies" / "partners.yaml").write_text(policy, encoding="utf-8")
    (root / "partners" / "logos").mkdir(exist_ok=True)
    for file in files:
        (root / "partners" / "logos" / file).write_text(LOGO, encoding="utf-8")
    entries = "".join(f"- {{name: {file}, logo: {file}}}\n" for file in files)
    (root / "partners.yaml").write_text(f"{entries}- {{name: Lost, logo: lost.svg}}\n", "utf-8")


def test_a_logo_that_is_lost_on_dark_gets_a_plate_which_goes_with_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plates = root / "partners" / "logos-on-dark"
    with_logos(root, "a.svg", "b.svg")
    assert main(["render", "--root", str(root), "--check"]) == 1
    assert "partners/logos-on-dark/a.svg: out of date" in capsys.readouterr().out
    assert main(["render", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "no logo to show for `Lost`: the name stands in its place" in said
    assert sorted(file.name for file in plates.iterdir()) == ["a.svg", "b.svg"]
    assert 'srcset="logos-on-dark/a.svg"' in page(root)
    assert main(["render", "--root", str(root), "--check"]) == 0
    with_logos(root, "b.svg")
    mine = plates / "mine.svg"
    mine.write_text(LOGO, encoding="utf-8")
    assert main(["render", "--root", str(root), "--check"]) == 1
    assert "partners/logos-on-dark/a.svg: not needed any more" in capsys.readouterr().out
    assert main(["render", "--root", str(root)]) == 0
    assert sorted(file.name for file in plates.iterdir()) == ["b.svg", "mine.svg"]
    with_logos(root, "b.svg", more="layout: {plates: false}\n")
    assert main(["render", "--root", str(root)]) == 0
    assert "logos-on-dark" not in page(root)


def test_no_file_of_somebody_else_is_taken_for_a_plate(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = root / "partners" / "logos-on-dark" / "a.svg"
    mine.parent.mkdir()
    mine.write_text(LOGO, encoding="utf-8")
    with_logos(root, "a.svg")
    assert main(["render", "--root", str(root)]) == 2
    assert mine.read_text(encoding="utf-8") == LOGO
    assert "logos-on-dark/a.svg: the file is in the place of a plate" in capsys.readouterr().err


def test_plates_stay_while_a_roster_cannot_be_read(root: Path) -> None:
    with_logos(root, "a.svg")
    assert main(["render", "--root", str(root)]) == 0
    (root / "partners.yaml").write_text("- name: [\n", encoding="utf-8")
    assert main(["render", "--root", str(root)]) == 1
    assert (root / "partners" / "logos-on-dark" / "a.svg").exists()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_edit_by_hand_is_told_from_a_page_that_is_out_of_date(
    ends: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root / "partners" / "README.md"
    file.write_bytes(file.read_bytes().replace(b"\n", ends.encode()))
    assert main(["render", "--root", str(root), "--check"]) == 0
    (root / "partners.yaml").write_text("- name: Cedar\n", encoding="utf-8")
    assert main(["render", "--root", str(root), "--check"]) == 1
    said = capsys.readouterr().out
    assert "partners/README.md: out of date; `rollkeeper render` writes it" in said
    assert "edited by hand" not in said
    file.write_bytes(file.read_bytes().replace(b"Acme", b"Akme"))
    assert main(["render", "--root", str(root), "--check"]) == 1
    said = capsys.readouterr().out
    assert "partners/README.md: edited by hand between its markers" in said
    assert "change partners.yaml instead" in said
    assert script(root, "--check", "--fail-on", "never").returncode == 1


def test_one_roster_has_a_page_in_each_language_and_data(root: Path) -> None:
    policy = (
        "title: {en: Partners, zh: 合作伙伴}\nroster: partners.yaml\n"
        "layout: {kind: table, group_by: tier, columns: [name, description], "
        "headings: {gold: {en: Gold, zh: 金牌}}}\npages:\n- path: a/README.md\n"
        "- {path: a/README.zh.md, language: zh-CN}\n- path: a/partners.json\n"
        "  layout: {kind: data}\n"
    )
    (root / "policies" / "partners.yaml").write_text(policy, encoding="utf-8")
    (root / "partners.yaml").write_text(
        "- {name: Fir, name_zh: 冷杉, website: 'https://fir.example', tier: gold, "
        "description: {en: Tall, zh: 高}, secret: x}\n- {name: Oak, description: Old}\n",
        encoding="utf-8",
    )
    assert main(["render", "--root", str(root)]) == 0
    made = {file.name: file.read_text(encoding="utf-8") for file in (root / "a").iterdir()}
    assert "## Gold\n\n| Name | Description |" in made["README.md"]
    assert "| [Fir](<https://fir.example>) | Tall |" in made["README.md"]
    assert made["README.zh.md"].startswith("# 合作伙伴\n")
    assert "## 金牌\n\n| 名称 | 简介 |\n| --- | --- |\n| [冷杉]" in made["README.zh.md"]
    assert "## 其他" in made["README.zh.md"]
    assert "| 高 |" in made["README.zh.md"]
    assert json.loads(made["partners.json"])["groups"][0] == {
        "group": "gold",
        "title": "Gold",
        "entries": [
            {"name": "Fir", "website": "https://fir.example", "description": ["Tall"]}
        ],
    }  # fmt: skip
    assert main(["render", "--root", str(root), "--check"]) == 0


def test_a_template_beside_the_policy_makes_the_page(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = root / "policies" / "partners.yaml"
    policy.write_text(f"{policy.read_text('utf-8')}layout: {{template: page.j2}}\n", "utf-8")
    template = root / "policies" / "page.j2"
    template.write_text("{% for entry in entries %}{{ entry.link }}! {% endfor %}", "utf-8")
    assert main(["render", "--root", str(root)]) == 0
    assert "\nAcme! Boreal!\n" in page(root)
    template.write_text("{{ entry }}", encoding="utf-8")
    assert main(["render", "--root", str(root)]) == 2
    assert "page.j2: 'entry' is undefined" in capsys.readouterr().err
    assert "\nAcme! Boreal!\n" in page(root)


PEOPLE = """\
- name: Ada Alder
  country: NL
  terms: [{start: 2025-11-22, end: 2026-11-21}]
- name: Bo Birch
  country: NL
  terms: [{start: 2025-11-22, end: 2027-11-21}]
"""
CARDS = "title: Ambassadors\nroster: people.yaml\npage: README.md\nlayout: {kind: ambassadors}\n"


def people(root: Path, today: str) -> str:
    """Render a page of people as of a day, and return it."""
    (root / "policies").mkdir(parents=True, exist_ok=True)
    (root / "policies" / "people.yaml").write_text(CARDS, encoding="utf-8")
    (root / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    assert main(["render", "--root", str(root), "--today", today]) == 0
    return (root / "README.md").read_text(encoding="utf-8")


def test_who_has_ended_is_not_active_the_morning_after_though_nobody_pushed(tmp_path: Path) -> None:
    """The roster is the same; the audit of the day renders the page again."""
    last, after = people(tmp_path, "2026-11-21"), people(tmp_path, "2026-11-22")
    assert last.index("Ada Alder") < last.index("Bo Birch")
    assert "Alumni" not in last
    assert after.index("Bo Birch") < after.index("Alumni") < after.index("Ada Alder")


def test_a_page_depends_on_the_roster_and_the_day_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither on where and when it is rendered, nor on what an audit knows."""
    first = people(tmp_path / "first", "2026-11-22")
    other = tmp_path / "other"
    for name in ("history.json", "rollkeeper-history/history.json", "night.json"):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text('{"accounts": {"ada-alder": {"nights": 9}}}', encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(other)], check=True)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    monkeypatch.setenv("GITHUB_TOKEN", "another")
    monkeypatch.chdir(other)
    assert people(other, "2026-11-22") == first
    os.utime(other / "people.yaml", (0, 0))
    assert people(other, "2026-11-22") == first
