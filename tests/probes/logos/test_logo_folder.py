from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from probes.logos.inspected import PNG, SVG, folder_of, inspect, only, place, programme, rules
from rollkeeper.loading.files import read_inside
from rollkeeper.model import logo_limits
from rollkeeper.model.logo import LogoFormat
from rollkeeper.probes.logos import folder as logos
from rollkeeper.probes.logos.files import inspect_files
from rollkeeper.probes.logos.references import LogoIndex, resolve
from rollkeeper.probes.logos.rendering.renderer import Renderer


@pytest.mark.parametrize(
    "reference",
    [
        "acme.svg",
        "./acme.svg",
        "././acme.svg",
        "partners/logos/acme.svg",
        "./partners/logos/acme.svg",
    ],
)
def test_the_same_file_however_it_is_named(tmp_path: Path, reference: str) -> None:
    place(tmp_path, acme_svg=SVG)
    logo = only(inspect(tmp_path, reference))
    assert logo.file == "partners/logos/acme.svg"
    assert logo.kind is LogoFormat.SVG
    assert logo.defects == ()
    assert logo.size == len(SVG)
    assert logo.picture is not None
    assert logo.picture.painted == pytest.approx(2 / 9, abs=0.05)


@pytest.mark.parametrize("folder", ["./partners/logos", "partners/logos/", "partners//logos"])
def test_the_policy_may_write_its_folder_in_any_way(tmp_path: Path, folder: str) -> None:
    place(tmp_path, acme_png=PNG)
    seen = inspect(tmp_path, "acme.png", policy=f"roster: partners.yaml\nlogos: {folder}\n")
    assert only(seen).file == "partners/logos/acme.png"
    assert only(seen).picture is not None


def test_without_a_folder_there_are_no_logos(tmp_path: Path) -> None:
    assert inspect(tmp_path, "acme.svg", policy="roster: partners.yaml\n").logos == ()


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_bytes(SVG)
    folder = place(tmp_path)
    (folder / "acme.svg").symlink_to(secret)
    logo = only(inspect(tmp_path, "acme.svg"))
    assert rules(logo) == ["logo-is-link"]
    assert logo.digest is None


@pytest.mark.parametrize("linked", ["partners", "partners/logos"])
def test_a_folder_that_is_a_link_is_not_entered(tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    place(outside, acme_svg=SVG)
    root = tmp_path / "root"
    made = programme(root, "acme.svg")
    (root / "partners" / "logos").rmdir()
    if linked == "partners":
        (root / "partners").rmdir()
    (root / linked).symlink_to(outside / linked)
    logo = only(folder_of(root, made))
    assert rules(logo) == ["logo-is-link"]
    assert logo.file is None


def test_a_file_with_an_unsafe_name_is_its_entrys_and_inspected(tmp_path: Path) -> None:
    (place(tmp_path) / "acme works.svg").write_bytes(SVG.replace(b"<path", b"<script/><path"))
    logo = only(inspect(tmp_path, "partners/logos/acme works.svg"))
    assert (rules(logo), logo.entry is None) == (["logo-name-unsafe", "svg-script"], False)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    folder = place(tmp_path)
    os.mkfifo(folder / "pipe.svg")
    (folder / "folder.svg").mkdir()
    seen = inspect(tmp_path, "pipe.svg", "folder.svg")
    assert [rules(logo) for logo in seen.logos] == [["logo-missing"], ["logo-missing"]]


def test_a_file_that_turns_into_a_link_between_looking_and_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place(tmp_path, acme_svg=SVG)
    made = programme(tmp_path, "acme.svg")
    read = logos.list_folder

    def swapped(root: Path, path: str) -> LogoIndex:
        index = read(root, path)
        (folder / "acme.svg").unlink()
        (folder / "acme.svg").symlink_to("/dev/zero")
        return index

    monkeypatch.setattr(logos, "list_folder", swapped)
    logo = only(folder_of(tmp_path, made))
    assert logo.unseen is not None
    assert "symbolic link" in logo.unseen
    assert logo.digest is None


def test_a_file_that_vanishes_between_looking_and_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = programme(tmp_path, "acme.svg")
    index = LogoIndex("partners/logos", frozenset({"acme.svg"}))
    monkeypatch.setattr(logos, "list_folder", lambda *_: index)
    assert "cannot be read" in (only(folder_of(tmp_path, made)).unseen or "")


def test_a_missing_folder_is_reported_for_each_logo(tmp_path: Path) -> None:
    made = programme(tmp_path, "acme.svg")
    (tmp_path / "partners" / "logos").rmdir()
    assert rules(only(folder_of(tmp_path, made))) == ["logo-missing"]


def test_a_folder_without_end_is_given_up_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path, a_svg=SVG, b_svg=SVG, c_svg=SVG)
    monkeypatch.setattr("rollkeeper.probes.logos.folder.MAX_LOGO_FILES", 2)
    logo = only(inspect(tmp_path, "a.svg"))
    assert "more than 2 files" in logo.defects[0].message
    assert logo.digest is None


def test_case_and_accents_must_agree(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFC", "café.svg")
    folder = place(tmp_path, acme_svg=SVG)
    (folder / name).write_bytes(SVG)
    other = unicodedata.normalize("NFD", name)
    seen = inspect(tmp_path, "Acme.svg", f'"{other}"', "Partners/logos/acme.svg", f'"{name}"')
    assert [rules(logo) for logo in seen.logos[:3]] == [["logo-wrong-case"]] * 3
    assert all(logo.digest for logo in seen.logos)
    assert seen.logos[3].file == f"partners/logos/{name}"


def test_a_large_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place(tmp_path)
    with (folder / "acme.svg").open("wb") as file:
        file.truncate(logo_limits.MAX_LOGO_BYTES + 1)
    monkeypatch.setattr("rollkeeper.probes.logos.files.read_inside", None)
    logo = only(inspect(tmp_path, "acme.svg"))
    assert rules(logo) == ["logo-format"]
    assert logo.size == logo_limits.MAX_LOGO_BYTES + 1


def test_each_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(tmp_path, acme_svg=SVG, other_png=PNG)
    opened = []
    read = read_inside

    def counted(root: Path, path: str, most: int) -> tuple[bytes | None, str]:
        opened.append(path)
        return read(root, path, most)

    monkeypatch.setattr("rollkeeper.probes.logos.files.read_inside", counted)
    seen = inspect(tmp_path, "acme.svg", "./acme.svg", "partners/logos/acme.svg")
    assert opened == ["partners/logos/acme.svg", "partners/logos/other.png"]
    assert len({logo.digest for logo in seen.logos[:3]}) == 1
    assert seen.logos[3].entry is None


def identify(root: Path, *names: str) -> list[str | None]:
    found = inspect_files(root, "partners/logos", names, only=frozenset())
    return [found[name].digest for name in names]


def test_a_file_that_is_only_identified_is_read_again_when_it_changed(tmp_path: Path) -> None:
    file = place(tmp_path, acme_svg=SVG) / "acme.svg"
    before, stamp = identify(tmp_path, "acme.svg"), file.stat().st_mtime_ns
    file.write_bytes(SVG[::-1])
    os.utime(file, ns=(stamp, stamp))
    assert identify(tmp_path, "acme.svg") != before


def test_only_so_many_identified_files_are_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path, a_svg=SVG, b_svg=SVG + b" ", c_svg=SVG + b"  ")
    opened = []
    read = read_inside

    def counted(root: Path, path: str, most: int) -> tuple[bytes | None, str]:
        opened.append(path.rpartition("/")[2])
        return read(root, path, most)

    monkeypatch.setattr("rollkeeper.probes.logos.files.read_inside", counted)
    identify(tmp_path, "a.svg", "a.svg")
    assert opened == ["a.svg"]
    monkeypatch.setattr("rollkeeper.probes.logos.files.MAX_LOGO_FILES", 1)
    identify(tmp_path, "b.svg", "c.svg", "a.svg")
    assert opened == ["a.svg", "b.svg", "c.svg", "a.svg"]


def test_a_name_that_is_not_utf8_is_identified_and_shown(tmp_path: Path) -> None:
    folder = os.fsencode(place(tmp_path))
    with open(folder + b"/caf\xe9.svg", "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(SVG)
    logo = only(inspect(tmp_path))
    assert logo.file == "partners/logos/caf\N{REPLACEMENT CHARACTER}.svg"
    assert logo.digest is not None


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    place(tmp_path, a_png=PNG[:-9], b_svg=b"<svg", c_png=b"", d_svg=SVG, e_png=PNG)
    seen = inspect(tmp_path, "a.png", "b.svg", "c.png", "d.svg", "e.png")
    assert [logo.picture is not None for logo in seen.logos] == [False, False, False, True, True]
    assert rules(seen.logos[0]) == ["png-broken"]
    assert seen.logos[2].kind is LogoFormat.EMPTY


def test_what_is_unsafe_is_never_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unsafe = SVG.replace(b"<path", b'<image href="/etc/hostname" width="9" height="9"/><path')
    place(tmp_path, acme_svg=unsafe)
    monkeypatch.setattr(Renderer, "render", None)
    assert only(inspect(tmp_path, "acme.svg")).picture is None


def test_many_files_keep_their_own_pictures(tmp_path: Path) -> None:
    heights = {f"logo{number}.svg": number % 9 + 1 for number in range(90)}
    folder = place(tmp_path)
    for name, height in heights.items():
        (folder / name).write_bytes(SVG.replace(b"M0 0h9v4z", b"M0 0h9v%dH0z" % height))
    seen = inspect(tmp_path, *heights)
    for logo, height in zip(seen.logos, heights.values(), strict=True):
        assert logo.picture is not None
        assert logo.picture.painted == pytest.approx(height / 9, abs=0.05)


HOSTILE = [
    "../acme.svg", "partners/logos/../acme.svg", "partners/logos/../../acme.svg", "/../acme.svg",
    "//host.example.com/acme.svg", "~/acme.svg", "~root/acme.svg", "..", ".", "./", "...", "/", "a/",
    "partners/logos/", "partners//logos/acme.svg", "partners/./logos/acme.svg", "sub/../acme.svg",
    "..\\acme.svg", "partners\\logos\\acme.svg", "C:\\acme.svg", "c:acme.svg", "acme.svg:stream",
    "file:///acme.svg", "https://host.example.com/acme.svg", "HTTP://host.example.com/acme.svg",
    "data:image/svg+xml,<svg/>", "javascript:acme.svg", "acme.svg?x=1", "acme.svg#x", "acme%2esvg",
    "%2e%2e/acme.svg", "..%c0%afacme.svg", "acme.svg%00.png", "acme\x00.svg", "acme\n.svg",
    "acme .svg", " acme.svg", "acme.svg ", "acme\t.svg", "acme.svg\r", "acme\u202egvs.svg",
    "acme\u200b.svg", "\ufeffacme.svg", "acme\u3000.svg", "\uff41cme.svg", "acme\u2024svg",
    "\u2025/acme.svg", "..\uff0facme.svg", "$HOME/acme.svg", "$(id).svg", "`id`.svg", "acme.svg;id",
    "acme.svg|id", "acme&id.svg", "'acme.svg", '"acme.svg', "<acme>.svg", "acme*.svg", "[acme].svg",
    "{a,b}.svg", "!acme.svg", "-acme.svg", "--help", ".acme.svg", ".git/config", "sub/.git/config", "/.git/config", "sub/-acme.svg", "acme.", "a..svg",
    "con.svg", "NUL.png", "com1.svg", "LPT\u00b9.svg", "aux", "prn.tar.svg", "conin$.svg",
    "a" * 300 + ".svg", "a/" * 120 + "acme.svg",
]  # fmt: skip


@pytest.mark.parametrize("reference", HOSTILE)
def test_hostile_references_lead_nowhere(reference: str) -> None:
    everything = frozenset({"acme.svg", reference, reference.rpartition("/")[2]})
    index = LogoIndex("partners/logos", everything)
    assert resolve(reference, index, "sub/").name is None
    found = resolve(reference, index)
    assert found.name is None
    assert found.defect is not None
    assert found.defect.rule in {"logo-outside-folder", "logo-name-unsafe", "logo-hotlinked"}
    assert len(found.defect.message) < 250


@pytest.mark.parametrize(
    "name",
    [
        "acme.svg", "acme-cloud-2.png", "3m.svg", "Acme_Cloud.SVG", "c++.svg", "样例.svg",
        "straße.png", "constellation.svg", "auxiliary.svg", "com10.svg", "nully.png", "a.b.svg",
        "a@2x.png",
    ],
)  # fmt: skip
def test_plain_names_are_found(name: str) -> None:
    index = LogoIndex("partners/logos", frozenset({name}))
    assert resolve(name, index).name == name
    assert resolve(f"./partners/logos/{name}", index).name == name
