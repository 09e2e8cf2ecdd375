"""Who has which name: accounts by their names, a hundred a request, and by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rollkeeper.grammar.handles import is_login
from rollkeeper.model.account import AccountFacts, Identity
from rollkeeper.model.github_api import ApiTrouble
from rollkeeper.model.history import AccountState
from rollkeeper.model.limits import ACCOUNTS_A_REQUEST
from rollkeeper.probes.github.dialogue import (
    Answers,
    Dialogue,
    GraphQLResult,
    in_batches,
    read_result,
)

_KINDS = {"User": AccountState.PERSON, "Organization": AccountState.ORGANISATION}
_OK, _NOT_FOUND = 200, 404
_FIELDS = "__typename login ... on User { databaseId%s } ... on Organization { databaseId }"
_MEMBERSHIP = " organization(login: $o%d) { login }"
_ORGANISATION = (
    "o%d: organization(login: $o%d) { viewerIsAMember membersWithRole(first: 1) { totalCount } }"
)


def identities(
    asked: Sequence[AccountFacts], dialogue: Dialogue, done: Callable[[int], None]
) -> list[AccountFacts]:
    """Return what GitHub says of each account, in the same order.

    Those whose name is not that of their number any more are asked about by number. `done` is told
    how many are known.
    """
    known: dict[int, AccountFacts] = {}

    def ask(batch: Sequence[int]) -> Answers[int, AccountFacts]:
        answers = _by_name({number: asked[number] for number in batch}, dialogue)
        known.update(answers.found)
        done(len(known))
        return answers

    failed = in_batches(range(len(asked)), ACCOUNTS_A_REQUEST, ask, dialogue).failed
    return [
        replace(facts, trouble=failed[number])
        if number in failed
        else _by_number(known[number], dialogue)
        for number, facts in enumerate(asked)
    ]


def _by_name(batch: Mapping[int, AccountFacts], dialogue: Dialogue) -> Answers[int, AccountFacts]:
    answers: Answers[int, AccountFacts] = Answers()
    organisations = [*dict.fromkeys(each.organisation for each in batch.values())]
    places = {name: place for place, name in enumerate(filter(None, organisations))}
    answer = dialogue.query(*_question([*batch.values()], places))
    result = read_result(answer.data) if answer.trouble is None else None
    for place, (number, facts) in enumerate(batch.items()):
        found = _read(facts, f"a{place}", result, places) if result is not None else None
        if found is not None:
            answers.found[number] = found
        else:
            answers.failed[number] = answer.trouble or ApiTrouble.MALFORMED
    return answers


def _question(
    batch: Sequence[AccountFacts], places: Mapping[str, int]
) -> tuple[str, Mapping[str, object]]:
    variables: dict[str, object] = {f"o{place}": name for name, place in places.items()}
    parts = [_ORGANISATION % (place, place) for place in places.values()]
    for number, facts in enumerate(batch):
        variables[f"a{number}"] = facts.login
        place = places.get(facts.organisation or "")
        fields = _FIELDS % ("" if place is None else _MEMBERSHIP % place)
        parts.append(f"a{number}: repositoryOwner(login: $a{number}) {{ {fields} }}")
    declared = ", ".join(f"${name}: String!" for name in variables)
    return f"query({declared}) {{ {' '.join(parts)} }}", variables


def _read(
    facts: AccountFacts, alias: str, result: GraphQLResult, places: Mapping[str, int]
) -> AccountFacts | None:
    """Return what an answer says of one account; None where it says nothing certain."""
    if result.is_missing(alias):
        return replace(facts, state=AccountState.MISSING)
    given = result.fields.get(alias)
    if not isinstance(given, dict):
        return None
    state, login, number = (given.get(name) for name in ("__typename", "login", "databaseId"))
    kind = _KINDS.get(state) if isinstance(state, str) else None
    same = isinstance(login, str) and login.lower() == facts.login.lower()
    if kind is None or not same or not is_number(number):
        return None
    member = None
    if facts.organisation is not None:
        organisation = f"o{places[facts.organisation]}"
        member = _member(given, alias, result, organisation)
    return replace(facts, state=kind, id=number, member=member)


def _member(
    given: Mapping[str, Any], alias: str, result: GraphQLResult, organisation: str
) -> bool | None:
    """Return whether an account is a member; None where the token may not see all members."""
    if given.get("organization") is not None:
        return isinstance(given["organization"], dict)
    seen = result.fields.get(organisation)
    if not isinstance(seen, dict) or result.is_faulty(organisation) or result.is_faulty(alias):
        return None
    counted = seen.get("membersWithRole")
    may_see = seen.get("viewerIsAMember") is True and isinstance(counted, dict)
    return False if may_see and "organization" in given else None


def is_number(value: object) -> bool:
    """Return whether a value can be the number of an account."""
    return type(value) is int and value > 0


def _by_number(facts: AccountFacts, dialogue: Dialogue) -> AccountFacts:
    """Ask about an account by its number, where its name does not lead to it."""
    if facts.number is None or facts.identity(facts.number) is Identity.SAME:
        return facts
    answer = dialogue.get(f"/user/{facts.number}")
    if answer.status == _NOT_FOUND and answer.trouble is None:
        return replace(facts, gone=True)
    given = answer.data if answer.status == _OK and answer.trouble is None else None
    if isinstance(given, dict) and given.get("id") == facts.number:
        login = given.get("login")
        if isinstance(login, str) and is_login(login):
            return replace(facts, renamed_to=login)
    return replace(facts, trouble=answer.trouble or ApiTrouble.MALFORMED)
