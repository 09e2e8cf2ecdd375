"""Sentences that several formats share, so that all of them say the same."""

from __future__ import annotations

from rollkeeper.grammar.wording import counted
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.visit import Visit
from rollkeeper.rules import catalogue


def open_findings(report: Report) -> list[Finding]:
    """Return the findings that can fail a run, in the order of their places."""
    return sorted((f for f in report.findings if f.counts), key=lambda f: f.order)


def old_findings(report: Report) -> list[Finding]:
    """Return the findings that were there before the change and are not waived."""
    old = (f for f in report.findings if f.already_there and f.waiver is None)
    return sorted(old, key=lambda f: f.order)


def waived_findings(report: Report) -> list[Finding]:
    """Return the findings that a maintainer has waived."""
    return sorted((f for f in report.findings if f.waiver is not None), key=lambda f: f.order)


def totals(report: Report) -> str:
    """Count the findings: `2 errors, 1 warning, 0 notices; 3 already there, 1 waived`."""
    text = ", ".join(counted(report.count(severity), severity.value) for severity in Severity)
    apart = [
        f"{len(found):,} {words}"
        for found, words in (
            (old_findings(report), "already there"),
            (waived_findings(report), "waived"),
        )
        if found
    ]
    return f"{text}; {', '.join(apart)}" if apart else text


def looked_at(report: Report) -> str:
    """Return how much was looked at, with how many rules, on which day."""
    names = ", ".join(report.programmes)
    programmes = counted(len(report.programmes), "programme") + (f" ({names})" if names else "")
    entries = counted(report.entries, "entry")
    rules = counted(len(report.ran), "rule")
    return f"Looked at {entries} of {programmes} with {rules} on {report.today}."


def nothing_looked_at(report: Report) -> str | None:
    """Return that the run did not look at all it should have; None where it did.

    That is not a pass, whatever else was found.
    """
    if report.incomplete is not None:
        return f"This is not a pass: {report.incomplete}."
    if report.ran and report.programmes:
        return None
    return "Nothing was looked at: this is not a pass."


def skipped(report: Report) -> list[tuple[str, list[str]]]:
    """Return each reason for which rules were skipped, with those rules."""
    by_reason: dict[str, list[str]] = {}
    for rule, reason in sorted(report.skipped.items()):
        by_reason.setdefault(reason, []).append(rule)
    return sorted(by_reason.items())


def remedy(finding: Finding) -> str | None:
    """Return that the finding can be repaired by one command, or None."""
    fix = finding.fix
    if fix is None:
        return None
    rule = catalogue().get(finding.rule)
    flag = " --websites" if rule is not None and rule.on is Visit else ""
    return f"`rollkeeper fix{flag}` fixes this: {fix.summary}"


def excuse(finding: Finding) -> str:
    """Return who waived a finding, why and until when."""
    waiver = finding.waiver
    if waiver is None:
        return ""
    return f"waived by {waiver.by} until {waiver.until}: {waiver.reason}"


CHANGES = "What this change does"


def changes(report: Report) -> list[str]:
    """Return what the change does, one part to a line; the programme is named where there are several.

    Empty where nothing was compared.
    """
    several = len(report.changes) > 1
    lines = [
        f"{programme}: {words}" if several else words
        for programme, told in report.changes.items()
        for words in told
    ]
    return lines or (["changes no entry"] if report.changes else [])
