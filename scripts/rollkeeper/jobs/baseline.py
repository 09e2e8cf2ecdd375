"""`rollkeeper check --write-baseline`: what is wrong today becomes waivers that end on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rollkeeper.engine.families import family_of
from rollkeeper.engine.run import Options
from rollkeeper.fixing.waivers import NewWaiver, WaiverEditError, with_waivers
from rollkeeper.grammar.characters import hidden_in
from rollkeeper.loading.community import POLICIES, policy_files
from rollkeeper.loading.files import read_inside, replace_inside
from rollkeeper.model.limits import BASELINE_DAYS, ROSTER
from rollkeeper.model.policy import UNWAIVABLE, Severity
from rollkeeper.model.report import Finding, Report

BY = "the baseline"


class BaselineError(Exception):
    """A baseline cannot be written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """What was written: waivers by policy file, and the findings that no waiver can excuse."""

    until: date
    added: Mapping[str, int] = field(default_factory=dict)
    left: tuple[Finding, ...] = ()


def last_day(today: date, until: date | None) -> date:
    """Return the last day of a baseline; raise BaselineError for one that is over."""
    if until is None:
        return today + timedelta(days=BASELINE_DAYS)
    if until < today:
        message = f"--until {until} is over: today is {today}; name a day to come"
        raise BaselineError(message)
    return until


def write_baseline(options: Options, report: Report, until: date) -> BaselineResult:
    """Add waivers for the errors and warnings of a report that count, one to a rule.

    Raises BaselineError before anything is written where one policy file cannot be changed, and
    OSError or LinkError where the disk refuses.
    """
    wanted: dict[str, dict[str, dict[str, None]]] = {}
    left = []
    for finding in report.findings:
        if not finding.counts or finding.severity is Severity.NOTICE:
            continue
        about = finding.entry or finding.path
        if family_of(finding.rule) in UNWAIVABLE or any(hidden_in(about, most=1)):
            left.append(finding)
        else:
            wanted.setdefault(finding.programme, {}).setdefault(finding.rule, {})[about] = None
    folder = options.policies or options.root / POLICIES
    reason = f"present when Rollkeeper was adopted, {report.today}"
    changed: dict[str, bytes] = {}
    names = {file.stem: file.name for file in policy_files(folder)}
    for programme, rules in wanted.items():
        name = names[programme]
        data, why_not = read_inside(folder, name, ROSTER["max_bytes"])
        if data is None:
            raise BaselineError(why_not)
        waivers = [
            NewWaiver(rule, tuple(about), reason, until, BY) for rule, about in rules.items()
        ]
        try:
            changed[name] = with_waivers(data, f"{folder.name}/{name}", waivers)
        except WaiverEditError as error:
            message = f"{error}, and run this again"
            raise BaselineError(message) from error
    for name, data in changed.items():
        replace_inside(folder, name, data)
    added = {f"{folder.name}/{names[each]}": len(rules) for each, rules in wanted.items()}
    return BaselineResult(until, added, tuple(left))
