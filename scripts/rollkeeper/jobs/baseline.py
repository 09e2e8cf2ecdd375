"""`rollkeeper check --write-baseline`: what is wrong today becomes waivers that end on a day.

Waivers are added to the policy files by lines, so comments and everything else stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rollkeeper.engine.families import family_of
from rollkeeper.engine.run import Options
from rollkeeper.grammar.characters import hidden_in
from rollkeeper.grammar.lines import lines_of
from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.loading.community import POLICIES, policy_files
from rollkeeper.loading.files import read_inside, replace_inside
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import BASELINE_DAYS, ROSTER
from rollkeeper.model.policy import UNWAIVABLE, Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.model.tree import List, Map, Value

BY = "the baseline"
_WIDTH = 160
"""Characters of a line that has several names; a longer one is parted."""


class BaselineError(Exception):
    """A policy file cannot be given waivers; the message says why and what to do."""


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
        waivers = [_waiver(rule, list(about), reason, until) for rule, about in rules.items()]
        changed[name] = _with_waivers(data, f"{folder.name}/{name}", waivers)
    for name, data in changed.items():
        replace_inside(folder, name, data)
    added = {f"{folder.name}/{names[each]}": len(rules) for each, rules in wanted.items()}
    return BaselineResult(until, added, tuple(left))


def _waiver(rule: str, names: Sequence[str], reason: str, until: date) -> list[str]:
    """Write a waiver on one line, or, where that is too long, one name to a line."""
    written = [scalar(name, flow=True) for name in names]
    whom = f"entry: {written[0]}" if len(written) == 1 else f"entries: [{', '.join(written)}]"
    facts = [f"reason: {scalar(reason, flow=True)}", f"until: {until}", f"by: {BY}"]
    line = f"- {{rule: {rule}, {whom}, {', '.join(facts)}}}"
    if len(written) == 1 or len(line) <= _WIDTH:
        return [line]
    items = (f"    - {name}" for name in written)
    return [f"- rule: {rule}", *(f"  {fact}" for fact in facts), "  entries:", *items]


def _with_waivers(data: bytes, path: str, waivers: Sequence[Sequence[str]]) -> bytes:
    """Return a policy file with waivers added; raise BaselineError where that cannot be done."""
    text = data.decode()
    before = read_yaml(data, path).data
    held = before.get("waivers") if isinstance(before, Map) else None
    lines = lines_of(text)
    end = "\r\n" if "\r\n" in text else "\n"
    indent, at = "  ", len(lines)
    if isinstance(before, Map) and "waivers" in before:
        key = before.key_places["waivers"]
        if held:
            indent, at = _after_last(before, held, lines, path)
        else:
            # `[]`, whatever is written behind it.
            lines[key[0] - 1] = lines[key[0] - 1].replace(" []", "", 1)
            at = key[0]
            indent = " " * (key[1] + 1)
    else:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += end
        lines.append(f"waivers:{end}")
        at += 1
    if not lines[at - 1].endswith("\n"):
        lines[at - 1] += end
    lines[at:at] = [f"{indent}{line}{end}" for waiver in waivers for line in waiver]
    after = "".join(lines).encode()
    _hold_against(before, after, path, len(waivers))
    return after


def _after_last(before: Map, held: Value, lines: Sequence[str], path: str) -> tuple[str, int]:
    """Return the indentation of the waivers that are there, and the line after the last of them."""
    if isinstance(held, List) and lines[held.item_places[-1][0] - 1].lstrip().startswith("- "):
        line, column = held.item_places[-1][:2]
        dash = lines[line - 1].index("-")
        if dash < column and not lines[line - 1][:dash].strip():
            ends = list(_ends(held[-1], line))
            return " " * dash, max(ends)
    line = before.key_places["waivers"][0]
    message = f"{path}:{line}: write the waivers one to a line, each with `- `, and run this again"
    raise BaselineError(message)


def _ends(value: Value, line: int) -> Iterator[int]:
    """Return the last line of each value of a waiver."""
    yield line
    places = list(value.value_places.values()) if isinstance(value, Map) else []
    for each in value.values() if isinstance(value, Map) else ():
        places += each.item_places if isinstance(each, List) else []
    for place in places:
        yield place[2] if place[3] > 1 else place[2] - 1


def _hold_against(before: Value, after: bytes, path: str, added: int) -> None:
    """Raise BaselineError unless the file says the same as before, and has the waivers added."""
    read = read_yaml(after, path)
    new = read.data
    if isinstance(before, Map) and isinstance(new, Map) and not read.defects:
        held = before.get("waivers", List())
        rest = [{k: v for k, v in each.items() if k != "waivers"} for each in (before, new)]
        waivers = new.get("waivers")
        whole = isinstance(waivers, List) and isinstance(held, List) and waivers[:-added] == held
        if whole and rest[0] == rest[1]:
            return
    message = (
        f"{path}: the waivers cannot be added by lines; move `waivers:` to the end of the file, "
        "one to a line, and run this again"
    )
    raise BaselineError(message)
