"""A head fetched over https, as from GitHub: public and private, and what becomes of the token."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest

from forge.proposals import ROLL, Repository
from rollkeeper.loading import head_store as module
from rollkeeper.loading.git import GitError, GitLimits, bounded_git
from rollkeeper.loading.head import Head, Source, fetch_head
from standin import api


@pytest.fixture
def trusting(github: api.State, monkeypatch: pytest.MonkeyPatch) -> api.State:
    """Trust the stand-in's certificate, and try nothing twice."""
    monkeypatch.setenv("GIT_SSL_CAINFO", str(github.authority))
    monkeypatch.setattr(module, "_PAUSES", ())
    return github


def fetched(repository: Repository, token: str) -> AbstractContextManager[Head]:
    """Fetch a pull request for a checkout that has never had its commits."""
    github = repository.github
    pull = repository.propose({"partners.yaml": ROLL + "- name: Cedar\n"})
    base = repository.folder / "base"
    assert github.git is not None
    repository.git("clone", "--quiet", "--single-branch", github.git.as_uri(), str(base))
    return fetch_head(
        base,
        Source.of(github.git_url, github.repository, token),
        pull["head"]["sha"],
        since=repository.git("rev-parse", "main"),
        largest=1_000_000,
    )


@pytest.mark.parametrize("private", [False, True])
def test_a_head_is_fetched_with_the_token_of_the_job(
    repository: Repository,
    trusting: api.State,
    private: bool,  # noqa: FBT001 - a column of the table
) -> None:
    trusting.private = private
    with fetched(repository, trusting.token) as head:
        assert [each.path for each in head.changes()] == ["partners.yaml"]
    assert trusting.denials == []


def test_without_the_token_a_private_repository_is_not_read(
    repository: Repository, trusting: api.State
) -> None:
    trusting.private = True
    with (
        pytest.raises(GitError, match=r"could not read Username|Authentication failed"),
        fetched(repository, ""),
    ):
        pass


def test_a_certificate_of_no_one_is_refused(
    repository: Repository, trusting: api.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GIT_SSL_CAINFO")
    assert trusting.denials == []
    with pytest.raises(GitError, match="certificate"), fetched(repository, trusting.token):
        pass


def test_the_token_is_neither_an_argument_nor_on_the_disk(
    repository: Repository, trusting: api.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "x" * 40
    trusting.tokens[secret] = trusting.tokens[trusting.token]
    monkeypatch.setenv("GITHUB_TOKEN", secret)
    given: list[str] = []
    environments: list[dict[str, str]] = []

    def spied(*arguments: object, **options: object) -> object:
        given.extend(map(str, arguments))
        environment, limits = options["environment"], options["limits"]
        assert isinstance(environment, dict)
        assert isinstance(limits, GitLimits)
        environments.append(environment)
        return bounded_git(*arguments, **options)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(module, "bounded_git", spied)
    with fetched(repository, secret) as head:
        folder = head.folder
        files = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    headers = [value for each in environments for value in each.values() if "basic" in value]
    assert len(headers) == 1
    encoded = headers[0].rpartition(" ")[2]
    for hidden in (secret, encoded):
        assert not any(hidden in argument for argument in given)
        assert not any(hidden.encode() in file for file in files)
    assert all(secret not in value for each in environments for value in each.values())
