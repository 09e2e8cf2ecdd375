"""Reviews with suggested changes, written to a stand-in of GitHub."""

from __future__ import annotations

import pytest
from github import GithubException

from forge.proposals import ROLL, Repository
from rollkeeper.forge.client import connect
from rollkeeper.forge.reviews import LinesNotShownError, Review, post_review
from rollkeeper.model.line_edit import Suggestion
from standin import api

NEW = {"partners.yaml": ROLL + "- name: Cedar \n  country: de\n"}
ONE = Suggestion(5, 5, "- name: Cedar", "partners.yaml")
TWO = Suggestion(5, 6, "- name: Cedar\n  country: DE", "partners.yaml")


def post(github: api.State, review: Review) -> None:
    with connect(github.token, github.url, github.repository, backoff=0) as repository:
        post_review(repository, 1, review)


def test_a_review_is_one_request_and_names_the_lines(repository: Repository) -> None:
    github, pull = repository.github, repository.propose(NEW)
    post(github, Review(pull["head"]["sha"], (ONE, TWO), "Look."))
    assert github.requests == [("POST", f"/repos/{github.repository}/pulls/1/reviews")]
    (review,) = github.reviews
    assert (review["commit_id"], review["body"]) == (pull["head"]["sha"], "Look.")
    whole = {"path": "partners.yaml", "side": "RIGHT", "start_line": 5, "start_side": "RIGHT"}
    assert review["comments"] == [
        {"path": "partners.yaml", "line": 5, "side": "RIGHT", "body": ONE.body},
        {**whole, "line": 6, "body": TWO.body},
    ]


@pytest.mark.parametrize(("status", "kind"), [(422, LinesNotShownError), (403, GithubException)])
def test_lines_that_github_does_not_show_are_told_from_other_refusals(
    repository: Repository, status: int, kind: type[Exception]
) -> None:
    github, pull = repository.github, repository.propose(NEW)
    github.refuse_for["reviews"] = status
    with pytest.raises(GithubException) as raised:
        post(github, Review(pull["head"]["sha"], (ONE,)))
    assert type(raised.value) is kind
    assert raised.value.status == status
