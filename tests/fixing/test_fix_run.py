"""`fix` as a whole: rounds until nothing changes, logos only where they look the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities import POLICY, TODAY, community
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.logo_offers import logo_offers
from rollkeeper.fixing.run import fix
from rollkeeper.jobs.cli import main
from rollkeeper.loading.files import LinkError, replace_inside

WITH_LOGOS = "roster: partners.yaml\nlogos: logos\n"
ILLUSTRATOR = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
  <!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="&ns_extend;" viewBox="0 0 64 64">
  <path fill="#225588" d="M8 8h48v48H8z"/>
</svg>
"""
SCRIPTED_SHAPE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <foreignObject width="64" height="64"><p xmlns="http://www.w3.org/1999/xhtml">hi</p></foreignObject>
  <path fill="#225588" d="M8 8h4v4H8z"/>
</svg>
"""


def test_one_fix_makes_the_next_possible(tmp_path: Path) -> None:
    roster = '- name: Fir\n  contact: {github: " @fir"}\n'
    fixed = fix(Options(community(tmp_path, roster), today=TODAY))
    assert 'github: "fir"' in fixed.rosters["partners.yaml"].after
    assert (tmp_path / "partners.yaml").read_text(encoding="utf-8") == roster


def test_programmes_of_one_file_are_fixed_one_after_the_other(tmp_path: Path) -> None:
    policy = "title: {0}\nroster: teams.yaml\nentries: {0}\n"
    root = community(tmp_path, "[]\n", policy.format("leads"), teams_yaml=(
        "leads:\n  - name: 'Fir '\nmembers:\n  - name: 'Oak '\n"
    ))  # fmt: skip
    (root / "policies" / "members.yaml").write_text(policy.format("members"), encoding="utf-8")
    fixed = fix(Options(root, today=TODAY)).rosters["teams.yaml"]
    assert fixed.after == "leads:\n  - name: 'Fir'\nmembers:\n  - name: 'Oak'\n"
    assert fixed.made == 2


def test_a_byte_order_mark_goes_and_line_ends_stay(tmp_path: Path) -> None:
    policy = f"{POLICY}rules: {{unsorted: error}}\n"
    root = community(tmp_path, "\ufeff- name: Oak\r\n- name: Fir\r\n".encode(), policy)
    assert main(["fix", "--root", str(root), "--today", "2026-11-21"]) == 0
    assert (root / "partners.yaml").read_bytes() == b"- name: Fir\r\n- name: Oak\r\n"


def test_a_logo_is_cleaned_only_where_it_looks_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = "- name: Fir\n  logo: fir.svg\n- name: Oak\n  logo: oak.svg\n"
    root = community(tmp_path, roster, WITH_LOGOS)
    (root / "logos").mkdir()
    (root / "logos" / "fir.svg").write_text(ILLUSTRATOR, encoding="utf-8")
    (root / "logos" / "oak.svg").write_text(SCRIPTED_SHAPE, encoding="utf-8")
    assert main(["fix", "--root", str(root), "--today", "2026-11-21"]) == 1
    assert (root / "logos" / "fir.svg").read_text(encoding="utf-8") == ILLUSTRATOR
    capsys.readouterr()
    assert main(["fix", "--logos", "--root", str(root), "--today", "2026-11-21"]) == 1
    size = len(ILLUSTRATOR.encode())
    printed = capsys.readouterr().out
    assert f"logos/fir.svg: would remove what svg-editor-data reports; {size:,} to " in printed
    assert " bytes, looks as before\n" in printed
    assert "logos/oak.svg: not cleaned: even when cleaned it has `<foreignObject>`" in printed
    assert "1 fix in 1 file, not written: add --write to make them; " in printed
    assert (root / "logos" / "fir.svg").read_text(encoding="utf-8") == ILLUSTRATOR
    previews = tmp_path / "previews"
    main(["fix", "--logos", "--previews", str(previews), "--root", str(root)])
    assert f"; preview in {previews / 'logos__fir.svg'}\n" in capsys.readouterr().out
    assert (root / "logos" / "fir.svg").read_text(encoding="utf-8") == ILLUSTRATOR
    main(["fix", "--logos", "--write", "--root", str(root), "--today", "2026-11-21"])
    printed = capsys.readouterr().out
    assert f"logos/fir.svg: removed what svg-editor-data reports; {size:,} to " in printed
    cleaned = (root / "logos" / "fir.svg").read_text(encoding="utf-8")
    assert (previews / "logos__fir.svg").read_text(encoding="utf-8") == cleaned
    assert "ENTITY" not in cleaned
    assert 'd="M8 8h48v48H8z"' in cleaned
    assert (root / "logos" / "oak.svg").read_text(encoding="utf-8") == SCRIPTED_SHAPE
    rules = {
        finding.rule
        for finding in run(Options(root, today=TODAY)).findings
        if finding.entry == "Fir"
    }
    assert "svg-entities" not in rules


LONG = "- name: Oak <b>\n  github: &a ' oak'\n"


@pytest.mark.parametrize("extra", [("--write",), ()], ids=["written", "shown"])
@pytest.mark.parametrize(("roster", "status"), [("", 0), (LONG, 1)], ids=["all", "some"])
def test_what_cleaning_has_fixed_is_not_left(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    roster: str,
    status: int,
    extra: tuple[str, ...],
) -> None:
    root = community(tmp_path, "- name: Fir\n  logo: fir.svg\n" + roster, WITH_LOGOS)
    (root / "logos").mkdir()
    (root / "logos" / "fir.svg").write_text(ILLUSTRATOR, encoding="utf-8")
    done = main(["fix", "--logos", *extra, "--root", str(root), "--today", "2026-11-21"])
    printed = capsys.readouterr().out
    assert done == status
    assert "remove" in printed
    assert ("need" in printed.splitlines()[-1]) is bool(status)


def test_a_cleaned_logo_that_is_still_too_large_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = f"{WITH_LOGOS}rules: {{logo-format: {{max_bytes: 100}}}}\n"
    root = community(tmp_path, "- name: Fir\n  logo: fir.svg\n", policy)
    (root / "logos").mkdir()
    (root / "logos" / "fir.svg").write_text(ILLUSTRATOR, encoding="utf-8")
    assert main(["fix", "--logos", "--write", "--root", str(root), "--today", "2026-11-21"]) == 1
    assert capsys.readouterr().out.endswith(
        "1 fix in 1 file; 1 finding needs a person (`rollkeeper check` has them).\n"
    )


def test_a_logo_behind_a_link_is_left_alone(tmp_path: Path) -> None:
    root = community(tmp_path / "c", "- name: Fir\n  logo: fir.svg\n", WITH_LOGOS)
    outside = tmp_path / "outside.svg"
    outside.write_text(ILLUSTRATOR, encoding="utf-8")
    (root / "logos").mkdir()
    (root / "logos" / "fir.svg").symlink_to(outside)
    assert list(logo_offers(root, run(Options(root, today=TODAY)))) == []
    with pytest.raises(LinkError):
        replace_inside(root, "logos/fir.svg", b"")
    assert outside.read_text(encoding="utf-8") == ILLUSTRATOR


def test_a_page_behind_a_link_is_neither_read_nor_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = "roster: partners.yaml\npage: pages/README.md\nlayout: {kind: partners}\n"
    root = community(tmp_path / "c", "- name: Fir\n", policy)
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "README.md").write_text("secret\n", encoding="utf-8")
    (root / "pages").symlink_to(secret)
    assert main(["render", "--root", str(root)]) == 2
    printed = capsys.readouterr()
    assert "symbolic link" in printed.err
    assert "secret\n" not in printed.out
    assert (secret / "README.md").read_text(encoding="utf-8") == "secret\n"


NAMES = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    entries=st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["", " # note", "  "])), max_size=5)
)
def test_fixing_twice_changes_nothing(tmp_path: Path, entries: list[tuple[str, str, str]]) -> None:
    lines = []
    for name, handle, tail in entries:
        quoted = [text.replace("'", "''").replace("\n", " ") for text in (name, handle)]
        lines += [f"- name: '{quoted[0]}'{tail}\n", f"  github: '{quoted[1]}'\n"]
    root = community(tmp_path, "".join(lines) or "[]\n")
    first = fix(Options(root, today=TODAY))
    if not first.rosters:
        return
    after = first.rosters["partners.yaml"].after
    (root / "partners.yaml").write_bytes(after.encode())
    assert fix(Options(root, today=TODAY)).rosters == {}
