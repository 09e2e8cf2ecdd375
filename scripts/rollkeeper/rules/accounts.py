"""GitHub accounts: whether those on the roster are still there, and still the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rollkeeper.grammar.handles import fold, owner_at
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.grammar.wording import counted, quoted
from rollkeeper.model.account import Account, ContributingAccount, Identity, MemberAccount
from rollkeeper.model.history import AccountState
from rollkeeper.model.limits import MISSING_NIGHTS
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Fix, FixKind
from rollkeeper.model.tree import FieldPath
from rollkeeper.rules.declaring import Problems, rule

_PEOPLE = ("contact", "contacts", "members", "leads", "maintainers")
"""Fields below which accounts are those of people."""
_ADDRESS_ROLES = ("website", "profile", "link")
_OF_ITS_PAGE = ("website-unreachable", "website-soft-404", "github-renamed")
"""What a visit finds of the page of an account that is not there any more."""


@rule("account-renamed", on=Account, severity=Severity.WARNING, instead_of=_OF_ITS_PAGE)
def renamed(account: Account) -> Problems:
    """A GitHub account has been renamed.

    Its old name is free, and whoever takes it is taken for the person on the roster. Write the new
    name, also in the address of its page. The account is recognised by its number, which no
    renaming changes: the one beside it (`github_id`), or the one that earlier audits saw.
    """
    new = account.new_name
    if account.identity is not Identity.RENAMED or new is None:
        return
    old = account.facts.login
    message = f"the account {quoted(old)} is called {quoted(new)} now: write that name"
    written = dict(account.entry.texts("handle")).get(account.field, "")
    at = "@" if written.strip().startswith("@") else ""
    fix = Fix(FixKind.SET, "write the account's new name", f"{at}{new}")
    yield Problem(message, account.field, fix=fix)
    for path, address in _pages(account):
        page = f"https://github.com/{new}"
        message = f"{quoted(address)} is now {quoted(page)}: write that address"
        fix = Fix(FixKind.SET, "write the new address", page)
        yield Problem(message, path, fix=fix)


def _pages(account: Account) -> Iterator[tuple[FieldPath, str]]:
    """Return the addresses in the same entry that are the account's own page."""
    for role in _ADDRESS_ROLES:
        for path, text in account.entry.texts(role):
            url = parse(text.strip()) if "github" in text.lower() else None
            owner = owner_at(url.host, url.path) if isinstance(url, Url) else None
            if owner is not None and not owner[1] and fold(owner[0]) == fold(account.facts.login):
                yield path, text


@rule("account-missing", on=Account, severity=Severity.WARNING, instead_of=_OF_ITS_PAGE)
def missing(account: Account) -> Problems:
    """There is no GitHub account of that name.

    It was deleted or suspended, or the name has a typo; an account whose number is not known may
    have been renamed. Ask the person: that an account has vanished is no reason to take anyone off
    the roster. An audit reports it once it has been missing for two nights in a row. Entries that
    are not active are not judged.
    """
    if account.identity is not Identity.MISSING or not account.entry.active:
        return
    record = account.record
    if account.counted and (record is None or record.nights < MISSING_NIGHTS):
        return
    login = quoted(account.facts.login)
    since = f" since {record.since}" if record is not None and record.since is not None else ""
    if account.number is not None:
        what = f"the account {login} has been deleted or suspended"
        what += f" (missing{since})" if since else ""
    else:
        what = f"GitHub has no account {login}{since}: it was renamed, deleted or suspended, or "
        what += "the name has a typo"
    message = f"{what}; ask the person, and keep the entry until they have answered"
    pages = tuple(path for path, _ in _pages(account))
    yield Problem(message, account.field, about=pages)


@rule("account-taken", on=Account, severity=Severity.ERROR)
def taken(account: Account) -> Problems:
    """The name of a GitHub account belongs to another account now.

    The person on the roster gave the name up, and someone else took it: whoever has it now is
    mentioned, linked and believed in their place. Ask the person by another way than this account,
    then write their new name. If it is the same person with a new account, write its number beside
    the name (`github_id`). This is never repaired automatically.
    """
    if account.identity is not Identity.TAKEN:
        return
    facts = account.facts
    number = account.number
    known = f"the roster says {number}" if facts.listed == number else f"it was {number} before"
    message = f"the account {quoted(facts.login)} belongs to someone else"
    if facts.id is not None:
        message = f"the account {quoted(facts.login)} is another one: its number is {facts.id}"
    message += f", {known}"
    if account.new_name is not None:
        message += f", which is the account {quoted(account.new_name)} now"
    elif number == facts.number and facts.gone:
        message += ", an account that no longer exists"
    message += "; ask the person by other means, then write their account"
    if facts.id is not None:
        message += f", or `github_id: {facts.id}` if this one is theirs"
    yield Problem(message, account.field)


@rule("account-of-organisation", on=Account, severity=Severity.WARNING)
def of_organisation(account: Account, *, people: tuple[str, ...] = _PEOPLE) -> Problems:
    """An account that should be a person's is that of an organisation.

    Nobody can be asked or mentioned there. Write the account of a person. `people` lists the fields
    in or below which accounts are those of people, such as `github` on a roster of ambassadors.
    """
    facts = account.facts
    if account.state is not AccountState.ORGANISATION or account.field[0] not in people:
        return
    if account.identity is Identity.SAME:
        message = f"{quoted(facts.login)} is an organisation on GitHub: write a person's account"
        yield Problem(message, account.field)


@rule("account-not-a-member", on=MemberAccount, severity=Severity.NOTICE)
def not_a_member(account: MemberAccount) -> Problems:
    """An account is not a member of the organisation on GitHub that the policy names.

    The programme expects it (`organisation` below `accounts`). Invite the person, or change the
    policy. Only an organisation's own members see all of its members: to others, absence says
    nothing, and then it is not reported.
    """
    facts = account.facts
    same_person = facts.state is AccountState.PERSON and account.identity is Identity.SAME
    if facts.member is False and same_person:
        message = f"{quoted(facts.login)} is not a member of {quoted(facts.organisation)} on GitHub"
        yield Problem(f"{message}: invite the person", account.field)


@rule("account-inactive", on=ContributingAccount, severity=Severity.NOTICE)
def inactive(account: ContributingAccount, *, today: date) -> Problems:
    """An account has not contributed lately.

    The programme expects contributions (`contributions` below `accounts`). Ask the person whether
    they want to go on: much work leaves no trace on GitHub. It is found out once a week, and what
    GitHub does not say counts as no inactivity.
    """
    facts = account.facts
    if facts.months is None or account.identity is not Identity.SAME:
        return
    if account.contributed(today) is False:
        where = f" to {quoted(facts.within)}" if facts.within else ""
        message = (
            f"{quoted(facts.login)} has no public contribution{where} in the last "
            f"{counted(facts.months, 'month')}: ask the person whether they want to go on"
        )
        yield Problem(message, account.field)
