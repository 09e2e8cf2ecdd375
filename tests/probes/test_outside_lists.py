"""Lists that others keep: where they are read, what differs, and that no change fails by them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from communities import community
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, exit_status, run
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.model.report import Report
from rollkeeper.model.status import Status
from rollkeeper.probes.web import fetching

RULE = "differs-from-list"
AT = "https://lists.example/items.json"
OAK = "`Oak` is on the list Site (list.yaml) and not here"
FILE = "{name: Site, file: list.yaml, compare: {website: url}}"


def made(folder: Path, lists: str, roster: str = "- name: Fir\n", text: str = "[Fir]\n") -> Path:
    policy = f"roster: partners.yaml\nlists: [{lists}]\n"
    return community(folder, roster, policy, list_yaml=text)


def check(root: Path, *, offline: bool = True, before: Path | None = None) -> Report:
    options = Options(root, today=date(2026, 11, 21), offline=offline, select=(RULE,))
    return run(options, Comparison(before=before))


def messages(report: Report) -> list[str]:
    return [finding.message for finding in report.findings]


def test_both_ways_are_named(tmp_path: Path) -> None:
    roster = (
        "- {name: Fir}\n- {name: Gone, status: withdrawn}\n- {name: Never, status: withdrawn}\n"
        "- {name: Ash Group, website: 'https://ash.example'}\n"
    )
    text = "[{name: Oak}, {name: Gone}, {name: Ash, url: 'https://www.ash.example/'}]\n"
    report = check(made(tmp_path, FILE, roster, text))
    assert [(each.path, each.place.line, each.entry) for each in report.findings] == [
        ("partners.yaml", 1, "Fir"),
        ("partners.yaml", 2, "Gone"),
        ("partners.yaml", 4, "Ash Group"),
        ("policies/partners.yaml", 2, None),
    ]
    assert messages(report) == [
        "`Fir` is not on the list Site (list.yaml); have it added there",
        "`Gone` is `withdrawn` here, and still on the list Site (list.yaml); have it removed there",
        "`Ash Group` is called `Ash` on the list Site (list.yaml), and has the same website",
        f"{OAK}; add it to the roster, or name it under `except`",
    ]
    assert exit_status(report, "warning") is Status.CLEAN


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("missing: both", ["Fir", None]),
        ("missing: here", [None]),
        ("missing: there", ["Fir"]),
        ("missing: neither", []),
        ("except: [FIR, Oak GmbH]", []),
    ],
)
def test_what_is_missing_is_named_as_the_policy_asks(
    tmp_path: Path, settings: str, said: list[str | None]
) -> None:
    lists = f"{{name: Site, file: list.yaml, {settings}}}"
    report = check(made(tmp_path, lists, text="[Oak]\n"))
    assert [each.entry for each in report.findings] == said


def test_a_change_is_not_compared(tmp_path: Path) -> None:
    before, after = (made(tmp_path / each, FILE, text="[Oak]\n") for each in ("before", "after"))
    report = check(after, before=before)
    assert report.findings == ()
    assert report.skipped[RULE] == "lists that others keep are not compared for a change"


def test_a_roster_that_was_not_read_whole_is_not_compared(tmp_path: Path) -> None:
    report = check(made(tmp_path, FILE, "- name: Fir\n- name: [\n"))
    assert RULE not in report.ran
    assert report.skipped[RULE] == "a part of the roster could not be read"


def test_each_address_is_read_once_and_what_could_not_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetched(url: str) -> bytes | str:
        asked.append(url)
        return b'["Oak"]' if url == AT else "it answers with status 404"

    monkeypatch.setattr(fetching, "fetch", fetched)
    lists = [f"{{name: {name}, url: '{AT}'}}" for name in "AB"]
    lists.append(f"{{name: C, url: '{AT}?x'}}")
    root = made(tmp_path, ", ".join(lists))
    offline = check(root)
    assert (offline.ran, asked) == ((), [])
    assert f"the list A at {AT} is not read offline" in offline.skipped[RULE]
    report = check(root, offline=False)
    assert asked == [AT, f"{AT}?x"]
    assert (RULE in report.ran, report.findings) == (False, ())
    assert report.skipped[RULE] == (
        f"the list C at {AT}?x could not be read: it answers with status 404"
    )
    monkeypatch.setattr(fetching, "fetch", lambda _: b'["Oak"]')
    report = check(root, offline=False)
    assert [each.entry for each in report.findings] == ["Fir"] * 3 + [None] * 3


@pytest.mark.parametrize("text", ["", "other: 1\n", "- [\n"])
def test_a_file_that_is_no_list_is_the_policys_fault(tmp_path: Path, text: str) -> None:
    [finding] = check(made(tmp_path, FILE, text=text)).findings
    assert finding.message.startswith("the list Site (list.yaml) cannot be used: ")
    assert (finding.path, finding.place.line) == ("policies/partners.yaml", 2)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("lists: {name: A}\n", 2, "`lists` must be a list"),
        ("lists:\n- {file: a.yaml}\n", 3, "`name` is missing"),
        ("lists:\n- {name: A}\n", 3, "each of `lists` must have either `file` or `url`"),
        ("lists:\n- {name: A, file: ../a.yaml}\n", 3, "inside the community's folder"),
        ("lists:\n- {name: A, url: 'http://a.example/'}\n", 3, "must start with `https://`"),
        ("lists:\n- {name: A, file: a.yaml, compare: [website]}\n", 3, "`compare` must be a mapping"),
        ("lists:\n- {name: A, file: a.yaml, compare: {website: 3}}\n", 3, "`website` must be a field"),
        ("lists:\n- {name: A, file: a.yaml, missing: never}\n", 3, "both, here, there, neither"),
        ("lists:\n- {name: A, file: a.yaml, except: Fir}\n", 3, "`except` must be a list of names"),
        ("lists:\n- {name: A, file: a.yaml}\n- {name: A, file: b.yaml}\n", 4, "another list is called `A`"),
        ("lists:\n- {name: A, file: a.yaml, role: name}\n", 3, "unknown key `role`"),
        ("rules:\n  differs-from-list: error\n", 3, "is always a notice"),
        ("rules:\n  differs-from-list: {severity: warning}\n", 3, "is always a notice"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_policy_is_reported_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    root = community(tmp_path, "- name: Fir\n", f"roster: partners.yaml\n{text}")
    with pytest.raises(PolicyError) as caught:
        check(root)
    [error] = caught.value.errors
    assert (error.place.line, words in error.message) == (line, True), error.message


@pytest.mark.no_cover
def test_long_lists_are_compared_in_time(tmp_path: Path) -> None:
    """Names and websites are looked up, and not searched for."""
    roster = "".join(
        f"- {{name: Fir {n}, website: 'https://f{n}.example'}}\n" for n in range(3_000)
    )
    text = "".join(f"- {{name: Oak {n}, url: 'https://f{n}.example/'}}\n" for n in range(3_000))
    report = check(made(tmp_path, FILE, roster, text))
    assert all("has the same website" in message for message in messages(report))
    assert len(report.findings) + sum(report.left_out.values()) == 3_000
