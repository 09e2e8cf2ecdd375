"""Lists found in files of every kind, each value with its line, and nothing made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollkeeper.loading.discovery import Discovery, FoundList, discover
from rollkeeper.model.list_limits import MAX_SOURCE_BYTES


def found_in(root: Path, files: dict[str, str], *only: str) -> Discovery:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return discover(root, only=only)


def names(found: FoundList) -> list[object]:
    return [entry.fields["name"] for entry in found.entries]


YAML = """\
adopters:
  intro: We are used by
  companies:
    - name: Alder Cloud
      url: https://alder.example.org/
      logo: logos/alder.png
    - name: Birch Works
      url: https://birch.example.org/
"""


def test_a_list_below_keys_stays_where_it_is(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"data/adopters/1-new.yaml": YAML, "static/img/logos/alder.png": ""})
    (each,) = found.lists
    assert each.within == ("adopters", "companies")
    assert each.keys == {"name": ("name", 4), "website": ("url", 5), "logo": ("logo", 6)}
    assert found.logos[0].files == {"logos/alder.png": "static/img/logos/alder.png"}
    assert found.logos[0].folder == "static/img/logos"


def test_a_list_that_a_roster_may_not_be_is_copied(tmp_path: Path) -> None:
    text = "- &a\n  name: Alder\n  url: https://alder.example.org/\n- name: Birch\n  url: &b https://birch.example.org/\n- name: Cedar\n  url: *b\n"
    (each,) = found_in(tmp_path, {"partners.yaml": text}).lists
    assert each.within is None
    assert {note.line for note in each.not_understood} >= {1, 5, 7}


def test_json_stays_where_it_is(tmp_path: Path) -> None:
    text = '{"people": [\n  {"name": "Alder", "icon": "alder.png"},\n  {"name": "Birch", "icon": "birch.png"}\n]}\n'
    (each,) = found_in(tmp_path, {"showcase.json": text}).lists
    assert each.within == ("people",)
    assert each.entries[1].line == 3


def test_toml_tables_are_entries_with_their_ids(tmp_path: Path) -> None:
    text = '[partners]\n[partners.alder]\nname = "Alder"\nhome = "https://alder.example.org/"\nsince = 2024-02-03\n\n[partners.birch]\nname = "Birch"\nhome = "https://birch.example.org/"\n'
    (each,) = found_in(tmp_path, {"data/partners.toml": text}).lists
    assert each.entries[0].fields == {
        "name": "Alder", "website": "https://alder.example.org/", "since": "2024-02-03", "id": "alder",
    }  # fmt: skip
    assert each.entries[1].lines == {"name": 8, "website": 9, "id": 7}


def test_toml_arrays_of_tables(tmp_path: Path) -> None:
    text = '[[sponsors]]\nname = "Alder"\nurl = "https://alder.example.org/"\n[[sponsors]]\nname = "Birch"\n'
    (each,) = found_in(tmp_path, {"sponsors.toml": text}).lists
    assert [entry.lines["name"] for entry in each.entries] == [2, 5]


def test_csv_rows_are_entries(tmp_path: Path) -> None:
    text = 'Maintainer Name,,Company,Github Name\n"Example, Ann",x,Alder,ann\n,,,\nBea,,"Birch\nWorks",bea,more\n'
    (each,) = found_in(tmp_path, {"project-maintainers.csv": text}).lists
    assert names(each) == ["Example, Ann", "Bea"]
    assert each.entries[1].fields["organisation"] == "Birch\nWorks"
    assert [entry.line for entry in each.entries] == [2, 4]
    reasons = [note.reason for note in each.not_understood]
    assert "the row has more cells than the header; what is beyond was not read" in reasons


def test_one_file_to_an_entry(tmp_path: Path) -> None:
    files = {
        f"data/adopters/vendors/{name}.yaml": f"src: {name}.png\nalt: {name.title()}\nurl: https://{name}.example.org/\n"
        for name in ("alder", "birch", "cedar")
    }
    files["data/adopters/vendors/broken.yaml"] = "- 1\n"
    found = found_in(tmp_path, files)
    (each,) = found.lists
    assert each.path == "data/adopters/vendors"
    assert names(each) == ["Alder", "Birch", "Cedar"]
    assert each.entries[2].path == "data/adopters/vendors/cedar.yaml"
    assert [note.path for note in each.not_understood] == ["data/adopters/vendors/broken.yaml"]


def test_front_matter_of_one_page_to_an_entry(tmp_path: Path) -> None:
    files = {
        f"content/partners/{name}.md": f"---\ntitle: {name.title()}\nlink: https://{name}.example.org/\n---\n\nWords.\n"
        for name in ("alder", "birch")
    }
    files["content/partners/cedar.md"] = (
        '+++\ntitle = "Cedar"\nlink = "https://cedar.example.org/"\n+++\n'
    )
    (each,) = found_in(tmp_path, files).lists
    assert names(each) == ["Alder", "Birch", "Cedar"]
    assert each.entries[0].lines["website"] == 3
    assert each.entries[2].lines["website"] == 3


def test_a_landscape_keeps_its_categories(tmp_path: Path) -> None:
    text = (
        "landscape:\n  - category:\n    name: Storage\n    subcategories:\n      - subcategory:\n        name: Blocks\n"
        "        items:\n          - item:\n            name: Alder\n            homepage_url: https://alder.example.org/\n            logo: alder.svg\n"
        "          - item:\n            name: Birch\n            homepage_url: https://birch.example.org/\n            logo: birch.svg\n"
    )
    found = found_in(
        tmp_path,
        {"landscape.yml": text, "hosted_logos/alder.svg": "", "hosted_logos/birch.svg": ""},
    )
    (each,) = found.lists
    assert each.entries[1].fields == {
        "name": "Birch", "website": "https://birch.example.org/", "logo": "birch.svg",
        "category": "Storage", "subcategory": "Blocks",
    }  # fmt: skip
    assert each.entries[1].lines["category"] == 3
    assert found.logos[0].folder == "hosted_logos"


def test_headings_of_a_page_are_kept(tmp_path: Path) -> None:
    text = "# Maintainers\n\n- Ann Example <ann@alder.example.org> ([@ann](https://github.com/ann))\n\n## Emeritus\n\n- Bea ([@bea](https://github.com/bea))\n- Cem, @cem\n"
    (each,) = found_in(tmp_path, {"MAINTAINERS.md": text}).lists
    assert [(e.fields.get("group"), e.fields.get("status")) for e in each.entries] == [
        ("Maintainers", None), ("Emeritus", "emeritus"), ("Emeritus", "emeritus"),
    ]  # fmt: skip
    assert each.entries[2].fields["github"] == "cem"
    assert each.entries[1].lines["status"] == 5


def test_a_list_of_steps_beside_a_table_is_none_of_entries(tmp_path: Path) -> None:
    text = "# Adopters\n\n## How to\n\n- [Open a pull request](https://forge.example.org/pulls)\n- [Ask](https://chat.example.org/)\n\n## Organizations\n\n| Organization | Contact |\n|---|---|\n| [Alder](https://alder.example.org/) | [@ann](https://github.com/ann) |\n"
    found = found_in(tmp_path, {"ADOPTERS.md": text})
    (each,) = found.lists
    assert names(each) == ["Alder"]
    assert [(note.path, note.line) for note in found.nothing] == [("ADOPTERS.md", 5)]


def test_entries_without_a_name_are_listed_and_not_named(tmp_path: Path) -> None:
    text = 'const supporters = [\n  {imgSrc: "img/a.png", url: "https://alder.example.org/"},\n  {imgSrc: "img/b.png", url: "https://birch.example.org/"},\n];\n'
    found = found_in(tmp_path, {"src/components/Supporters/index.js": text})
    assert not found.lists
    assert [note.line for note in found.nothing] == [2, 3]


def test_other_files_have_no_lists(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "x", "contributors": 1}',
        "docs/nav.yaml": "- name: Home\n  url: /\n",
        "mkdocs.yml": "nav:\n- name: Home\n  url: /\n",
        "docs/mentoring-maintainers.md": "- [Guide](https://docs.example.org/)\n- [More](https://docs.example.org/2)\n",
        "vendor/adopters.yaml": "- name: A\n  url: https://a.example.org/\n",
        "README.md": "# Project\n\n## Links\n\n- [A](https://a.example.org/)\n- [B](https://b.example.org/)\n",
        "content/en/partners.yaml": "- name: A\n  url: https://a.example.org/\n",
        "content/zh-CN/partners.yaml": "- name: A\n  url: https://a.example.org/\n",
    }
    assert [each.path for each in found_in(tmp_path, files).lists] == ["content/en/partners.yaml"]


@pytest.mark.parametrize(
    ("pictures", "folder", "unknown"),
    [
        (["img/a.png", "img/b.png"], "img", 0),
        (
            ["site/static/logos/a.png", "site/static/logos/b.png", "old/a.png"],
            "site/static/logos",
            0,
        ),
        (["one/a.png", "two/a.png"], None, 2),
        ([], None, 2),
    ],
)
def test_logos_are_the_files_of_one_folder(
    tmp_path: Path, pictures: list[str], folder: str | None, unknown: int
) -> None:
    text = "- {name: A, logo: a.png}\n- {name: B, logo: b.png}\n"
    found = found_in(tmp_path, {"partners.yaml": text, **dict.fromkeys(pictures, "")})
    assert found.logos[0].folder == folder
    assert len(found.logos[0].unknown) == unknown


def test_a_large_file_is_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "partners.yaml").write_bytes(b"#" * (MAX_SOURCE_BYTES + 1))
    found = discover(tmp_path)
    assert [(note.path, note.reason[:8]) for note in found.left_out] == [
        ("partners.yaml", "has more")
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ADOPTERS.md", "- [A](https://a.example.org/)\n" * 6000),
        ("partners.toml", "a." * 70_000),
        ("partners.toml", "a = "),
        ("partners.js", " " * 600_000),
        ("partners.yaml", "a: ["),
    ],
)
def test_a_file_that_is_not_read_is_named(tmp_path: Path, name: str, text: str) -> None:
    found = found_in(tmp_path, {name: text})
    assert not found.lists
    assert {note.path for note in (*found.nothing, *found.left_out)} == {name}
