"""What an audit can repair without a decision, as a value: the edits, and the files that result.

What the judging job says is untrusted: an account is renamed only by the number that was known
before this night, an address only within its domain and after nights that were counted before, and
a logo is deleted only where the rosters of this checkout show that no one uses it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from rollkeeper.engine.families import families
from rollkeeper.engine.history import dated, unseen
from rollkeeper.engine.judging import ProgrammeCase, judge
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.run import fix
from rollkeeper.grammar.handles import HOSTS, bare, fold, is_public_login, owner_at
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.social_networks import judged_by_form
from rollkeeper.grammar.urls import Url, parse, registrable, tidy
from rollkeeper.grammar.wording import quoted
from rollkeeper.loading.community import Community
from rollkeeper.model.history import History
from rollkeeper.model.limits import MAX_FIXES
from rollkeeper.model.policy import RuleSetting, Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.roster import Entry, Fix, FixKind, Programme
from rollkeeper.model.tree import FieldPath
from rollkeeper.model.visit import Visit
from rollkeeper.rules import catalogue

RENAMED = "account-renamed"
_TAKEN = "account-taken"
_MOVED = ("website-moved", "website-plain-http")
_PROBED = frozenset({"accounts", "logos", "websites"})
"""Families of rules about what is not in the rosters themselves."""
_PAGES = ("website", "profile", "link")
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
"""No telephone number is made of letters, so nothing masks a key."""
_KEY = 12


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that is proposed: what is wrong, what is done about it, and since when it is."""

    key: str
    path: str
    entry: str
    why: str
    what: str
    since: date


@dataclass(frozen=True, slots=True)
class Rename:
    """A finding about an account whose number, known before this night, has another name now."""

    finding: Finding
    number: int
    login: str

    @property
    def key(self) -> str:
        """What tells this edit from all others."""
        return key_of([self.finding])


@dataclass(frozen=True, slots=True)
class Night:
    """What an audit says, and what it is held against.

    `history` came with the report, and `before` is what this job read itself. `known` are the edits
    that are proposed already, with the days since when.
    """

    options: Options
    community: Community
    report: Report
    history: History
    before: History
    today: date
    known: Mapping[str, date]


def key_of(findings: Sequence[Finding]) -> str:
    """Return what tells an edit from all others: of one finding, or of those that one fix ends."""
    first = findings[0]
    value = first.fix.value if first.fix else None
    said = sorted(each.message for each in findings) if value is None else [value]
    parts = [first.rule, first.programme, first.path, first.entry, list(first.field), said]
    if len(findings) > 1:
        parts[3:5] = ["", []]
    return sha256(json.dumps(parts).encode()).hexdigest()[:_KEY].translate(_LETTERS)


def renames(night: Night) -> Iterator[Rename]:
    """Return the accounts on the rosters that have another name by now."""
    reported, denied = set[tuple[object, ...]](), set[tuple[object, ...]]()
    for each in night.report.findings:
        if each.rule == RENAMED and each.counts:
            reported.add(_where(each))
        elif each.rule in {RENAMED, _TAKEN}:
            denied.add(_where(each))
    for programme in night.community.programmes:
        setting = programme.policy.rules.get(RENAMED, RuleSetting())
        for entry, path, login in _accounts(programme) if setting.enabled else ():
            found = _renamed(night, entry, login)
            if found is None:
                continue
            number, new = found
            at = "@" if (dict(entry.texts("handle"))[path]).strip().startswith("@") else ""
            message = f"the account {quoted(login)} is called {quoted(new)} since it was renamed"
            finding = _finding(programme, entry, path, RENAMED, message, f"{at}{new}")
            proposed = key_of([finding]) in night.known
            # A night on which GitHub did not say who it is takes nothing back.
            if _where(finding) in reported or (proposed and _where(finding) not in denied):
                yield Rename(finding, number, new)
                for page in _own_pages(programme, entry, login, new):
                    yield Rename(page, number, new)


def _renamed(night: Night, entry: Entry, login: str) -> tuple[int, str] | None:
    """Return the number of an account and its new name; None where it is not known by number."""
    record = night.history.accounts.get(fold(login))
    earlier = night.before.accounts.get(fold(login))
    numbers = {value for _, value in entry.values("account_id") if type(value) is int}
    if earlier is not None and earlier.id is not None:
        numbers.add(earlier.id)
    if record is None or record.id is None or record.login is None or record.id not in numbers:
        return None
    if not is_public_login(record.login) or fold(record.login) == fold(login):
        return None
    return record.id, record.login


def _accounts(programme: Programme) -> Iterator[tuple[Entry, FieldPath, str]]:
    for entry in programme.entries:
        for path, text in entry.texts("handle"):
            if is_public_login(bare(text)):
                yield entry, path, bare(text)


def _own_pages(programme: Programme, entry: Entry, login: str, new: str) -> Iterator[Finding]:
    """Return findings about the addresses in an entry that are the account's own page."""
    for path, text in (each for role in _PAGES for each in entry.texts(role)):
        url = parse(text.strip())
        owner = owner_at(url.host, url.path) if isinstance(url, Url) else None
        if owner is not None and not owner[1] and fold(owner[0]) == fold(login):
            page = f"https://github.com/{new}"
            message = f"{quoted(text)} is the page of {quoted(new)} since that was renamed"
            yield _finding(programme, entry, path, RENAMED, message, page)


def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
    programme: Programme, entry: Entry, path: FieldPath, rule: str, message: str, value: str
) -> Finding:
    return Finding(
        rule,
        Severity.WARNING,
        message,
        entry.path,
        entry.place(path),
        programme.name,
        entry.name,
        path,
        Fix(FixKind.SET, "write the new name", value),
        index=entry.index,
    )


def _where(finding: Finding) -> tuple[object, ...]:
    """Return where a finding is, as a report that was published says it."""
    entry = masked(finding.entry or "")
    return (finding.programme, finding.path, entry, finding.field)


def moves(night: Night) -> Iterator[Finding]:
    """Return the addresses that have moved within their domain, as enough nights have shown."""
    rules = {name: catalogue()[name] for name in _MOVED}
    cases = []
    for programme in night.community.programmes:
        records = night.history.sites.get(programme.name, {})
        visits = tuple(unseen(programme, records, frozenset()))
        day = night.options.day(programme)
        cases.append(ProgrammeCase(programme, day, {Visit: visits}))
    for finding in judge(cases, rules, most=MAX_FIXES).findings:
        if finding.counts and finding.fix is not None and _is_safe_move(night, finding):
            yield finding


def _is_safe_move(night: Night, finding: Finding) -> bool:
    entries = {each.name: each.entries for each in night.community.programmes}
    entry = entries[finding.programme][finding.index or 0]
    old = next((each.value for each in entry.located(finding.field)), None)
    new = finding.fix.value if finding.fix else None
    start, end = (parse(each) if isinstance(each, str) else None for each in (old, new))
    if not isinstance(start, Url) or not isinstance(end, Url) or end.scheme != "https":
        return False
    # Below these hosts each page is somebody else's.
    shared = start.host in HOSTS or judged_by_form(start) is not None
    domain = registrable(start.unicode_host)
    if shared or domain is None or domain != registrable(end.unicode_host):
        return False
    earlier = night.before.sites.get(finding.programme, {}).get(masked(start.text))
    seen_before = earlier is not None and earlier.moved_to == tidy(end)
    return seen_before or key_of([finding]) in night.known


def forms(night: Night) -> Iterator[Finding]:
    """Return what can be repaired in the rosters by themselves, the order of entries too."""
    report = run(_offline(night.options), community=night.community, most=MAX_FIXES)
    for finding in report.findings:
        if finding.counts and finding.fix is not None:
            yield finding


def _offline(options: Options) -> Options:
    return replace(options, families=families() - _PROBED, offline=True)


@dataclass(frozen=True, slots=True)
class Repaired:
    """The rosters after the edits, by path, and the edits that were made."""

    files: Mapping[str, bytes]
    edits: tuple[Edit, ...]


def repaired(
    night: Night, findings: Iterable[Finding], refused: Collection[str], most: int
) -> Repaired:
    """Make the fixes that findings ask for, and those that become possible then.

    What was `refused` is left out, and so is what is beyond so many edits. Raises PolicyError as
    `run` does.
    """
    asked = list(findings)
    order: dict[tuple[str, str], list[Finding]] = {}
    for each in asked:
        if each.fix is not None and each.fix.kind is FixKind.SORT:
            order.setdefault((each.programme, each.path), []).append(each)
    sorts = {place: key_of(found) for place, found in order.items()}
    made: dict[str, Finding] = {}

    def wanted(finding: Finding) -> bool:
        if finding.fix is None or not finding.counts:
            return True
        place = (finding.programme, finding.path)
        sort = finding.fix.kind is FixKind.SORT
        key = sorts.get(place, key_of([finding])) if sort else key_of([finding])
        if key in refused or (key not in made and len(made) >= most):
            return False
        made.setdefault(key, finding)
        return True

    report = replace(night.report, findings=tuple(asked), left_out={})
    result = fix(_offline(night.options), checked=(night.community, report), wanted=wanted)
    left = {key_of([each]) for each in result.left if each.fix is not None}
    left |= {
        key for place, key in sorts.items() if any(_is_sort(each, place) for each in result.left)
    }
    since = _days(night)
    edits = tuple(
        _edit(key, finding, order, since(key, finding))
        for key, finding in made.items()
        if key not in left
    )
    files = {
        path: each.after.encode()
        for path, each in result.rosters.items()
        if each.after != each.before
    }
    return Repaired(files, edits)


def _is_sort(finding: Finding, place: tuple[str, str]) -> bool:
    fixed = finding.fix
    return (
        fixed is not None
        and fixed.kind is FixKind.SORT
        and (finding.programme, finding.path) == place
    )


def _edit(
    key: str, finding: Finding, order: Mapping[tuple[str, str], Sequence[Finding]], since: date
) -> Edit:
    fixed = finding.fix
    entry, why = finding.entry or "", finding.message
    if fixed is not None and fixed.kind is FixKind.SORT:
        found = order.get((finding.programme, finding.path), [finding])
        entry = ""
        why = found[0].message if len(found) == 1 else "entries are out of order"
    return Edit(key, finding.path, entry, why, fixed.summary if fixed else "", since)


def _days(night: Night) -> Callable[[str, Finding], date]:
    """Return what says since when an edit is asked for: the same day each night."""
    first = {
        (finding.rule, *_where(finding)): day
        for finding, _, day in dated(night.report, night.history)
        if day is not None
    }

    def since(key: str, finding: Finding) -> date:
        place = (finding.rule, *_where(finding))
        return night.known.get(key) or first.get(place) or night.today

    return since
