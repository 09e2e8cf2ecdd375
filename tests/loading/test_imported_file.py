"""Lists of other formats than Markdown as rosters, and what is said of what is none."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from rollkeeper.jobs.cli import main
from rollkeeper.loading.imported_file import ImportedList, ImportOptions, import_list
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.list_limits import MAX_SOURCE_BYTES


def imported(name: str, text: str | bytes, **options: object) -> ImportedList:
    data = text if isinstance(text, bytes) else text.encode()
    return import_list(name, data, ImportOptions(**{"set_fields": {}, **options}))  # type: ignore[arg-type] # as the command line gives them


def entries(made: ImportedList) -> object:
    return json.loads(json.dumps(read_yaml(made.yaml_text.encode(), "made.yaml").data))


ALDER = [{"name": "Alder", "website": "https://alder.example"}]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("partners.yml", "partners:\n- title: Alder\n  url: https://alder.example\n"),
        ("list.json", '[{"name": "Alder", "homepage": "https://alder.example"}]'),
        ("list.csv", "Name,Website\nAlder,https://alder.example\n"),
        ("LIST.TSV", "Name\tWebsite\nAlder\thttps://alder.example\n"),
        ("list.toml", '[[partners]]\nname = "Alder"\nwebsite = "https://alder.example"\n'),
        ("list.js", 'export default [{name: "Alder", url: "https://alder.example"}];'),
        ("ADOPTERS", "# Users\n- [Alder](https://alder.example)\n"),
    ],
)
def test_every_format_becomes_the_same_roster(name: str, text: str) -> None:
    made = imported(name, text)
    assert entries(made) == ALDER
    assert made.entries == 1


def test_lists_in_one_file_are_told_apart_and_nothing_is_left_unsaid() -> None:
    text = (
        "# who\npartners:\n- {name: Alder, url: 'https://alder.example'}\n- {tier: gold}\n"
        "former:\n- Birch\n- 3\nnote: hello\nempty: []\n"
    )
    made = imported("x.yaml", text, set_fields={"tier": "silver"})
    assert entries(made) == [
        {**ALDER[0], "group": "Partners", "tier": "silver"},
        {"name": "Birch", "status": "emeritus", "group": "Former", "tier": "silver"},
    ]
    assert made.account == (
        "1 entry from a list in YAML under `Partners`, lines 3 to 4\n"
        "1 entry from a list in YAML under `Former`, lines 6 to 7\n"
        "Not placed:\n"
        "  line 4: an entry without a name; what it is called cannot be known\n"
        "  line 7: an item without a name\n"
        "  lines 8 to 9: what stands under a key is no list of entries: note, and 1 more\n"
    )
    assert entries(imported("x.yaml", text, section="former")) == [
        {"name": "Birch", "status": "emeritus"}
    ]


def test_a_hidden_character_hides_no_other_remark() -> None:
    made = imported("x.yaml", "x:\n- [\u200bAlder]\n- {name: B\u200birch}\n- 3\n")
    assert "lines 2, 4: an item without a name" in made.account
    assert "line 2" in made.account


def test_the_account_is_short_however_much_there_is() -> None:
    lists = "".join(f'"Alder {n}":\n- B\u200birch\n' for n in range(300))
    assert len(imported("x.yaml", lists).account.splitlines()) < 310
    keys = "".join(f"k{n}: text\n" for n in range(4_000))
    account = imported("x.yaml", keys).account
    assert account.splitlines()[-1].endswith("k0, and 3,999 more")
    rows = "".join(f"|[c{n}](x)" for n in range(300))
    page = f"|{'|'.join(f'c{n}' for n in range(300))}|\n|{'-|' * 300}\n{rows}|\n"
    assert len(imported("x.md", page.replace("](x)", " y](https://x.example)")).account) < 20_000


def test_what_cannot_be_read_is_said_with_its_line() -> None:
    made = imported("x.yaml", "- name: Alder\n- name: [\n")
    assert made.entries == 0
    assert "line " in made.account
    assert "Not placed:" in made.account


def test_hidden_characters_are_left_out_and_said_once() -> None:
    made = imported("x.yaml", "- {name: Al\u200bder, url: 'https://alder.example'}\n")
    assert entries(made) == ALDER
    assert made.account.endswith("  line 1: an invisible character was left out of `name`\n")


@pytest.mark.parametrize(
    ("name", "data", "options", "words"),
    [
        ("x.yaml", b" " * (MAX_SOURCE_BYTES + 1), {}, "more than 2,097,152 bytes"),
        ("x.md", b"- \xff", {}, "the byte 0xff is not UTF-8"),
        ("x.yaml", b"- {name: A, url: b.example}", {"section": "users"}, "no list is called `users`; there are `X`"),
        ("x.csv", b"name\nA\n", {"set_fields": {"a b": "1"}}, "cannot be the name of a field"),
        ("x.csv", b"name\nA\n", {"headings_as": "a b"}, "cannot be the name of a field"),
    ],
)  # fmt: skip
def test_wrong_use_is_a_value_error(
    name: str, data: bytes, options: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words.replace("?", r"\?")):
        imported(name, data, **options)


def test_standard_input_is_markdown_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def given(text: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))

    given(b"- [Alder](https://alder.example)\n")
    assert main(["import", "-"]) == 0
    assert "name: Alder" in capsys.readouterr().out
    given(b"name,url\nAlder,https://alder.example\n")
    assert main(["import", "-", "--format", "csv"]) == 0
    assert "name: Alder" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_told_with_the_one_that_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "adopters.yaml").write_text("- name: Alder\n")
    assert main(["import", str(tmp_path / "adopters.yml")]) == 2
    assert f"did you mean {tmp_path / 'adopters.yaml'}?" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "missing" / "x.md")]) == 2
    assert "did you mean" not in capsys.readouterr().err
