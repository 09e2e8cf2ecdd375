"""What GitHub says of accounts, made up for tests of what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from rollkeeper.model.account import AccountFacts
from rollkeeper.model.history import AccountState


class WrittenAccounts:
    """What the entries of a roster say themselves, as `account:`, that GitHub says of theirs."""

    def __init__(self, roster: Path) -> None:
        entries = yaml.safe_load(roster.read_text(encoding="utf-8"))
        self._said = {
            each["account"]["login"].lower(): each["account"]
            for each in entries
            if "account" in each
        }

    def facts(self, asked: AccountFacts) -> AccountFacts:
        """Return what there is to know of an account; one without `account:` is a person's."""
        said: Mapping[str, Any] = self._said.get(asked.login.lower(), {})
        given = {key: value for key, value in said.items() if key != "login"}
        state = AccountState(given.pop("state", "person"))
        return replace(asked, **{"id": asked.number or 1, "state": state, **given})


def written_facts(
    asked: Sequence[AccountFacts], github: Any, _records: Any, _today: date, **_: Any
) -> tuple[AccountFacts, ...]:
    """Stand in for the questions to GitHub in the examples of rules."""
    return tuple(map(github.facts, asked))
