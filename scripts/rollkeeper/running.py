"""One run, from a folder to a report: load, look, judge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path as File
from typing import Any
from zoneinfo import ZoneInfo

from rollkeeper import requirements
from rollkeeper.engine import Case, judge
from rollkeeper.loading import Community, load, read_inside
from rollkeeper.logo import Logo, LogoFolder
from rollkeeper.model import Finding, Policy, Problem, Programme, Report, Requirement, Severity
from rollkeeper.policy import PolicyError
from rollkeeper.policy_parts import Mistake
from rollkeeper.rules import catalogue
from rollkeeper.since import already_there

FAIL_ON = ("error", "warning", "never")
MAX_QUOTED_BYTES = 512 * 1024
"""Files larger than this are not quoted in reports."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Status:
    """Exit statuses: the names that workflows rely on."""

    CLEAN = 0
    FINDINGS = 1
    WRONG_USE = 2
    BROKEN = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What one run looks at."""

    root: File
    policies: File | None = None
    programmes: tuple[str, ...] = ()
    families: Collection[str] = ()
    today: date | None = None
    offline: bool = True
    since: str | None = None
    earlier: bool = False
    """Whether `root` is an older state of the community, kept only to compare with."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """Rolls, by path, that stand in for those in the folder."""


def run(options: Options, *, progress: Progress | None = None) -> Report:
    """Check a community and report.

    Raises PolicyError when a policy, a schema or a requirement cannot be used.
    """
    rules = catalogue()
    community = load(
        options.root,
        rules,
        policies=options.policies,
        names=options.programmes,
        earlier=options.earlier,
        texts=options.texts,
    )
    own_rules = _own_rules(community)
    cases = [_case(options, programme, progress) for programme in community.programmes]
    report = judge(cases, rules, own_rules=own_rules, families=options.families)
    if options.since is not None:
        report = already_there(report, options.root, options.since, partial(_judge_at, options))
    return replace(report, texts={**report.texts, **_quoted(community, report.findings)})


def exit_status(report: Report, fail_on: str = "error") -> int:
    """Say how a run ends: 0 nothing at or above the threshold, 1 findings, 3 nothing looked at."""
    if not report.programmes or not report.ran:
        return Status.BROKEN
    threshold = {"error": Severity.ERROR.rank, "warning": Severity.WARNING.rank, "never": -1}
    failing = any(
        finding.counts and finding.severity.rank <= threshold[fail_on]
        for finding in report.findings
    )
    return Status.FINDINGS if failing else Status.CLEAN


def today_in(policy: Policy) -> date:
    """Say which day it is for a programme, in its own time zone."""
    return datetime.now(tz=UTC).astimezone(ZoneInfo(policy.timezone)).date()


def _judge_at(options: Options, root: File) -> Report:
    """Judge another state of the same community, by the same policies."""
    policies = options.policies or options.root / "policies"
    return run(
        replace(options, root=root, policies=policies, since=None, offline=True, earlier=True)
    )


def _own_rules(
    community: Community,
) -> Callable[[Programme, date], Iterator[tuple[Requirement, Problem]]]:
    """Compile every programme's requirements; raise PolicyError where one does not compile."""
    compiled: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for programme in community.programmes:
        own = programme.policy.requirements
        result = requirements.compile_all(own)
        compiled[programme.name] = result
        mistakes.extend(Mistake(r.path, r.place, message) for r, message in result.errors)
    if mistakes:
        raise PolicyError(tuple(mistakes))

    def check(programme: Programme, today: date) -> Iterator[tuple[Requirement, Problem]]:
        return requirements.check(programme, compiled[programme.name], today)

    return check


def _case(options: Options, programme: Programme, progress: Progress | None) -> Case:
    seen: dict[type, Sequence[Any]] = {}
    unseen: dict[type, str] = {}
    if _wanted(options.families, "logo"):
        _look_at_logos(options, programme, seen, unseen, progress)
    else:
        unseen[Logo] = unseen[LogoFolder] = "logos were not asked for"
    _look_at_websites(options, programme, seen, unseen, progress)
    return Case(programme, options.today or today_in(programme.policy), seen, unseen)


def _wanted(families: Collection[str], start: str) -> bool:
    return not families or any(family.startswith(start) for family in families)


def _look_at_logos(
    options: Options,
    programme: Programme,
    seen: dict[type, Sequence[Any]],
    unseen: dict[type, str],
    progress: Progress | None,
) -> None:
    from rollkeeper.probes import logos

    if programme.policy.logos is None:
        unseen[Logo] = unseen[LogoFolder] = f"the policy of {programme.name} names no logo folder"
        return
    if progress:
        progress(f"logos of {programme.name}", 0, len(programme.entries))
    folder = logos.look(options.root, programme)
    seen[LogoFolder] = (folder,)
    seen[Logo] = folder.logos


def _look_at_websites(
    options: Options,
    programme: Programme,
    seen: dict[type, Sequence[Any]],
    unseen: dict[type, str],
    progress: Progress | None,
) -> None:
    from rollkeeper.visit import Visit

    if options.offline:
        unseen[Visit] = "offline"
        return
    if not _wanted(options.families, "websites"):
        unseen[Visit] = "websites were not asked for"
        return
    from rollkeeper.probes import websites

    seen[Visit] = websites.look(programme, progress=progress)


def _quoted(community: Community, findings: Sequence[Finding]) -> Mapping[str, str]:
    """Read the files other than rolls that findings point into, so that lines can be quoted."""
    rosters = {programme.roster.path for programme in community.programmes}
    texts: dict[str, str] = {}
    for path in {finding.path for finding in findings} - rosters:
        data, _ = read_inside(community.root, path, MAX_QUOTED_BYTES)
        if data is not None and len(data) <= MAX_QUOTED_BYTES and b"\x00" not in data:
            texts[path] = data.decode(errors="replace")
    return texts
