"""What a change may do: how much at once, to whose entries, and not to generated pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rollkeeper.grammar.handles import fold
from rollkeeper.grammar.markers import is_notice, lines_between
from rollkeeper.grammar.names import key, mentions
from rollkeeper.grammar.wording import cut, listed, quoted
from rollkeeper.model.change import Authorship, Change, EntryChange, Move, PageChange, Proposal
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry, Programme
from rollkeeper.model.tree import Place
from rollkeeper.rules.declaring import Problems, rule

REMOVAL_LABEL = "rollkeeper: removal approved"
"""With this label on the pull request, many entries may be removed at once."""
MOST_LINES = 10
"""Lines of a page that are reported one by one."""
_LONGEST_LINE = 2_000
"""Characters of an edited line that are searched for names."""


def _entry(each: EntryChange) -> str:
    entry = each.after or each.before
    return entry.name if entry is not None else ""


@rule("too-many-entries-changed", on=Change, severity=Severity.WARNING)
def too_many(change: Change, *, entries: int = 1) -> Problems:
    """A change touches more entries than one change should.

    A change to one entry is quick to review and easy to revert. Split the change, or explain in the
    pull request why the entries belong together. `entries` sets the limit; entries that only move
    within the list are not counted.
    """
    touched = [each for each in change.entries if each.move is not Move.MOVED]
    if len(touched) <= max(entries, 0):
        return
    last = next((each.after for each in reversed(touched) if each.after is not None), None)
    yield Problem(
        f"this change touches {len(touched):,} entries, more than {entries:,}: "
        f"{listed(map(_entry, touched))}; split the change, or explain why they belong together",
        entry=last,
    )


@rule("mass-removal", on=Proposal, severity=Severity.ERROR)
def mass_removal(proposal: Proposal, *, entries: int = 2, label: str = REMOVAL_LABEL) -> Problems:
    """A pull request removes many entries without a maintainer's approval.

    A truncated file or an attack looks the same. If the removal is intended, a maintainer adds the
    label `label` once the report lists the entries. The approval is for those: it falls away when
    the pull request removes any other entry. `entries` sets how many entries a change may remove
    without the label.
    """
    gone = proposal.change.removals
    if len(gone) <= max(entries, 0):
        return
    labels = {each.casefold() for each in proposal.pull_request.labels}
    if label.casefold() not in labels:
        yield Problem(
            f"this change removes {len(gone):,} entries, but at most {entries:,} are allowed "
            f"without the label {quoted(label)}: {_names(gone.values())}; "
            "keep them, or ask a maintainer"
        )
        return
    approved = proposal.pull_request.approved
    if approved.issuperset(proposal.change.removal):
        return
    others = [entry for key, entry in gone.items() if key not in approved]
    yield Problem(
        f"this change removes {len(gone):,} entries, and the label {quoted(label)} was not "
        f"added for {len(others):,} of them: {_names(others)}; keep them, or ask a maintainer "
        "to add the label again"
    )


def _names(entries: Iterable[Entry]) -> str:
    return listed(entry.name for entry in entries)


@rule("entry-not-yours", on=Authorship, severity=Severity.NOTICE, needs="enabled")
def not_yours(authorship: Authorship, *, enabled: bool = False) -> Problems:
    """An entry is changed by someone who is neither its contact nor a maintainer.

    Anyone may propose a change, but the entry's contact should know about it. Ask the contact to
    agree in the pull request. A contact is recognised by the id of the GitHub account (`github_id`
    beside `github`), which survives a rename, or by the account's name if there is no id. If it is
    not known whether the author may write, the rule is skipped.
    """
    if not enabled or authorship.may_write:
        return
    for each in authorship.change.entries:
        if each.before is None or each.move is Move.MOVED:
            continue
        message = _whose(each.before, authorship.author, authorship.author_id)
        if message is not None:
            name = quoted(each.before.name)
            yield Problem(f"the entry {name} {message}", entry=each.after)


def _whose(entry: Entry, author: str, author_id: int) -> str | None:
    """Return why an entry is not certainly the author's, or None where it is.

    The entry is taken as it was: changing the contact does not make the author the contact.
    """
    ids = {
        str(value).strip()
        for _, value in entry.values("account_id")
        if isinstance(value, int | str) and not isinstance(value, bool)
    }
    logins = {fold(text) for _, text in entry.texts("handle")}
    who, by_name = quoted(f"@{author}"), fold(author) in logins
    if str(author_id) in ids:
        return None
    if ids and by_name:
        return (
            f"names {who} as its contact, but with the id of another account: check whether "
            "the account has a new owner"
        )
    if by_name:
        return (
            f"is changed by its contact {who}, known only by a name, and names can be taken over: "
            f"add `github_id: {author_id}` beside it"
        )
    contacts = listed(sorted(logins)) if logins else "no account is named"
    return (
        f"is changed by {who}, who is not its contact ({contacts}): ask the contact to agree, or "
        "let a maintainer decide"
    )


@rule("page-edited-by-hand", on=Change, severity=Severity.ERROR)
def page_edited(change: Change) -> Problems:
    """A change edits lines of a page that are generated from the roster.

    The edit is lost the next time the page is generated. Revert it and change the roster on the
    line that the message names. Text outside of the markers may be edited.
    """
    for page in change.pages:
        if page.due is None:
            message = f"the markers of {cut(page.path)} around the generated part are broken"
            place = Place(1, 1, 1, 1)
            yield Problem(f"{message}: restore them", path=page.path, place=place)
        else:
            yield from _hand_edits(change.after, page, page.due)


def _hand_edits(programme: Programme, page: PageChange, due: str) -> Problems:
    edits = list(_edits(programme.name, page.before, page.after, due))
    reported: set[int | None] = set()
    for number, line in edits[:MOST_LINES]:
        entry = _named_in(programme, line)
        whose = entry.index if entry is not None else None
        # What was deleted of an entry is reported with what was written instead.
        if whose not in reported:
            reported.add(whose)
            place = Place(number, 1, number, 1)
            yield Problem(_instead(programme, line, entry), path=page.path, place=place)
    if len(edits) > MOST_LINES:
        number = edits[MOST_LINES][0]
        more = (
            f"{len(edits) - MOST_LINES:,} more lines from here on are generated from the roster too"
        )
        place = Place(number, 1, number, 1)
        yield Problem(f"{more}: revert the edits", path=page.path, place=place)


def _edits(name: str, before: str, after: str, due: str) -> Iterator[tuple[int, str]]:
    """Return the lines that were written or deleted by hand, and where they are or were.

    A line that is as it was, or as it is to be, is not an edit, and neither is the notice, which
    is another one after each rendering.
    """
    old, new, wanted = (
        {
            number: line.strip()
            for number, line in lines_between(text, name=name)
            if line.strip() and not is_notice(line)
        }
        for text in (before, after, due)
    )
    kept, there = set(wanted.values()), set(new.values())
    written = kept.union(old.values())
    yield from ((number, line) for number, line in new.items() if line not in written)
    first = min(new, default=1)
    deleted = (line for line in dict.fromkeys(old.values()) if line in kept and line not in there)
    yield from ((first, line) for line in deleted)


def _named_in(programme: Programme, line: str) -> Entry | None:
    """Return the entry that a line of a page is about: the one with the longest name in it."""
    text = line[:_LONGEST_LINE]
    named = (entry for entry in programme.entries if mentions(text, entry.name))
    return max(named, key=lambda entry: (len(key(entry.name)), -entry.index), default=None)


def _instead(programme: Programme, line: str, entry: Entry | None) -> str:
    """Return a message that says which line of the roster to change instead of the page."""
    roster = cut(programme.roster.path)
    overwritten = f"{quoted(line)} is generated from {roster} and will be overwritten"
    if entry is None:
        return f"{overwritten}: revert the edit and change {roster}"
    where = f"{cut(entry.path)}, line {entry.place(('name',)).line}"
    return f"{overwritten}: revert the edit and change {quoted(entry.name)} in {where}"
