"""What the pull request of the repairs says, and what is read back from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from rollkeeper.grammar.escaping import markdown_code, markdown_message, markdown_text
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.jobs.audit.repairs.edits import Edit
from rollkeeper.reports.addresses import HOME

_KEYS = re.compile(r"<!-- rollkeeper:edits((?: [a-p]{12}=\d{4}-\d\d-\d\d){0,2000}) -->")
_ABOUT = f"{HOME}/blob/main/docs/audit.md#repairs"
MAX_EDITS = 1_000
"""Edits that one pull request has."""
_MOST_ROWS = 200
_MOST_WHY = 300


def text_of(edits: Sequence[Edit]) -> str:
    """Return the Markdown of the pull request: each edit, why it is made, and since when."""
    rows = "".join(map(_row, edits[:_MOST_ROWS]))
    more = len(edits) - _MOST_ROWS
    rest = f"\n{more:,} more edits are in the difference.\n" if more > 0 else ""
    return (
        f"{_keys_line(edits)}\n"
        f"{counted(len(edits), 'edit')} of the rosters that need no decision; [how that is "
        f"known]({_ABOUT}).\n\n"
        "| Where | Why | What | Since |\n| --- | --- | --- | --- |\n"
        f"{rows}{rest}\n"
        "Merge this to have them all. Close it to say no: what is in it is not proposed again, and "
        "later edits come in a pull request of their own. It is kept up to date each night, so "
        "edits on its branch are lost; it is closed when nothing is left in it.\n\n"
        "GitHub starts no workflows for it. The status `Rollkeeper` is set all the same; if others "
        "are required, close and reopen the pull request to run them.\n"
    )


def keys_in(body: str) -> Mapping[str, date]:
    """Return the keys of the edits that a pull request proposes, with the days since when."""
    found = _KEYS.search(body)
    pairs = (pair.split("=") for pair in found[1].split()) if found else ()
    keys: dict[str, date] = {}
    for key, day in pairs:
        try:
            keys[key] = date.fromisoformat(day)
        except ValueError:
            continue
    return keys


def _keys_line(edits: Iterable[Edit]) -> str:
    keys = "".join(f" {each.key}={each.since.isoformat()}" for each in edits)
    return f"<!-- rollkeeper:edits{keys} -->"


def _row(edit: Edit) -> str:
    where = markdown_code(edit.path)
    if edit.entry:
        where = f"{markdown_text(cut(edit.entry))}, {where}"
    why = markdown_message(cut(edit.why, _MOST_WHY))
    return f"| {where} | {why} | {markdown_text(edit.what)} | {edit.since} |\n"
