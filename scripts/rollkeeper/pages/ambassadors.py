"""The page of an ambassador programme: active ambassadors by country, then alumni."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rollkeeper.grammar.escaping import markdown_text
from rollkeeper.model.roster import Entry, Programme, Term
from rollkeeper.pages.cells import handle_link, linked_name, one_line
from rollkeeper.pages.groups import grouped

_EMPTY = "There are no ambassadors at present.\n"


def ambassadors(programme: Programme, today: date) -> str:
    """Write the active ambassadors by country with the last day of their term, then the alumni.

    Someone who is called active but whose last term ended before `today` is listed with the alumni:
    the page is right even while the roster is not.
    """
    terms: dict[int, list[Term]] = {}
    for term in programme.terms:
        terms.setdefault(term.entry.index, []).append(term)
    active = [each for each in programme.entries if _is_active(each, terms, today)]
    past = [each for each in programme.entries if not _is_active(each, terms, today)]
    layout = programme.policy.layout
    path = layout.group_by or _country(programme)
    text = "## Active\n\n"
    for group in grouped(active, path, layout.order):
        lines = (_line(entry, _until(terms, entry)) for entry in group.entries)
        text += f"{group.heading(3)}{''.join(lines)}\n"
    text += "" if active else f"{_EMPTY}\n"
    if past:
        text += "## Alumni\n\n" + "".join(_line(each, _years(terms, each)) for each in past) + "\n"
    return text.removesuffix("\n")


def _country(programme: Programme) -> tuple[str | int, ...]:
    return next(iter(programme.policy.roles.get("country", ())), ("country",))


def _last_day(terms: Mapping[int, Sequence[Term]], entry: Entry) -> date | None:
    return max((term.end for term in terms.get(entry.index, ()) if term.end), default=None)


def _is_active(entry: Entry, terms: Mapping[int, Sequence[Term]], today: date) -> bool:
    last = _last_day(terms, entry)
    return entry.active and (last is None or last >= today)


def _until(terms: Mapping[int, Sequence[Term]], entry: Entry) -> str:
    last = _last_day(terms, entry)
    return "" if last is None else f"until {last.isoformat()}"


def _years(terms: Mapping[int, Sequence[Term]], entry: Entry) -> str:
    days = [day for term in terms.get(entry.index, ()) for day in (term.start, term.end) if day]
    if not days:
        return ""
    first, last = min(days).year, max(days).year
    return str(first) if first == last else f"{first}\u2013{last}"


def _line(entry: Entry, when: str) -> str:
    """Write one person: name, accounts, organisation and dates."""
    handles = [handle_link(text) for _, text in entry.texts("handle")]
    organisation = entry.text("organisation")
    parts = [linked_name(entry), *handles]
    parts += [markdown_text(one_line(organisation))] if organisation else []
    parts += [when] if when else []
    return f"- {', '.join(parts)}\n"
