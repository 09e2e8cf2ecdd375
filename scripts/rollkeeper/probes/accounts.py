"""The probe of GitHub accounts: those on the rosters, or of a change those that it introduces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rollkeeper.grammar.handles import bare, is_public_login
from rollkeeper.grammar.wording import counted, quoted
from rollkeeper.loading.clock import today_in
from rollkeeper.model.account import (
    Account,
    AccountFacts,
    AccountKey,
    ContributingAccount,
    Identity,
    MemberAccount,
    contributions_asked,
)
from rollkeeper.model.github_api import ApiConnection
from rollkeeper.model.history import AccountRecord, AccountState
from rollkeeper.model.limits import (
    ACCOUNT_REQUESTS,
    CHANGE_ACCOUNTS,
    CONTRIBUTION_DAYS,
    CONTRIBUTION_REQUESTS,
    CONTRIBUTIONS_A_NIGHT,
)
from rollkeeper.model.policy import AccountSettings
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.probes import ProbeRequest, ProbeResult, Progress, probe

NOT_ASKED = "GitHub is not asked about accounts without a token of github.com (GITHUB_TOKEN)"
_NOT_FOR_A_CHANGE = "GitHub is not asked about accounts here; the audit does that"
_UNSEEN = "what GitHub said of accounts did not arrive"
_NONE = "no account was to be asked about"
_NO_ORGANISATION = "the policy names no `organisation` below `accounts`"
_NO_CONTRIBUTIONS = "the policy asks for no `contributions` below `accounts`"


@probe(on=(Account, MemberAccount, ContributingAccount), network=True)
def accounts(request: ProbeRequest) -> ProbeResult:
    """Ask GitHub about the accounts of each programme."""
    records = request.accounts
    asked = questions(request.programmes, records)
    left = 0
    if request.before is not None:
        known = {each.key for each in questions(request.before, records)}
        # Its author waits, so what takes many requests is left to the audit.
        new = tuple(
            replace(each, months=None, within=None) for each in asked if each.key not in known
        )
        asked, left = new[:CHANGE_ACCOUNTS], max(0, len(new) - CHANGE_ACCOUNTS)
    if not asked:
        return ProbeResult.nothing(request.programmes, _NONE)
    facts = _answers(asked, request)
    if facts is None:
        reason = NOT_ASKED if request.before is None else _NOT_FOR_A_CHANGE
        if request.observed is not None and request.observed.missing:
            reason = _UNSEEN
        return ProbeResult.nothing(request.programmes, reason)
    if all(each.state is None for each in facts):
        why = f"no account could be asked about, because {facts[0].trouble}"
        # A change and a night are judged without it.
        alone = request.before is None and records is None
        nothing = ProbeResult.nothing(request.programmes, why)
        return replace(nothing, incomplete=why if alone else None)
    by_key = {each.key: each for each in facts}
    seen = {each.name: subjects(each, by_key, records) for each in request.programmes}
    notes = [note(facts)]
    if left:
        only = f"of one change only the first {CHANGE_ACCOUNTS} are"
        notes.append(f"{counted(left, 'account')} not asked about: {only}")
    return ProbeResult(
        seen,
        note="; ".join(filter(None, notes)) or None,
    )


def observe(request: ProbeRequest) -> dict[AccountKey, AccountFacts] | None:
    """Return what GitHub says of all accounts on the rosters; None where it is not asked."""
    asked = questions(request.programmes, request.accounts)
    facts = _answers(asked, request) if asked else ()
    return None if facts is None else {each.key: each for each in facts}


def _answers(
    asked: Sequence[AccountFacts], request: ProbeRequest
) -> tuple[AccountFacts, ...] | None:
    """Return what GitHub says, or said elsewhere; None where it is not asked."""
    if request.observed is not None:
        known = request.observed.accounts
        return None if known is None else tuple(known[each.key] for each in asked)
    if request.github is None:
        return None
    today = request.today or today_in(None)
    return ask(asked, request.github, request.accounts, today, progress=request.progress)


def questions(
    programmes: Iterable[Programme], records: Mapping[str, AccountRecord] | None = None
) -> tuple[AccountFacts, ...]:
    """Return what there is to ask about the accounts on rosters, each once, by name.

    A question is the facts of which nothing is known yet; `records` are what earlier audits saw.
    """
    found: dict[AccountKey, AccountFacts] = {}
    for programme in programmes:
        for _, _, facts in _listed(programme):
            record = (records or {}).get(facts.login.lower())
            number = facts.listed or (record.id if record is not None else None)
            found.setdefault(facts.key, replace(facts, number=number))
    return tuple(each for _, each in sorted(found.items(), key=lambda item: _order(item[0])))


def _order(key: AccountKey) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in key)


def _listed(programme: Programme) -> Iterator[tuple[Entry, FieldPath, AccountFacts]]:
    """Return the accounts on a roster with their places; what is no account's name is left out."""
    settings = programme.policy.accounts
    for entry in programme.entries:
        numbers = {
            path[:-1]: value
            for path, value in entry.values("account_id")
            if isinstance(value, int) and not isinstance(value, bool) and value > 0
        }
        for path, text in entry.texts("handle"):
            login = bare(text)
            if is_public_login(login):
                facts = AccountFacts(login, listed=numbers.get(path[:-1]))
                yield entry, path, _wanted(facts, settings) if entry.active else facts


def _wanted(facts: AccountFacts, settings: AccountSettings) -> AccountFacts:
    months = settings.contribution_months
    return replace(
        facts,
        organisation=settings.organisation,
        months=months,
        within=settings.contribution_organisation if months is not None else None,
    )


def ask(
    asked: Sequence[AccountFacts],
    github: ApiConnection,
    records: Mapping[str, AccountRecord] | None,
    today: date,
    *,
    progress: Progress | None = None,
) -> tuple[AccountFacts, ...]:
    """Ask GitHub some of the `questions`; return the facts, in the same order."""
    from rollkeeper.probes.github.contributions import contributions  # noqa: PLC0415 - if asked
    from rollkeeper.probes.github.dialogue import Dialogue  # noqa: PLC0415
    from rollkeeper.probes.github.identities import identities  # noqa: PLC0415

    def done(number: int) -> None:
        if progress is not None:
            progress("accounts", number, len(asked))

    with github() as api:
        dialogue = Dialogue(api, most=ACCOUNT_REQUESTS)
        facts = {each.key: each for each in identities(asked, dialogue, done)}
        due = [each for each in facts.values() if _is_due(each, records, today)]
        due.sort(key=lambda each: _counted_on(each, records))
        if due and dialogue.ended is None:
            dialogue = Dialogue(api, most=CONTRIBUTION_REQUESTS)
            some = contributions(due[:CONTRIBUTIONS_A_NIGHT], dialogue, today)
            facts |= {each.key: each for each in some}
    return tuple(facts[each.key] for each in asked)


def _is_due(facts: AccountFacts, records: Mapping[str, AccountRecord] | None, today: date) -> bool:
    """Return whether an account is asked for its contributions: a person's, once a week."""
    if facts.months is None or facts.state is not AccountState.PERSON:
        return False
    if facts.identity(facts.number) is not Identity.SAME:
        return False
    record = (records or {}).get(facts.login.lower())
    if record is None or record.contributions_asked != contributions_asked(
        facts.months, facts.within
    ):
        return True
    return _counted_on(facts, records) + timedelta(days=CONTRIBUTION_DAYS) <= today


def _counted_on(facts: AccountFacts, records: Mapping[str, AccountRecord] | None) -> date:
    record = (records or {}).get(facts.login.lower())
    return (record and record.contributions_on) or date.min


def subjects(
    programme: Programme,
    facts: Mapping[AccountKey, AccountFacts],
    records: Mapping[str, AccountRecord] | None = None,
) -> Mapping[type, Sequence[Any] | str]:
    """Return what there is to judge of a programme's accounts, from the facts of each question.

    `records` are those that this night makes of earlier ones; None where there is no history.
    """
    found: list[Account] = []
    members: list[Account] = []
    contributors: list[Account] = []
    settings = programme.policy.accounts
    for entry, path, wanted in _listed(programme):
        # For a change it is not asked whether they contribute.
        key = wanted.key if wanted.key in facts else wanted.key._replace(months=None, within=None)
        known = facts.get(key)
        if known is None:
            continue
        record = (records or {}).get(known.login.lower())
        about = (entry, path, known, record, records is not None)
        found.append(Account(*about))
        if wanted.organisation is not None:
            members.append(MemberAccount(*about))
        if known.months is not None:
            contributors.append(ContributingAccount(*about))
    without_organisation = _NONE if settings.organisation is not None else _NO_ORGANISATION
    without = _NONE if settings.contribution_months is not None else _NO_CONTRIBUTIONS
    return {
        Account: tuple(found) or _NONE,
        MemberAccount: tuple(members) or without_organisation,
        ContributingAccount: tuple(contributors) or without,
    }


def note(facts: Iterable[AccountFacts]) -> str | None:
    """Return what GitHub did not say of accounts, and why; None where it said everything."""
    troubles: Counter[str] = Counter()
    unseen: Counter[str] = Counter()
    for each in facts:
        if each.trouble is not None:
            what = "not known" if each.state is None else "not known in full"
            troubles[f"{what}, because {each.trouble}"] += 1
        if each.organisation and each.member is None and each.state is AccountState.PERSON:
            unseen[each.organisation] += 1
    said = [f"{counted(number, 'account')} {why}" for why, number in sorted(troubles.items())]
    said += (
        f"whether {counted(number, 'account')} belong to {quoted(name)} is not known, because only "
        "its members see all of them"
        for name, number in sorted(unseen.items())
    )
    return "; ".join(said) or None
