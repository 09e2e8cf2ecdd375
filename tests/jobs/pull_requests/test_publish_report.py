"""The last job of a report: the status, and what is written on the pull request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from github import GithubException

from forge.proposals import Repository
from forge.published import BOT, bodies, body
from rollkeeper.forge.client import connect
from rollkeeper.forge.comments import Turn, read_marker
from rollkeeper.jobs.pull_requests.comment import Run, VerifyOutput, publish
from rollkeeper.jobs.pull_requests.target import Target
from rollkeeper.model.change import PullRequest
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.tree import Place
from rollkeeper.model.verdict import Verdict
from rollkeeper.reports.pull_request import ReportContext
from rollkeeper.rules.changes import REMOVAL_LABEL
from standin.statuses import why_not_merged

KEYS = ("000000000001", "000000000002")
CLEAN = Report(date(2026, 11, 21), ("partners",), (), ("unsorted",), {}, entries=2)
ERROR = Finding(
    "unsorted", Severity.ERROR, "out of order", "partners.yaml", Place(1, 1, 1, 2), "partners"
)
FAULTY = replace(CLEAN, findings=(ERROR,))
RUN_URL = "https://github.com/octo-community/rosters/actions/runs/7"


@pytest.fixture
def pull(repository: Repository) -> dict[str, Any]:
    repository.github.required["main"] = {"Rollkeeper"}
    return repository.propose({"partners.yaml": "- name: Fir\n"})


def target_of(pull: Mapping[str, Any], **more: Any) -> Target:
    head = pull["head"]["sha"]
    proposed = PullRequest(pull["number"], "newcomer", 5, head, base_ref="main")
    return replace(Target(head, "main", "main", proposed), **more)


def verdict_on(pull: Mapping[str, Any], report: Report = CLEAN, **more: Any) -> Verdict:
    return Verdict(pull["number"], pull["head"]["sha"], "b" * 40, 1, report, **more)


def tell(
    repository: Repository, target: Target, verdict: Verdict | str, *, run: int = 7
) -> tuple[str, str, str, str | None]:
    """Publish, and return the newest status: its commit, state, description and link."""
    github = repository.github
    where = ReportContext(github.repository, run_url=RUN_URL)
    waits = {"seconds_between_requests": 0.0, "seconds_between_writes": 0.0, "backoff": 0.0}
    with connect(github.token, github.url, github.repository, **waits) as remote:
        publish(remote, where, target, Run(run, 1), VerifyOutput(verdict).about(target))
    newest = github.statuses[-1]
    return newest["sha"], newest["state"], newest["description"], newest["target_url"]


def names(pull: Mapping[str, Any]) -> list[str]:
    return [each["name"] for each in pull["labels"]]


def test_what_is_in_order_may_be_merged(repository: Repository, pull: dict[str, Any]) -> None:
    assert why_not_merged(repository.github, pull["number"]) == ["Rollkeeper: expected"]
    sha, state, description, link = tell(repository, target_of(pull), verdict_on(pull))
    assert (sha, state) == (pull["head"]["sha"], "success")
    assert description == "In order; 0 errors, 0 warnings, 0 notices"
    (comment,) = repository.github.comments[pull["number"]]
    assert link is not None
    assert link.endswith(f"/pull/{pull['number']}#issuecomment-{comment['id']}")
    assert why_not_merged(repository.github, pull["number"]) == []


def test_what_has_errors_may_not_be_merged(repository: Repository, pull: dict[str, Any]) -> None:
    _, state, description, _ = tell(repository, target_of(pull), verdict_on(pull, FAULTY))
    assert (state, description) == ("failure", "Needs work: 1 error, 0 warnings, 0 notices")
    assert why_not_merged(repository.github, pull["number"]) == ["Rollkeeper: failure"]


@pytest.mark.parametrize("result", ["failure", "cancelled", ""])
def test_without_a_verdict_the_status_is_an_error(
    repository: Repository, pull: dict[str, Any], result: str
) -> None:
    _, state, description, _ = tell(repository, target_of(pull), result)
    assert state == "error"
    assert "not a pass" in description
    assert "not a pass" in body(repository.github, pull)


def test_a_verdict_about_another_commit_is_none(
    repository: Repository, pull: dict[str, Any]
) -> None:
    other = replace(verdict_on(pull), head="c" * 40)
    assert tell(repository, target_of(pull), other)[:2] == (pull["head"]["sha"], "error")


def test_a_change_of_nothing_here_gets_a_status_and_nothing_else(
    repository: Repository, pull: dict[str, Any]
) -> None:
    verdict = verdict_on(pull, touched=False)
    _, state, description, link = tell(repository, target_of(pull), verdict)
    assert (state, description, link) == ("success", "Nothing of the rosters changes", RUN_URL)
    assert bodies(repository.github, pull) == []
    assert names(pull) == []


def test_when_a_pull_request_no_longer_touches_a_roster_its_comment_says_so(
    repository: Repository, pull: dict[str, Any]
) -> None:
    tell(repository, target_of(pull), verdict_on(pull, FAULTY))
    (comment,) = repository.github.comments[pull["number"]]
    target = target_of(pull, turn=Turn(comment["id"], 0))
    tell(repository, target, verdict_on(pull, touched=False), run=8)
    assert "Rollkeeper: nothing of the rosters changes" in body(repository.github, pull)
    assert names(pull) == []


def test_changed_policies_are_never_in_order(repository: Repository, pull: dict[str, Any]) -> None:
    verdict = verdict_on(pull, governing=("policies/partners.yaml",))
    _, state, description, _ = tell(repository, target_of(pull), verdict)
    assert state == "success"
    assert "needs a review of changed policies" in description.lower()
    assert "in order" not in body(repository.github, pull)
    assert names(pull) == []


def test_a_merge_queue_gets_a_status_and_nothing_else(
    repository: Repository, pull: dict[str, Any]
) -> None:
    head = pull["head"]["sha"]
    target = Target(head, "main", "main", base="b" * 40)
    verdict = replace(verdict_on(pull, FAULTY), number=0)
    assert tell(repository, target, verdict)[:2] == (head, "failure")
    assert [path for _, path in repository.github.requests] == [
        f"/repos/octo-community/rosters/statuses/{head}"
    ]


def test_a_head_that_moved_on_gets_its_status_and_no_comment(
    repository: Repository, pull: dict[str, Any]
) -> None:
    target, verdict = target_of(pull), verdict_on(pull)
    repository.push(pull, {"partners.yaml": "- name: Fig\n"})
    assert tell(repository, target, verdict)[:2] == (target.head, "success")
    assert bodies(repository.github, pull) == []
    assert why_not_merged(repository.github, pull["number"]) == ["Rollkeeper: expected"]


def test_the_status_is_set_where_the_comment_is_refused(
    repository: Repository, pull: dict[str, Any]
) -> None:
    repository.github.refuse_for["comments"] = 403
    with pytest.raises(GithubException):
        tell(repository, target_of(pull), verdict_on(pull, FAULTY))
    (status,) = repository.github.statuses
    assert (status["state"], status["target_url"]) == ("failure", RUN_URL)


def test_an_older_run_does_not_overwrite_the_status_of_a_newer(
    repository: Repository, pull: dict[str, Any]
) -> None:
    tell(repository, target_of(pull), verdict_on(pull, FAULTY), run=9)
    assert tell(repository, target_of(pull), verdict_on(pull), run=8)[1] == "failure"
    assert len(repository.github.statuses) == 1


def test_a_label_that_covers_too_little_is_taken_off(
    repository: Repository, pull: dict[str, Any]
) -> None:
    pull["labels"][:] = [{"id": 1, "node_id": "L", "url": "", "name": REMOVAL_LABEL, "color": "ededed", "default": False, "description": ""}]  # fmt: skip
    target = target_of(pull, approvals=(REMOVAL_LABEL,))
    report = replace(FAULTY, removals=KEYS)
    tell(repository, target, verdict_on(pull, report, revoked=(REMOVAL_LABEL, "size/L")))
    assert names(pull) == ["rollkeeper: needs work"]
    marker = read_marker(body(repository.github, pull))
    assert marker is not None
    assert (marker.labels, marker.removed, marker.approved) == ("", KEYS, ())


def test_a_network_that_fails_while_a_label_is_taken_off_leaves_no_status_pending(
    repository: Repository, pull: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "the connection was reset"
        raise ConnectionError(message)

    monkeypatch.setattr("rollkeeper.jobs.pull_requests.comment.change_labels", fail)
    target = target_of(pull, approvals=(REMOVAL_LABEL,))
    with pytest.raises(ConnectionError):
        tell(repository, target, verdict_on(pull, FAULTY, revoked=(REMOVAL_LABEL,)))
    assert [each["state"] for each in repository.github.statuses] == ["failure"]


def test_a_comment_that_another_workflow_wrote_with_our_marker_is_not_ours(
    repository: Repository, pull: dict[str, Any]
) -> None:
    tell(repository, target_of(pull), verdict_on(pull))
    echo = body(repository.github, pull)
    repository.github.comments.clear()
    repository.github.add_comment(pull["number"], echo, author=BOT)
    tell(repository, target_of(pull), verdict_on(pull, FAULTY), run=8)
    assert len(bodies(repository.github, pull)) == 2
    assert bodies(repository.github, pull)[0] == echo


def test_a_first_report_takes_few_requests(repository: Repository, pull: dict[str, Any]) -> None:
    tell(repository, target_of(pull), verdict_on(pull, FAULTY))
    assert [method for method, _ in repository.github.requests] == [
        *("GET", "GET", "POST", "PATCH", "GET"),  # the pull request and the comment
        *("POST", "POST"),  # the status and the label
    ]
