"""The first job of a report: which commit it is about, and the status that says that it begins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from forge.proposals import POLICY, Repository
from rollkeeper.forge.bot import BOT
from rollkeeper.forge.client import connect
from rollkeeper.forge.comments import Marker, branch_key, labels_key
from rollkeeper.forge.pull_requests import NoSuchEventError
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.pull_requests import begin as begins
from rollkeeper.jobs.pull_requests import target as targets
from rollkeeper.jobs.pull_requests.begin import Beginning, Trigger
from rollkeeper.jobs.pull_requests.target import Target
from rollkeeper.model.commit_status import CONTEXT
from rollkeeper.rules.changes import REMOVAL_LABEL

TODAY = date(2026, 11, 21)
KEYS = ("000000000001", "000000000002", "000000000003")


def begin(repository: Repository, trigger: Trigger) -> Beginning:
    github = repository.github
    waits = {"seconds_between_requests": 0.0, "seconds_between_writes": 0.0}
    with connect(github.token, github.url, github.repository, **waits) as remote:
        return begins.begin(remote, trigger, repository.work, today=TODAY)


def event(pull: Mapping[str, Any]) -> Trigger:
    return Trigger({"pull_request": {"number": pull["number"]}})


def target_of(repository: Repository, pull: Mapping[str, Any]) -> Target:
    begun = begin(repository, event(pull))
    assert begun.target is not None
    return begun.target


def statuses(repository: Repository) -> list[tuple[str, str, str]]:
    return [(each["sha"], each["context"], each["state"]) for each in repository.github.statuses]


def reported(repository: Repository, pull: Mapping[str, Any], **more: Any) -> Marker:
    """Leave a comment of ours, as a whole run would about the pull request as it is."""
    marker = Marker(
        1, 1, pull["head"]["sha"], repository.git("rev-parse", "main"), TODAY.toordinal(), done=True
    )
    marker = replace(marker, **{"branch": branch_key("main"), **more})
    comment = repository.github.add_comment(pull["number"], "", author=BOT)
    comment["body"] = replace(marker, comment=comment["id"]).line() + "In order\n"
    return marker


def label(pull: dict[str, Any], *names: str) -> None:
    pull["labels"] = [{"id": 1, "node_id": "L", "url": "", "name": each, "color": "ededed", "default": False, "description": ""} for each in names]  # fmt: skip


def test_a_report_begins_with_a_pending_status(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    target = target_of(repository, pull)
    assert (target.number, target.head) == (pull["number"], pull["head"]["sha"])
    assert statuses(repository) == [(target.head, CONTEXT, "pending")]
    assert len(repository.github.requests) == 3


def test_the_status_of_another_base_has_another_name(repository: Repository) -> None:
    repository.commit({"lax.md": "x"}, "release-1")
    pull = repository.propose({"partners.yaml": "- name: Fir\n"}, into="release-1")
    assert target_of(repository, pull).context == "Rollkeeper (release-1)"
    assert [context for _, context, _ in statuses(repository)] == ["Rollkeeper (release-1)"]


def test_where_nothing_has_changed_there_is_nothing_to_do(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    reported(repository, pull)
    begun = begin(repository, event(pull))
    assert begun.target is None
    assert "already" in begun.message
    assert [method for method, _ in repository.github.requests] == ["GET", "GET"]


@pytest.mark.parametrize(
    "other",
    [{"head": "c" * 40}, {"base": "c" * 40}, {"day": 1}, {"done": False}, {"labels": KEYS[0]}],
)
def test_whatever_may_change_the_verdict_is_checked_again(
    repository: Repository, other: dict[str, Any]
) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    reported(repository, pull, **other)
    assert begin(repository, event(pull)).target is not None


def test_a_command_checks_again_what_has_not_changed(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    reported(repository, pull)
    trigger = Trigger({"issue": {}}, number=pull["number"], again=True)
    assert begin(repository, trigger).target is not None


def test_a_comment_that_repeats_our_marker_suppresses_nothing(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    marker = reported(repository, pull)
    (comment,) = repository.github.comments[pull["number"]]
    comment["body"] = replace(marker, comment=comment["id"] + 1).line() + "In order\n"
    assert begin(repository, event(pull)).target is not None


def test_a_closed_pull_request_is_left_alone(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"}, is_open=False)
    assert begin(repository, event(pull)).target is None
    assert statuses(repository) == []


def test_a_label_approves_what_the_comment_listed(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    reported(repository, pull, removed=KEYS[:2])
    label(pull, REMOVAL_LABEL.upper())
    target = target_of(repository, pull)
    assert target.approvals == (REMOVAL_LABEL.upper(),)
    assert target.pull_request is not None
    assert target.pull_request.approved == {*KEYS[:2]}


def test_a_label_approves_nothing_that_came_after(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    key = labels_key((REMOVAL_LABEL,))
    reported(repository, pull, head="c" * 40, removed=KEYS, approved=KEYS[:1], labels=key)
    label(pull, REMOVAL_LABEL)
    target = target_of(repository, pull)
    assert target.pull_request is not None
    assert target.pull_request.approved == {*KEYS[:1]}


@pytest.mark.parametrize("names", [(), ("size/L",)])
def test_without_the_label_nothing_is_approved(
    repository: Repository, names: tuple[str, ...]
) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    reported(repository, pull, head="c" * 40, removed=KEYS, approved=KEYS)
    label(pull, *names)
    target = target_of(repository, pull)
    assert target.pull_request is not None
    assert target.pull_request.approved == frozenset()


def test_a_label_from_before_the_first_report_approves_nothing(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    label(pull, REMOVAL_LABEL)
    target = target_of(repository, pull)
    assert target.pull_request is not None
    assert target.pull_request.approved == frozenset()


def test_the_label_is_the_policys(repository: Repository) -> None:
    rules = "rules:\n  mass-removal: {label: we agree}\n"
    repository.commit({"policies/partners.yaml": POLICY + rules})
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    label(pull, REMOVAL_LABEL, "We Agree")
    assert target_of(repository, pull).approvals == ("We Agree",)


def test_a_commit_that_was_just_pushed_is_waited_for(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    old = pull["head"]["sha"]
    repository.push(pull, {"partners.yaml": "- name: Fig\n"})
    new, pull["head"]["sha"] = pull["head"]["sha"], old
    waits: list[float] = []

    def see(seconds: float) -> None:
        waits.append(seconds)
        pull["head"]["sha"] = new

    monkeypatch.setattr("rollkeeper.jobs.pull_requests.begin.sleep", see)
    begun = begin(repository, Trigger({}, number=pull["number"], expected=new))
    assert begun.target is not None
    assert (begun.target.head, len(waits)) == (new, 1)


def test_a_merge_queue_is_about_its_own_commits(repository: Repository) -> None:
    head, base = repository.commit({"x": "y"}, "queue"), repository.git("rev-parse", "main")
    group = {"head_sha": head, "base_sha": base, "base_ref": "refs/heads/main"}
    queued = {"merge_group": group, "repository": {"default_branch": "main"}}
    begun = begin(repository, Trigger(queued))
    assert begun.target == Target(head, "main", "main", base=base)
    assert statuses(repository) == [(head, CONTEXT, "pending")]


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"pull_request": []},
        {"pull_request": {"number": "1"}},
        {"merge_group": {"head_sha": "x", "base_sha": "y", "base_ref": "z"}},
    ],
)
def test_an_event_about_nothing_is_an_error(repository: Repository, other: dict[str, Any]) -> None:
    with pytest.raises(NoSuchEventError):
        begin(repository, Trigger(other))


def test_a_target_reads_back_as_it_was_written(repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": "- name: Fir\n"})
    reported(repository, pull, head="c" * 40, removed=KEYS[:2])
    label(pull, REMOVAL_LABEL)
    target = target_of(repository, pull)
    assert targets.read(json.dumps(target.as_data())) == target
    queued = Target("a" * 40, "main", "main", base="b" * 40)
    assert targets.read(json.dumps(queued.as_data())) == queued
    with pytest.raises(ReportError):
        targets.read(json.dumps({**target.as_data(), "head": "main"}))
