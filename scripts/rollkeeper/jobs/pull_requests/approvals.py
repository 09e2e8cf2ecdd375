"""The labels by which maintainers approve that a pull request removes many entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rollkeeper.model.policy import Policy
from rollkeeper.model.report import Report
from rollkeeper.rules.changes import REMOVAL_LABEL

_RULE = "mass-removal"


def approval_labels(policies: Iterable[Policy], labels: Collection[str]) -> tuple[str, ...]:
    """Return which of a pull request's labels approve removals in some programme."""
    settings = (each.rules.get(_RULE) for each in policies)
    named = {each.options.get("label") if each else None for each in settings}
    wanted = {str(label or REMOVAL_LABEL).casefold() for label in named}
    return tuple(label for label in labels if label.casefold() in wanted)


def revoked(report: Report, labels: Collection[str]) -> tuple[str, ...]:
    """Return which of the approving labels do not cover what is removed now."""
    uncovered = any(each.rule == _RULE and each.counts for each in report.findings)
    return tuple(labels) if uncovered else ()
