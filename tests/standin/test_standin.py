"""The stand-in itself: what it allows a token, what git it serves, and what may be merged."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from forge.proposals import ROLL, Repository
from standin import api, statuses

NEW = ROLL + "- name: Cedar\n"


def ask(
    github: api.State, token: str, method: str, path: str, data: Any = None
) -> requests.Response:
    url = f"{github.url}/repos/{github.repository}/{path}"
    header = {"Authorization": f"Bearer {token}"}
    return requests.request(method, url, json=data, headers=header, timeout=30)


def git(
    github: api.State, folder: Path, *arguments: str, token: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run git as a job does, with the job's token."""
    login = ("-c", f"http.extraHeader=Authorization: bearer {token}") if token else ()
    person = ("-c", "user.name=T", "-c", "user.email=t@example.com")
    environment = {**os.environ, **github.environment(), "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", *login, *person, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )


ALLOWED: list[tuple[str, str, Any, list[dict[str, str]], list[dict[str, str]]]] = [
    (
        "POST",
        "issues/1/comments",
        {"body": "x"},
        [{"issues": "write"}, {"pull-requests": "write"}],
        [{}, {"issues": "read", "pull-requests": "read"}, {"contents": "write"}],
    ),
    (
        "POST",
        "issues/2/comments",
        {"body": "x"},
        [{"issues": "write"}],
        [{"pull-requests": "write"}, {"issues": "read"}],
    ),
    (
        "POST",
        "issues",
        {"title": "x"},
        [{"issues": "write"}],
        [{"pull-requests": "write"}, {"issues": "read"}],
    ),
    (
        "GET",
        "pulls/1",
        None,
        [{"pull-requests": "read"}, {"pull-requests": "write"}],
        [{"issues": "write"}, {"contents": "read"}],
    ),
    ("GET", "collaborators/somebody/permission", None, [{}, {"contents": "read"}], []),
    ("GET", "branches/main", None, [{"contents": "read"}], [{"statuses": "write"}]),
    (
        "POST",
        "git/blobs",
        {"content": "", "encoding": "base64"},
        [{"contents": "write"}],
        [{"contents": "read"}, {"issues": "write"}],
    ),
    (
        "POST",
        "issues/1/labels",
        {"labels": ["new"]},
        [{"issues": "write"}],
        [{"pull-requests": "write"}, {"statuses": "write"}],
    ),
]


@pytest.mark.parametrize("row", ALLOWED)
def test_a_token_may_do_what_its_permissions_say_and_no_more(
    repository: Repository,
    row: tuple[str, str, Any, list[dict[str, str]], list[dict[str, str]]],
) -> None:
    method, path, data, enough, too_little = row
    github = repository.github
    repository.propose({"partners.yaml": NEW})
    github.add_issue("", author="somebody")
    for permissions in too_little:
        refused = ask(github, github.mint(permissions), method, path, data)
        assert refused.status_code == 403, permissions
    assert len(github.denials) <= len(too_little)
    for permissions in enough:
        assert ask(github, github.mint(permissions), method, path, data).ok, permissions
    assert ask(github, "somebody else's", method, path, data).status_code == 401


def test_a_status_is_of_one_commit_and_the_newest_of_a_context_counts(
    repository: Repository,
) -> None:
    github, pull = repository.github, repository.propose({"partners.yaml": NEW})
    head = pull["head"]["sha"]
    reader, writer = github.mint({"statuses": "read"}), github.mint({"statuses": "write"})
    assert ask(github, reader, "POST", f"statuses/{head}", {"state": "success"}).status_code == 403
    for state in ("pending", "failure", "success"):
        status = {"state": state, "context": "Rollkeeper", "description": "x" * 140}
        assert ask(github, writer, "POST", f"statuses/{head}", status).status_code == 201
    combined = ask(github, reader, "GET", f"commits/{head}/status").json()
    assert (combined["state"], combined["total_count"]) == ("success", 1)
    listed = ask(github, reader, "GET", f"commits/{head}/statuses").json()
    assert [each["state"] for each in listed] == ["success", "failure", "pending"]
    base = ask(github, reader, "GET", f"commits/{pull['base']['sha']}/status").json()
    assert (base["state"], base["total_count"]) == ("pending", 0)
    long = {"state": "success", "description": "x" * 141}
    assert ask(github, writer, "POST", f"statuses/{head}", long).status_code == 422
    assert (
        ask(github, writer, "POST", f"statuses/{'0' * 40}", {"state": "success"}).status_code == 422
    )


def test_a_head_is_fetched_over_https_by_its_id_without_its_large_files(
    repository: Repository, tmp_path: Path
) -> None:
    github = repository.github
    pull = repository.propose({"partners.yaml": NEW, "large.bin": os.urandom(3_000_000)})
    store = tmp_path / "store"
    git(github, tmp_path, "init", "--bare", str(store))
    url = f"https://github.com/{github.repository}.git"
    fetch = ("fetch", "--filter=blob:limit=1m", url)
    assert git(github, store, *fetch, pull["head"]["sha"]).returncode == 0
    assert git(github, store, *fetch, "refs/pull/1/head:refs/heads/it").returncode == 0
    assert git(github, store, "show", "it:partners.yaml").stdout == NEW
    assert "large.bin" in git(github, store, "ls-tree", "it").stdout
    assert github.sent < 1_000_000
    assert github.fetches[0] == f"git-upload-pack {github.repository}"
    untrusted = {**os.environ, **github.environment(), "GIT_SSL_CAINFO": "/dev/null"}
    command = ["git", *fetch, "main"]
    done = subprocess.run(command, cwd=store, env=untrusted, check=False, capture_output=True)
    assert b"certificate" in done.stderr.lower()


def test_who_may_not_read_or_write_the_repository_cannot_with_git(
    repository: Repository, tmp_path: Path
) -> None:
    github = repository.github
    url = f"https://github.com/{github.repository}.git"
    reader, writer = github.mint({"contents": "read"}), github.mint({"contents": "write"})
    other = github.mint({"issues": "write"})
    list_it = ("ls-remote", url)
    assert git(github, tmp_path, *list_it).returncode == 0
    github.private = True
    assert git(github, tmp_path, *list_it).returncode != 0
    assert git(github, tmp_path, *list_it, token=other).returncode != 0
    assert git(github, tmp_path, *list_it, token=f"{reader}0").returncode != 0
    assert git(github, tmp_path, *list_it, token=reader).returncode == 0
    push = ("push", url, "main:refs/heads/new")
    assert git(github, repository.work, *push, token=reader).returncode != 0
    assert git(github, repository.work, *push, token=writer).returncode == 0
    assert len(github.denials) == 2


def test_a_protected_branch_and_workflows_are_not_pushed(repository: Repository) -> None:
    github = repository.github
    github.protected.add("refs/heads/main")
    url = f"https://github.com/{github.repository}.git"
    writer = github.mint({"contents": "write"})

    def push(branch: str) -> str:
        return git(github, repository.work, "push", url, f"HEAD:{branch}", token=writer).stderr

    def commit(name: str) -> None:
        (repository.work / name).parent.mkdir(parents=True, exist_ok=True)
        (repository.work / name).write_text("x", encoding="utf-8")
        repository.git("add", "--all")
        repository.git("commit", "--quiet", "--message", "Change")

    commit("a.txt")
    assert "GH006: Protected branch update failed for refs/heads/main" in push("refs/heads/main")
    assert "GH006" not in push("refs/heads/pages")
    commit(".github/workflows/x.yml")
    assert "refusing to allow a GitHub App" in push("refs/heads/pages")


def test_the_merge_of_a_pull_request_follows_its_head_and_its_base(
    repository: Repository, tmp_path: Path
) -> None:
    github, pull = repository.github, repository.propose({"partners.yaml": NEW})

    def refs() -> dict[str, str]:
        url = f"https://github.com/{github.repository}.git"
        lines = git(github, tmp_path, "ls-remote", url).stdout.splitlines()
        return {name: sha for sha, name in (line.split("\t") for line in lines)}

    first = refs()
    assert first["refs/pull/1/head"] == pull["head"]["sha"]
    parents = git(github, Path(str(github.git)), "rev-parse", "refs/pull/1/merge^@").stdout
    assert parents.split() == [first["refs/heads/main"], pull["head"]["sha"]]
    assert refs() == first
    repository.commit({"partners.yaml": ROLL + "- name: Pine\n"})
    assert "refs/pull/1/merge" not in refs()
    mergeable = ask(github, github.token, "GET", "pulls/1").json()
    assert (mergeable["mergeable"], mergeable["mergeable_state"]) == (False, "dirty")
    repository.push(pull, {"partners.yaml": ROLL + "- name: Pine\n"})
    assert refs()["refs/pull/1/merge"] != first["refs/pull/1/merge"]


def close(_github: api.State, pull: dict[str, Any], _head: str) -> None:
    pull["state"] = "closed"


def conflict(github: api.State, pull: dict[str, Any], _head: str) -> None:
    subprocess.run(
        ["git", "-C", str(github.git), "update-ref", "-d", f"refs/heads/{pull['base']['ref']}"],
        check=True,
    )


def set_status(state: str) -> Callable[[api.State, dict[str, Any], str], None]:
    def set_it(github: api.State, _pull: dict[str, Any], head: str) -> None:
        ask(github, github.token, "POST", f"statuses/{head}", {"state": state, "context": "It"})

    return set_it


def run_check(conclusion: str) -> Callable[[api.State, dict[str, Any], str], None]:
    return lambda github, _pull, head: github.checks.append((head, "It", conclusion))


@pytest.mark.parametrize(
    ("done", "why_not"),
    [
        ([], ["It: expected"]),
        ([set_status("pending")], ["It: pending"]),
        ([set_status("success")], []),
        ([set_status("success"), set_status("failure")], ["It: failure"]),
        ([run_check("success")], []),
        ([run_check("success"), set_status("pending")], ["It: pending"]),
        ([run_check("failure"), set_status("success")], ["It: failure"]),
        ([set_status("success"), close], ["it is closed"]),
        ([set_status("success"), conflict], ["it has conflicts"]),
    ],
)
def test_what_branch_protection_asks_for(
    repository: Repository,
    done: list[Callable[[api.State, dict[str, Any], str], None]],
    why_not: list[str],
) -> None:
    github, pull = repository.github, repository.propose({"partners.yaml": NEW})
    github.required["main"] = {"It"}
    for each in done:
        each(github, pull, pull["head"]["sha"])
    assert statuses.why_not_merged(github, pull["number"]) == why_not
