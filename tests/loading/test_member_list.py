"""Names in an outside list of members, in whatever format and shape it has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from communities import community, loaded
from rollkeeper.loading.member_list import MemberListError, names_in
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model import limits
from rollkeeper.model.policy import MemberSource
from rollkeeper.model.tree import START, field_path


def source(file: str = "list.yaml", entries: str = "", *fields: str) -> MemberSource:
    paths = tuple(map(field_path, fields or ("name",)))
    return MemberSource(file, None, field_path(entries) if entries else (), paths, None, START)


@pytest.mark.parametrize(
    ("data", "given"),
    [
        ("- Alder\n- Birch\n", source()),
        ("members: [{name: Alder}, {name: Birch}]\n", source("x.yaml", "members")),
        ("members: [{title: Alder}, {org: {name: Birch}}]\n", source("x.yaml", "members", "title", "org.name")),
        ("a:\n- subs:\n  - items: [{name: Alder}]\n  - items: [{name: Birch}]\n", source("x.yml", "a.*.subs.*.items")),
        ("a: {x: {name: Alder}, y: {name: Birch}}\n", source("x.yaml", "a.*")),
        ('{"m": [\n\t{"name": "Alder"}, {"name": "  Birch "}, {"name": 3}, {}, null]}', source("x.json", "m")),
        ("\ufeffid,name\r\n1,Alder\r\n2,Birch\r\n3,\r\n4,Birch,more\r\n", source("list.CSV")),
    ],
)  # fmt: skip
def test_names_are_found(data: str, given: MemberSource) -> None:
    assert names_in(data.encode(), given) == ("Alder", "Birch")


@pytest.mark.parametrize(
    ("data", "given", "why"),
    [
        (b"", source(), "line 1: "),
        (b"- [\n", source(), "line 2: "),
        (b"- &a Alder\n- *a\n", source(), "line 1: "),
        (b"- name: Alder\n  name: Birch\n", source(), "line 2: "),
        (b"- Alder\n", source("x.yaml", "members"), "no name under `members` as `name`; correct `entries` or `field`"),
        (b"- org: Alder\n", source("x.yaml", "", "name", "a.b"), "no name as `name` or `a.b`"),
        (b"{", source("x.json"), "it is not JSON: "),
        (b"[" * 100_000, source("x.json"), "it is not JSON: "),
        (b'["' + b"1" * 10 + b'", ' + b"9" * 5_000 + b"]", source("x.json"), "it is not JSON: "),
        (b"name\n\xff\n", source("x.csv"), "it is not CSV in UTF-8: "),
        (b'name\n"Alder', source("x.csv"), "it is not CSV in UTF-8: "),
        (b"name\n" + b"x" * 140_000, source("x.csv"), "it is not CSV in UTF-8: "),
        (b"title\nAlder\n", source("x.csv"), "no name as `name`"),
        (b"[" * 200_000, source("x.yaml"), "line 1: "),
        (b"\x00" * 100, source("x.yaml"), "line 1: "),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used_says_why(data: bytes, given: MemberSource, why: str) -> None:
    with pytest.raises(MemberListError) as raised:
        names_in(data, given)
    assert why in str(raised.value)
    assert len(str(raised.value)) < 300


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    too_large = b" " * (limits.MAX_MEMBER_LIST_BYTES + 1)
    with pytest.raises(MemberListError, match="more than 8 MiB"):
        names_in(too_large, source())
    monkeypatch.setattr("rollkeeper.loading.member_list.MAX_MEMBERS", 2)
    with pytest.raises(MemberListError, match="more than 2 names"):
        names_in(json.dumps(["a", "b", "c"]).encode(), source("x.json"))


def policy_errors(tmp_path: Path, members: str) -> list[str]:
    root = community(tmp_path, "- name: Fir\n", f"roster: partners.yaml\nmembers: {members}\n")
    with pytest.raises(PolicyError) as raised:
        loaded(root)
    return [str(error) for error in raised.value.errors]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ("[]", "`members` must be a mapping"),
        ("{}", "`members` must have either `file` or `url`"),
        (
            "{file: a.yaml, url: 'https://a.example/b'}",
            "`members` must have either `file` or `url`",
        ),
        ("{file: ../a.yaml}", "`file` must be a path inside the community's folder, without `..`"),
        ("{file: 3}", "`file` must be text"),
        ("{url: 'http://a.example/b'}", "`url` must start with `https://`"),
        ("{url: 'https://127.0.0.1/b'}", "`url`: it is a number, not a name"),
        ("{url: 'https://user@a.example/b'}", "`url`: it contains a user name or password"),
        ("{file: a.yaml, field: [name, 3]}", "`field` must be a field such as `name`, or a list"),
        ("{file: a.yaml, role: organization}", "`role` must be one of organisation, name"),
        ("{file: a.yaml, entry: b}", "unknown key `entry`; did you mean `entries`?"),
    ],
)
def test_a_mistake_in_a_policy_is_named(tmp_path: Path, members: str, words: str) -> None:
    [error] = policy_errors(tmp_path, members)
    assert error.startswith(f"policies/partners.yaml:2: {words}")


def test_a_list_is_read_with_all_that_is_said_of_it(tmp_path: Path) -> None:
    given: dict[str, Any] = {"file": "a/b.json", "entries": "x.*", "field": "n.m", "role": "name"}
    policy = f"roster: partners.yaml\nmembers: {json.dumps(given)}\n"
    [programme] = loaded(community(tmp_path, "- name: Fir\n", policy)).programmes
    found = programme.policy.members
    assert found is not None
    assert (found.file, found.url, found.role) == ("a/b.json", None, "name")
    assert (found.entries, found.fields, found.place.line) == (("x", "*"), (("n", "m"),), 2)
