"""GitHub handles: what is one, which two are one account, and whose page an address is."""

from __future__ import annotations

import pytest

from rollkeeper.grammar.handles import bare, fold, is_handle, is_login, owner_at


@pytest.mark.parametrize("text", ["a", "Octo-Cat", "0a", "a" * 39, "a-b-c"])
def test_handles(text: str) -> None:
    assert is_handle(text)
    assert is_login(text)


@pytest.mark.parametrize(
    "text", ["", "-a", "a b", "@a", "a/b", "a" * 40, "a\n", "\u0430bc", "a.b", "_a", "a_"]
)
def test_what_is_no_account_at_all(text: str) -> None:
    assert not is_handle(text)
    assert not is_login(text)


@pytest.mark.parametrize("text", ["a--b", "a-", "mona_company"])
def test_accounts_that_github_gives_out_no_longer_or_to_companies_only(text: str) -> None:
    assert not is_handle(text)
    assert is_login(text)


@pytest.mark.parametrize("text", ["octo-cat", "@octo-cat", " @Octo-Cat ", "OCTO-CAT"])
def test_one_account_however_it_is_written(text: str) -> None:
    assert fold(text) == "octo-cat"
    assert bare(text).casefold() == "octo-cat"


@pytest.mark.parametrize(
    ("host", "path", "owner"),
    [
        ("github.com", "/octo-cat", ("octo-cat", "")),
        ("www.GitHub.com", "/octo-cat/", ("octo-cat", "")),
        ("github.com", "/octo-cat/site/issues", ("octo-cat", "site/issues")),
        ("github.com", "/features", None),
        ("github.com", "/Orgs/octo-cat", None),
        ("github.com", "/", None),
        ("github.com", "/@octo-cat", None),
        ("github.com.cloud.example", "/octo-cat", None),
        ("gist.github.com", "/octo-cat", None),
    ],
)
def test_whose_page_an_address_is(host: str, path: str, owner: tuple[str, str] | None) -> None:
    assert owner_at(host, path) == owner
