"""Logos in folders of folders, under paths as sites write them, and in folders that programmes share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities import loaded
from pngs import header, png
from probes.logos.inspected import SVG, inspect, only, place, rules
from rollkeeper.model.logo import LogoFolder
from rollkeeper.model.roster import Programme
from rollkeeper.probes.logos import folder as logos
from rollkeeper.probes.logos.references import LogoIndex, ResolvedReference, resolve


@pytest.mark.parametrize(
    ("folder", "reference", "prefix", "name"),
    [
        ("static/img", "users/fir.svg", None, "users/fir.svg"),
        ("static/img", "./users/fir.svg", None, "users/fir.svg"),
        ("static/img", "/img/users/fir.svg", None, "users/fir.svg"),
        ("static/img", "img/users/fir.svg", None, "users/fir.svg"),
        ("static/img", "static/img/users/fir.svg", None, "users/fir.svg"),
        ("static/img", "/static/img/users/fir.svg", None, "users/fir.svg"),
        ("static/img/users", "/img/users/fir.svg", None, "fir.svg"),
        ("static", "/img/users/fir.svg", None, "img/users/fir.svg"),
        ("static/img/users", "@site/static/img/users/fir.svg", "@site/static/img/users", "fir.svg"),
        ("assets/users", "/project/users/fir.svg", "/project/users/", "fir.svg"),
    ],
)
def test_paths_as_sites_write_them(
    folder: str, reference: str, prefix: str | None, name: str
) -> None:
    index = LogoIndex(folder, frozenset({name}))
    assert resolve(reference, index, prefix) == ResolvedReference(name)


def test_folders_are_read_and_links_in_them_are_not_followed(tmp_path: Path) -> None:
    folder = place(tmp_path)
    (folder / "gold").mkdir()
    (folder / "gold" / "acme.svg").write_bytes(SVG)
    (folder / "silver").symlink_to(folder / "gold")
    seen = inspect(tmp_path, "gold/acme.svg", "silver/acme.svg", "gold")
    assert [rules(logo) for logo in seen.logos[:3]] == [[], ["logo-missing"], ["logo-missing"]]
    assert seen.logos[0].file == "partners/logos/gold/acme.svg"
    assert seen.logos[0].picture is not None


def test_pictures_in_folders_without_logos_are_no_orphans(tmp_path: Path) -> None:
    folder = place(tmp_path, hero_svg=SVG)
    for name in ("users/acme.svg", "users/old.svg", "blog/photo.svg"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(SVG)
    assert orphans(inspect(tmp_path, "users/acme.svg")) == ["partners/logos/users/old.svg"]
    assert orphans(inspect(tmp_path)) == ["partners/logos/hero.svg"]


def test_folders_beyond_the_limit_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = place(tmp_path) / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "acme.svg").write_bytes(SVG)
    monkeypatch.setattr("rollkeeper.probes.logos.folder.MAX_LOGO_DEPTH", 1)
    assert rules(inspect(tmp_path, "a/b/acme.svg").logos[0]) == ["logo-missing"]


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("fir_foundry.svg", "has no file `fir_foundry.svg`; did you mean `fir-foundry.svg`?"),
        ("fir-foundry.png", "did you mean `fir-foundry.svg`?"),
        ("elm.svg", "has no file `elm.svg`, but partners has one; move it into partners/logos"),
        ("oak.svg", "has no file `oak.svg`; add the file in the same change, or correct the name"),
    ],
)
def test_what_was_perhaps_meant_is_named_once(tmp_path: Path, reference: str, words: str) -> None:
    (place(tmp_path) / "fir-foundry.svg").write_bytes(SVG)
    (tmp_path / "partners" / "elm.svg").write_bytes(SVG)
    seen = inspect(tmp_path, reference)
    (defect,) = seen.logos[0].defects
    assert defect.message.endswith(words)
    meant = "fir" in reference
    assert orphans(seen) == ([] if meant else ["partners/logos/fir-foundry.svg"])


SHARED = "roster: {name}.yaml\nlogos: partners/logos\n"


def shared(root: Path, **rosters: str) -> dict[str, Programme]:
    """Lay out programmes that share a logo folder."""
    for name, roster in rosters.items():
        (root / "policies").mkdir(exist_ok=True)
        (root / "policies" / f"{name}.yaml").write_text(SHARED.format(name=name))
        (root / f"{name}.yaml").write_text(roster)
    return {each.name: each for each in loaded(root).programmes}


def orphans(folder: LogoFolder) -> list[str | None]:
    return [logo.file for logo in folder.logos if logo.entry is None]


def test_a_shared_folder_belongs_to_all_programmes(tmp_path: Path) -> None:
    place(tmp_path, acme_svg=b"<svg", fir_svg=SVG, old_svg=SVG)
    both = "- name: Acme\n  logo: acme.svg\n"
    made = shared(tmp_path, a=both, b=f"{both}- name: Fir\n  logo: fir.svg\n")
    seen = logos.inspect_folders(tmp_path, list(made.values()))
    assert [orphans(seen[name]) for name in "ab"] == [["partners/logos/old.svg"], []]
    assert [[rules(logo) for logo in seen[name].logos] for name in "ab"] == [
        [["svg-broken"], []],
        [[], []],
    ]
    one = logos.inspect_folders(tmp_path, [made["a"]], others=[made["b"]])
    assert orphans(one["a"]) == ["partners/logos/old.svg"]


def test_a_roster_that_cannot_be_read_makes_no_orphans(tmp_path: Path) -> None:
    place(tmp_path, acme_svg=SVG, fir_svg=SVG)
    made = shared(tmp_path, a="- name: Acme\n  logo: acme.svg\n", b="- name: [\n")
    seen = logos.inspect_folders(tmp_path, list(made.values()))
    assert [orphans(seen[name]) for name in "ab"] == [[], []]


def test_the_logo_for_dark_pages_is_inspected_too(tmp_path: Path) -> None:
    place(tmp_path, a_svg=SVG, b_svg=b"<svg")
    roster = "- name: Acme\n  logo: {light: a.svg, dark: b.svg}\n"
    seen = logos.inspect_folders(tmp_path, list(shared(tmp_path, a=roster).values()))["a"]
    assert [(logo.dark, rules(logo)) for logo in seen.logos] == [
        (False, []),
        (True, ["svg-broken"]),
    ]


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["..", ".", "/", "a.svg", "logos", "\\", "%"])).map("".join)
)
def test_any_text_as_reference_means_a_listed_file_or_none(reference: str) -> None:
    index = LogoIndex("logos", frozenset({"a.svg"}))
    found = resolve(reference, index)
    assert found.name in {None, "a.svg"}
    assert (found.name is None) is (found.defect is not None)


def test_a_header_alone_tells_the_size_of_a_refused_picture(tmp_path: Path) -> None:
    place(tmp_path, acme_png=png(head=header(30_000, 20_000)))
    logo = only(inspect(tmp_path, "acme.png"))
    assert rules(logo) == ["logo-bomb"]
    assert logo.picture is None
