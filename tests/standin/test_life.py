"""How the stand-in closes, reopens and merges, by whom, and what it refuses as GitHub does."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from forge.proposals import ROLL, Repository
from standin import api, life
from standin.test_standin import ask, git

NEW = ROLL + "- name: Cedar\n"


def listed(github: api.State, **wanted: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(
        github, github.token, "GET", "issues?" + "&".join(f"{k}={v}" for k, v in wanted.items())
    ).json()
    return found


def patch(github: api.State, path: str, **data: Any) -> requests.Response:
    return ask(github, github.token, "PATCH", path, data)


def test_an_issue_is_closed_at_the_time_of_the_clock_and_says_why(github: api.State) -> None:
    made = ask(github, github.token, "POST", "issues", {"title": "x", "labels": ["New"]}).json()
    assert [label["name"] for label in made["labels"]] == ["New"]
    assert len(github.labels) == 1
    github.now = "2027-01-02T03:04:05Z"
    closed = patch(github, "issues/1", state="closed", state_reason="not_planned").json()
    assert (closed["state_reason"], closed["closed_at"]) == ("not_planned", github.now)
    assert closed["closed_by"]["login"] == github.login
    assert "closed_by" not in listed(github, state="closed")[0]
    opened = patch(github, "issues/1", state="open").json()
    assert (opened["state_reason"], opened["closed_at"]) == ("reopened", None)
    life.close(github, 1, by="keeper")
    shown = ask(github, github.token, "GET", "issues/1").json()
    assert (shown["state_reason"], shown["closed_by"]["login"]) == ("completed", "keeper")


def test_a_pull_request_is_the_same_in_both_lists(repository: Repository) -> None:
    github = repository.github
    repository.commit({"partners.yaml": NEW}, "bot")
    data = {"title": "One", "head": "bot", "base": "main", "body": "it"}
    assert ask(github, github.token, "POST", "pulls", data).status_code == 201
    assert ask(github, github.token, "POST", "pulls", data).status_code == 422
    ask(github, github.token, "POST", "issues/1/labels", {"labels": ["rollkeeper"]})
    (pull,) = ask(github, github.token, "GET", "pulls").json()
    (issue,) = listed(github, labels="rollkeeper")
    assert (issue["title"], issue["body"]) == (pull["title"], pull["body"]) == ("One", "it")
    assert [label["name"] for label in pull["labels"]] == ["rollkeeper"]
    patch(github, "issues/1", state="closed", title="Two")
    assert ask(github, github.token, "GET", "pulls/1").json()["state"] == "closed"
    patch(github, "pulls/1", state="open")
    assert listed(github, state="open")[0]["title"] == "Two"
    merged = life.merge(github, 1, by="keeper")
    (issue,) = listed(github, state="closed")
    assert issue["pull_request"]["merged_at"] == github.now
    assert repository.git("ls-remote", str(github.git), "main").split()[0] == merged
    assert patch(github, "pulls/1", state="open").status_code == 422
    without = ask(github, github.token, "POST", "pulls", data)
    assert "No commits between main and bot" in json.dumps(without.json())


def test_a_pull_request_whose_branch_was_pushed_anew_or_is_gone_stays_closed(
    repository: Repository,
) -> None:
    github = repository.github
    repository.propose({"partners.yaml": NEW}, repository_id=1)
    life.close(github, 1, by="keeper")
    repository.git("branch", "--force", "change", "main")
    repository.commit({"partners.yaml": NEW + "# x\n"}, "change")
    assert "force-pushed" in patch(github, "pulls/1", state="open").text
    repository.propose({"partners.yaml": NEW}, "other", repository_id=1)
    writer = github.mint({"contents": "write"})
    url = f"https://github.com/{github.repository}.git"
    assert git(github, repository.work, "push", url, ":other", token=writer).returncode == 0
    assert [pull["state"] for pull in github.pulls] == ["closed", "closed"]
    assert "has been deleted" in patch(github, "pulls/2", state="open").text


def test_where_issues_are_switched_off_there_are_pull_requests_alone(
    repository: Repository,
) -> None:
    github = repository.github
    repository.propose({"partners.yaml": NEW})
    github.add_issue("", author="somebody")
    github.has_issues = False
    assert ask(github, github.token, "POST", "issues", {"title": "x"}).status_code == 410
    assert ask(github, github.token, "GET", "issues/2").status_code == 410
    assert patch(github, "issues/2", title="x").status_code == 410
    assert [issue["number"] for issue in listed(github)] == [1]
    said = ask(github, github.token, "POST", "issues/1/comments", {"body": "x"})
    assert said.status_code == 201
    url, header = f"{github.url}/repos/{github.repository}", {"Authorization": "token standin"}
    assert requests.get(url, headers=header, timeout=30).json()["has_issues"] is False


def test_an_account_is_found_by_the_number_that_no_renaming_changes(github: api.State) -> None:
    person = github.add_person("alder", 7)
    by_number, by_name = (f"{github.url}/{path}" for path in ("user/7", "users/alder"))
    header = {"Authorization": f"Bearer {github.mint({})}"}

    def login(url: str) -> str | None:
        answer = requests.get(url, headers=header, timeout=30)
        return answer.json()["login"] if answer.ok else None

    assert (login(by_number), login(by_name)) == ("alder", "alder")
    person.login = "birch"
    assert (login(by_number), login(by_name)) == ("birch", None)
    person.there = False
    assert login(by_number) is None


def test_a_branch_without_workflows_is_pushed_without_force(repository: Repository) -> None:
    github, work = repository.github, repository.work
    repository.commit({".github/workflows/x.yml": "x"})
    writer = github.mint({"contents": "write"})
    url = f"https://github.com/{github.repository}.git"

    def push(*what: str) -> bool:
        return git(github, work, "push", url, *what, token=writer).returncode == 0

    tree = repository.git("hash-object", "-t", "tree", "-w", "/dev/null")
    first = repository.git("commit-tree", "-m", "x", tree)
    others = [repository.git("commit-tree", "-m", each, "-p", first, tree) for each in "yz"]
    assert push(f"{first}:refs/heads/history")
    assert push(f"{others[0]}:refs/heads/history")
    assert not push(f"{others[1]}:refs/heads/history")
    github.down = api.Refusal(503, {"message": "Unavailable"})
    assert not push(f"{first}:refs/heads/other")
    assert ask(github, writer, "GET", "branches/main").status_code == 503


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_request_and_a_push_can_be_interrupted_before_and_after(
    repository: Repository, when: str
) -> None:
    github, seen = repository.github, []

    def watch(now: str, what: str) -> None:
        seen.append(what)
        if now == when:
            raise api.Refusal(502, {"message": "Interrupted"})

    github.watch = watch
    assert ask(github, github.token, "POST", "issues", {"title": "x"}).status_code == 502
    assert len(github.issues) == (when == "after")
    url = f"https://github.com/{github.repository}.git"
    writer = github.mint({"contents": "write"})
    command = ("push", url, "main:refs/heads/new")
    assert git(github, repository.work, *command, token=writer).returncode != 0
    there = repository.git("ls-remote", str(github.git), "refs/heads/new")
    assert bool(there) is (when == "after")
    assert {what.split(" ")[0] for what in seen} == {"POST", "push"}
