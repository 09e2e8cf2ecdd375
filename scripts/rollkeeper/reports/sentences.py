"""Sentences that the formats share, so that all of them say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from rollkeeper.grammar.wording import counted
from rollkeeper.model.account import Account
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import ANY, Finding, Report, Standing
from rollkeeper.model.visit import Visit
from rollkeeper.rules import catalogue


def open_findings(report: Report) -> list[Finding]:
    """Return the findings that can fail a run, in the order of their places."""
    return _ordered(f for f in report.findings if f.counts)


def old_findings(report: Report) -> list[Finding]:
    """Return the findings that were there before the change and are not waived."""
    return _ordered(f for f in report.findings if f.already_there and f.waiver is None)


def waived_findings(report: Report) -> list[Finding]:
    """Return the findings that a maintainer has waived."""
    return _ordered(f for f in report.findings if f.waiver is not None)


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.order)


def sections(report: Report) -> list[tuple[str, list[Finding]]]:
    """Return all findings under the headings of a report; those that can fail a run come first."""
    return [
        ("Found", open_findings(report)),
        ("Already there before this change", old_findings(report)),
        ("Waived", waived_findings(report)),
    ]


def totals(report: Report) -> str:
    """Count the findings: `2 errors, 1 warning, 0 notices; 3 already there, 1 waived`."""
    text = ", ".join(counted(report.count(severity), severity.value) for severity in Severity)
    apart = (
        (report.count(standing=Standing.ALREADY_THERE), "already there"),
        (report.count(standing=Standing.WAIVED), "waived"),
    )
    more = ", ".join(f"{number:,} {what}" for number, what in apart if number)
    return f"{text}; {more}" if more else text


def left_out(report: Report) -> list[str]:
    """Return of which findings the report has only some: `term-end (errors): the first 9 of 99`.

    One line for each programme, rule and severity, and none where the report has all of them.
    """
    kept = Counter(finding.group for finding in report.findings)
    several = len(report.programmes) > 1
    lines = []
    for group, number in sorted(report.left_out.items()):
        of = f" of {group.programme}" if several and group.programme != ANY else ""
        what = {
            Standing.OPEN: f"{group.severity}s",
            Standing.ALREADY_THERE: "already there",
            Standing.WAIVED: "waived",
        }[group.standing]
        there = kept[group]
        if group.rule == ANY:
            lines.append(f"{number:,} more ({what})")
        else:
            some = f"the first {there:,} of {there + number:,}"
            lines.append(f"{group.rule}{of} ({what}): {some}")
    return lines


def first_of(shown: int, report: Report) -> str | None:
    """Return `the first 320 of 8,000 findings`; None where all findings of a report are shown."""
    number = sum(report.count(standing=standing) for standing in Standing)
    return f"the first {shown:,} of {counted(number, 'finding')}" if shown < number else None


_OUTSIDE = ("logos", "websites", "accounts")
"""Families of rules about what is outside of the rosters."""


def outcome(report: Report) -> str:
    """Return in one line what was checked, what was found and what was not checked."""
    some = any(report.count(standing=standing) for standing in Standing)
    found = totals(report) if some else "no findings"
    programmes = counted(len(report.programmes), "programme")
    rules, ran = catalogue(), set(report.ran)
    narrowed = not rules.keys() <= ran | report.skipped.keys()
    how = f" with {counted(len(ran), 'rule')}" if narrowed else ""
    said = [f"{counted(report.entries, 'entry')} of {programmes} checked{how}: {found}"]
    silent = {rule: reason for rule, reason in report.skipped.items() if rule not in ran}
    unchecked: dict[str, list[str]] = defaultdict(list)
    for family in _OUTSIDE:
        members = {id_ for id_, rule in rules.items() if rule.family == family}
        reasons = Counter(silent[rule] for rule in members & silent.keys())
        if reasons and not members & ran:
            [(reason, _)] = reasons.most_common(1)
            unchecked[reason].append(family)
            silent = {rule: reason for rule, reason in silent.items() if rule not in members}
    said += (f"{' and '.join(names)} not checked ({reason})" for reason, names in unchecked.items())
    # A probe's note is listed below the probe's own name.
    said += [silent.pop(name) for name in _OUTSIDE if name in silent]
    if silent:
        number = counted(len(silent), "other rule" if len(said) > 1 else "rule")
        said.append(f"{number} skipped (-v says why)")
    return "; ".join(said)


def fixable(report: Report) -> list[str]:
    """Return how many findings each command fixes: ``2 fixable with `rollkeeper fix` ``."""
    commands = Counter(
        command
        for finding in report.findings
        if finding.counts and (command := fix_command(finding)) is not None
    )
    return [f"{number:,} fixable with `{command}`" for command, number in sorted(commands.items())]


def scope(report: Report) -> str:
    """Return how much was checked, with how many rules, on which day."""
    names = ", ".join(report.programmes)
    programmes = counted(len(report.programmes), "programme") + (f" ({names})" if names else "")
    entries = counted(report.entries, "entry")
    rules = counted(len(report.ran), "rule")
    return f"{entries} of {programmes} with {rules} on {report.today}"


def not_a_pass(report: Report) -> str | None:
    """Return why the run does not count as passing, whatever it found; None where it may."""
    if report.incomplete is not None:
        return f"This is not a pass: {report.incomplete}."
    if report.ran and report.programmes:
        return None
    return "Nothing was checked, so this run does not count as passing."


def skipped(report: Report) -> list[tuple[str, list[str]]]:
    """Return each reason for which rules were skipped, with those rules."""
    by_reason: dict[str, list[str]] = {}
    for rule, reason in sorted(report.skipped.items()):
        by_reason.setdefault(reason, []).append(rule)
    return sorted(by_reason.items())


def fix_command(finding: Finding) -> str | None:
    """Return the command that fixes the finding, or None."""
    if finding.fix is None:
        return None
    rule = catalogue().get(finding.rule)
    seen = rule.on if rule is not None else object
    flags = ((Visit, " --websites"), (Account, " --accounts"))
    flag = next((flag for kind, flag in flags if issubclass(seen, kind)), "")
    return f"rollkeeper fix{flag}"


def remedy(finding: Finding) -> str | None:
    """Return the command that fixes the finding and what it does, or None."""
    fix = finding.fix
    return None if fix is None else f"Run `{fix_command(finding)}` to fix this: {fix.summary}"


def excuse(finding: Finding) -> str:
    """Return who waived a finding, until when and why; empty where no one did."""
    waiver = finding.waiver
    if waiver is None:
        return ""
    return f"waived by {waiver.by} until {waiver.until}: {waiver.reason}"


CHANGES = "What this change does"


def changes(report: Report) -> list[str]:
    """Return what the change does, line by line; empty where nothing was compared.

    The programme is named where there are several.
    """
    several = len(report.changes) > 1
    lines = [
        f"{programme}: {sentence}" if several else sentence
        for programme, parts in report.changes.items()
        for sentence in parts
    ]
    return lines or (["changes no entry"] if report.changes else [])
