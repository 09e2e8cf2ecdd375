"""Rules about what a programme asks of an entry beyond its form: criteria with evidence."""

from __future__ import annotations

from rollkeeper.grammar.evidence import has_evidence
from rollkeeper.grammar.wording import listed
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Entry
from rollkeeper.model.tree import Value, follow
from rollkeeper.rules.declaring import Problems, rule


@rule("too-few-criteria", on=Entry, severity=Severity.WARNING, needs="needed")
def too_few(
    entry: Entry, *, needed: int | None = None, of: tuple[str, ...] = (), field: str = "criteria"
) -> Problems:
    """An active entry has evidence for too few criteria.

    A criterion counts if it has at least one https link, so that anyone can check it. Add links
    under the criteria that are met, or ask for a waiver. `of` names the criteria; by default these
    are all that the entry has in `field`.
    """
    if needed is None or not entry.active:
        return
    path = tuple(field.split("."))
    given = follow(entry.data, path)
    criteria: dict[str, Value] = given if isinstance(given, dict) else {}
    names = of or tuple(criteria)
    shown = [name for name in names if has_evidence(criteria.get(name))]
    if len(shown) >= needed:
        return
    lacking = [name for name in names if name not in shown]
    having = f" ({listed(shown)})" if shown else ""
    hint = f"; without evidence: {listed(lacking)}" if lacking else ""
    yield Problem(
        f"{len(shown)} of {max(len(names), needed)} criteria have an https link{having}, "
        f"{needed} are required{hint}",
        path,
        on_key=given is not None,
    )
