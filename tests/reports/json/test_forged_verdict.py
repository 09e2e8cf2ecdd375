"""Forged verdicts: what the job that writes does with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from forge.proposals import ROLL, Jobs, Repository, event
from rendered import rendered
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.reports.addresses import RULES_PAGE
from rollkeeper.reports.json.verdict import read
from rollkeeper.reports.pull_request import ReportContext, render

HOSTILE = (
    "@octocat ::error::x `` <img src=x> [a](https://x.example) </details> --> ![b](x) #1\n### H"
)
ROOT = "https://github.com/octo-community/rosters/"


@pytest.fixture
def verdict(jobs: Jobs, repository: Repository) -> dict[str, Any]:
    pull = repository.propose({"partners.yaml": ROLL + '- name: "Cedar "\n  land: NL\n'})
    made: dict[str, Any] = json.loads(jobs.verify(event(pull))["verdict"])
    made["unchecked"] = [{"path": "x", "why": "link"}]
    made["drawn"] = ["partners/logos/x.svg"]
    return made


def texts(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Return the place of each text below a value."""
    if isinstance(node, str):
        yield path
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, (*path, index))


def put(data: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Put a value at a place below `data`; return `data`."""
    node = data
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return data


def comment_of(jobs: Jobs, verdict: dict[str, Any] | str) -> tuple[int, str]:
    """Run the job that writes; return its exit status and the comment."""
    github = jobs.repository.github
    (pull,) = github.pulls
    text = verdict if isinstance(verdict, str) else json.dumps(verdict)
    jobs.repository.runs += 1
    begun = jobs.begin(event(pull), AGAIN="true")
    status = jobs.publish(event(pull), {**begun, "verdict": text})
    (comment,) = github.comments[pull["number"]]
    return status, comment["body"]


def harmless(body: str) -> None:
    """Assert that nothing in a comment does anything but what we meant."""
    shown = rendered(body)
    assert "img" not in {tag for tag, _ in shown.tags}
    links = [str(dict(given).get("href")) for tag, given in shown.tags if tag == "a"]
    assert all(link.startswith((ROOT, f"{RULES_PAGE}#")) for link in links)
    assert not [found for found in shown.references if found.startswith(("@", "#"))]
    assert [tag for tag, _ in shown.tags].count("h3") == 1


def test_hostile_text_in_any_field_is_refused_or_only_shown(
    jobs: Jobs, verdict: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    everywhere = json.loads(json.dumps(verdict))
    shown = refused = 0
    for path in texts(verdict):
        forged = json.loads(json.dumps(verdict))
        put(forged, path, HOSTILE)
        try:
            taken = read(json.dumps(forged))
        except ReportError:
            refused += 1
            continue
        harmless(render(taken, ReportContext("octo-community/rosters")))
        put(everywhere, path, HOSTILE)
        shown += 1
    assert shown > 10
    assert refused > 5
    status, body = comment_of(jobs, everywhere)
    assert status == 0
    assert "@octocat" in rendered(body).text
    harmless(body)
    log = capsys.readouterr().out
    assert not [line for line in log.splitlines() if line.startswith("::error")]


FORGERIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another pull request": lambda data: data | {"number": 2},
    "another commit": lambda data: data | {"head": "f" * 40},
    "no number": lambda data: data | {"number": "1"},
    "a fraction": lambda data: data | {"outside": 1.5},
    "an unknown reason": lambda data: data | {"unchecked": [{"path": "x", "why": "because"}]},
    "an unknown field": lambda data: data | {"command": "x"},
    "a missing field": lambda data: {k: v for k, v in data.items() if k != "report"},
    "no report": lambda data: data | {"report": {}},
    "an unknown severity": lambda data: put(data, ("report", "findings", 0, "severity"), "fatal"),
    "counts that are not those": lambda data: put(data, ("report", "counts", "error"), 0),
    "too long a path": lambda data: data | {"drawn": ["x" * 501]},
    "too many suggestions": lambda data: (
        data | {"suggestions": [{"path": "x", "first": 1, "last": 1, "text": ""}] * 31}
    ),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_verdict_of_another_form_or_about_something_else_is_no_verdict(
    jobs: Jobs, verdict: dict[str, Any], forge: Callable[[dict[str, Any]], Any]
) -> None:
    status, body = comment_of(jobs, forge(verdict))
    assert status == 3
    assert "### Rollkeeper could not check this" in body


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{", '{"version":1,"version":1}', "[" * 50_000, "{}" + " " * 130_000],
    ids=["nothing", "null", "a list", "half", "a key twice", "nested deeply", "too large"],
)
def test_what_is_no_verdict_at_all_is_told_as_none(
    jobs: Jobs, verdict: dict[str, Any], text: str
) -> None:
    assert verdict
    status, body = comment_of(jobs, text)
    assert status == 3
    assert "this is not a pass" in body


def test_only_labels_that_approve_can_be_taken_off(jobs: Jobs, verdict: dict[str, Any]) -> None:
    github = jobs.repository.github
    (pull,) = github.pulls
    label = {"id": 1, "node_id": "L", "url": "", "color": "ededed", "default": False}
    pull["labels"].append(label | {"name": "do not merge", "description": ""})
    comment_of(jobs, verdict | {"revoked": ["do not merge"]})
    assert "do not merge" in {each["name"] for each in pull["labels"]}


def test_a_verdict_reads_back_as_it_was_written(verdict: dict[str, Any]) -> None:
    taken = read(json.dumps(verdict))
    assert taken.suggestions[0].text == '- name: "Cedar"'
    assert taken.report.changes == {"partners": ("adds Cedar",)}
    assert not taken.passed
