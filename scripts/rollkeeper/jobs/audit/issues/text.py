"""The text of a programme's issue: the true state in a minute's reading, in Markdown.

Everything from outside is escaped, and what is said stays true without being edited: it names days,
and nothing that passes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, islice
from typing import NamedTuple
from urllib.parse import quote

from rollkeeper.grammar.escaping import html_text, markdown_code, markdown_message, markdown_text
from rollkeeper.grammar.wording import counted, cut
from rollkeeper.jobs.audit.issues.content import (
    QUESTION,
    Doer,
    IssueContent,
    Open,
    ProgrammeNight,
    is_inconclusive,
)
from rollkeeper.jobs.audit.issues.memory import Gone, Named, written
from rollkeeper.jobs.audit.issues.questions import answers
from rollkeeper.model.history import NightKind
from rollkeeper.model.limits import MAX_COMMENT
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import ANY
from rollkeeper.reports import list_differences
from rollkeeper.reports.addresses import HOME, rule_address
from rollkeeper.reports.list_differences import DifferenceRow
from rollkeeper.rules import catalogue

_ABOUT = f"{HOME}/blob/main/docs/reports.md#the-issue-of-a-programme"
_MOST_OPEN = 3
"""Findings of a rule that are shown at once; more are folded."""
_MOST_LINES = 25
"""Lines about a rule; of more how many findings there are."""
_MOST_OF_LINE = 20
"""Findings in the same words that are named."""
_MOST_NAMES = 4
_MOST_UNCHECKED = 12
_SINCE = re.compile(r"\(since [0-9]{4}-[0-9]{2}-[0-9]{2}\)")
"""What a message says that knows better since when something is so."""
_ROOM_FOR_MARKERS = 1_000
_HEADINGS: Mapping[Doer, tuple[str, str]] = {
    Doer.MAINTAINER: (
        "For the maintainers",
        "These need a decision, or a correction in the roster or the policy.",
    ),
    Doer.ANSWER: (
        "Questions",
        "What is behind these cannot be seen from here: the possible answers, and what was seen.",
    ),
    Doer.CONTACT: (
        "For the contacts of the entries",
        "Only those who are on the roster can answer these: ask the entry's contact.",
    ),
    Doer.REPAIR: (
        "Repairs that need no decision",
        "Run `rollkeeper fix`, and `rollkeeper fix --websites` for addresses.",
    ),
    Doer.NOBODY: (
        "Not certain",
        "These could not be told from here, and count as nothing. Open them in a browser.",
    ),
}


class Links(NamedTuple):
    """Where the issue's links lead: to files on a branch, to the run, and to other numbers.

    `files` is the address of the branch's files, to which a path is added; `earlier` the issue that
    this one succeeds, and `repairs` our pull request with the repairs.
    """

    files: str
    run: str | None = None
    earlier: int | None = None
    repairs: int | None = None

    def to_line(self, path: str, line: int) -> str:
        """Return the address of a line, in which nothing needs escaping."""
        return f"{self.files}/{quote(path)}#L{line}"


def title_of(night: ProgrammeNight) -> str:
    """Return the title of a programme's issue; it stays, so that no edit is one of the title."""
    return f"Roster audit: {night.title}"


def text_of(content: IssueContent, links: Links, around: int = 0) -> str:
    """Return the text of a programme's issue, with its memory.

    `around` is how many characters people have written around it; what does not fit is left out,
    and how much is said.
    """
    night = content.night
    head = f"{written(content.memory)}\n{_head(content, links)}"
    tail = _tail(content, links)
    room = MAX_COMMENT - _ROOM_FOR_MARKERS - around - len(head) - len(tail)
    text, hidden = "", 0
    for part, number in _parts(content, links):
        if hidden or len(text) + len(part) > room:
            hidden += number
        else:
            text += part
    left_out = hidden + sum(night.left_out.values())
    if left_out:
        text += f"\n*{left_out:,} more that are not listed here: {_run(links, 'the run')}*\n"
    return f"{head}{text}{tail}"


def clean_text(content: IssueContent, links: Links) -> str:
    """Return the text of a programme's issue that is closed because nothing is left to do."""
    night = content.night
    found = _counts(content)
    rest = f" ({found})" if found else ""
    return (
        f"{written(content.memory)}\n"
        f"**Nothing needs attention**{rest} in {counted(night.entries, 'entry')}, "
        f"as of {night.today}.\n"
        f"{_changes(content)}{_about(links)}"
    )


def _head(content: IssueContent, links: Links) -> str:
    night = content.night
    found = _counts(content) or "Nothing found"
    return (
        f"**{found}** in {counted(night.entries, 'entry')}; last change {night.today}"
        f"{_run(links, ', run')}.\n{_not_checked(night)}{_changes(content)}"
    )


def _run(links: Links, words: str) -> str:
    if links.run is None:
        return ""
    lead = ", " if words.startswith(", ") else ""
    return f"{lead}[{words.removeprefix(', ')}]({links.run})"


def _counts(content: IssueContent) -> str:
    night = content.night
    named = [(each.finding.rule, each.severity) for each in night.findings]
    named += ((each.rule, each.severity) for each in content.kept)
    by_severity = Counter(severity for rule, severity in named if not is_inconclusive(rule))
    for group, number in night.left_out.items():
        by_severity[group.severity] += number
    parts = [counted(by_severity[each], each.value) for each in Severity if by_severity[each]]
    uncertain = sum(is_inconclusive(rule) for rule, _ in named)
    if uncertain:
        parts.append(f"{uncertain:,} not certain")
    if night.waived:
        parts.append(f"{night.waived:,} waived")
    return ", ".join(parts)


def _not_checked(night: ProgrammeNight) -> str:
    """Say first what is not known, so that nothing is taken for good that was not checked."""
    said = []
    if night.unread is not None:
        said.append(
            f"**The roster cannot be read** ({markdown_message(night.unread)}). What cannot be "
            "judged until it is corrected is kept as it was."
        )
    if night.kind is NightKind.VOID:
        said.append(
            f"**The network of the run failed on {night.today}**: what stood here before is kept."
        )
    elif night.kind is NightKind.PARTIAL:
        why = f": {markdown_message(night.incomplete)}" if night.incomplete else ""
        said.append(
            f"**The audit of {night.today} was incomplete**{why}. What stood here before and "
            "could not be checked is kept."
        )
    return "".join(f"\n> {each}\n" for each in said)


def _changes(content: IssueContent) -> str:
    memory = content.memory
    parts = []
    if content.new:
        parts.append(_change(f"New on {memory.changed}", content.new, len(content.new)))
    if memory.gone:
        number = len(memory.gone) + memory.more_gone
        parts.append(_change(f"Fixed or waived on {memory.changed}", memory.gone, number))
    return "".join(parts)


def _change(title: str, named: Sequence[Named | Gone], number: int) -> str:
    """Return one line for each rule, with the entries that it is about."""
    lines = []
    ordered = sorted(named, key=lambda each: each.rule)
    for rule, group in groupby(ordered, key=lambda each: each.rule):
        names = _names(each.entry for each in group)
        about = [] if rule == QUESTION else [_summary(rule)]
        lines.append(f"- {': '.join([*about, *([markdown_text(names)] if names else [])])}")
    if number > len(named):
        lines.append(f"- and {number - len(named):,} more")
    text = "\n".join(lines)
    return f"\n**{title}**\n\n{text}\n"


def _names(entries: Iterable[str | None]) -> str:
    names = list(dict.fromkeys(each for each in entries if each is not None))
    shown = ", ".join(cut(each) for each in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _summary(rule: str) -> str:
    """Return what a rule is about, in words; a requirement has nothing but its name."""
    known = catalogue().get(rule)
    return markdown_message(known.summary.removesuffix(".")) if known else markdown_code(rule)


def _parts(content: IssueContent, links: Links) -> Iterator[tuple[str, int]]:
    """Return the parts of the list, each with the number of findings in it."""
    night = content.night
    for doer, (title, what) in _HEADINGS.items():
        mine = [each for each in night.findings if each.doer is doer]
        if doer is Doer.NOBODY:
            yield from ((_section(each.title, each.text), 0) for each in night.sections)
            yield from _kept(content)
        proposed = doer is Doer.REPAIR and links.repairs is not None
        how = f"They are proposed in #{links.repairs}: merge it." if proposed else what
        heading = f"\n### {title} ({len(mine):,})\n\n{how}\n"
        for _, group in groupby(sorted(mine, key=_order), key=lambda each: each.finding.rule):
            found = list(group)
            yield heading + _of_rule(found, links), len(found)
            heading = ""
    yield from _unchecked(night)


def _section(title: str, text: str) -> str:
    return f"\n### {markdown_text(title)}\n\n{text.strip()}\n"


def _order(each: Open) -> tuple[int, str, tuple[object, ...]]:
    return each.severity.rank, each.finding.rule, each.finding.order


def _of_rule(found: Sequence[Open], links: Links) -> str:
    first = found[0].finding
    title = f"**{counted(len(found), first.severity.value)}**: {_summary(first.rule)}"
    address = rule_address(first.rule)
    rule = f" ([`{first.rule}`]({address}))" if address else ""
    by_words: dict[tuple[str, date], list[Open]] = {}
    for each in found:
        by_words.setdefault((each.finding.message, each.since), []).append(each)
    shown = list(islice(by_words.items(), _MOST_LINES))
    lines = "".join(_line(message, day, mine, links) for (message, day), mine in shown)
    if first.rule == list_differences.RULE:
        lines = list_differences.difference_table(
            DifferenceRow(_linked(each, links), message, day)
            for (message, day), mine in shown
            for each in mine[:_MOST_OF_LINE]
        )
        lines += "\n"
    more = len(found) - sum(len(mine) for _, mine in shown)
    if more:
        lines += f"- and {more:,} more{_run(links, ', the run lists them')}\n"
    may_be = answers(first.rule)
    rule += f"\n\n{may_be}" if may_be else ""
    if len(by_words) <= _MOST_OPEN:
        return f"\n{title}{rule}\n\n{lines}"
    names = html_text(_names(each.finding.entry for each in found) or "Where")
    return _folded(f"{title}{rule}", names, lines)


def _folded(title: str, summary: str, lines: str) -> str:
    return f"\n{title}\n<details><summary>{summary}</summary>\n\n{lines}\n</details>\n"


def _line(message: str, since: date, found: Sequence[Open], links: Links) -> str:
    """Return one line for findings in the same words, with a link to the place of each."""
    names = ", ".join(_linked(each, links) for each in found[:_MOST_OF_LINE])
    if len(found) > _MOST_OF_LINE:
        names += f" and {len(found) - _MOST_OF_LINE:,} more"
    day = "" if _SINCE.search(message) else f" *(since {since})*"
    said = f"{markdown_message(message)}{day}"
    return f"- {names}: {said}\n" if len(found) == 1 else f"- {said}: {names}\n"


def _linked(each: Open, links: Links) -> str:
    finding = each.finding
    where = f"{finding.path}:{finding.place.line}" if finding.entry is None else cut(finding.entry)
    return f"[{markdown_text(where)}]({links.to_line(finding.path, finding.place.line)})"


def _kept(content: IssueContent) -> Iterator[tuple[str, int]]:
    if content.kept:
        lines = "".join(
            f"- **{each.severity}** {_about_kept(each)} *(since {each.since})*\n"
            for each in content.kept
        )
        what = "These could not be checked when this was last written; they are kept as they were."
        yield f"\n### Not checked again ({len(content.kept):,})\n\n{what}\n\n{lines}", 0


def _about_kept(each: Named) -> str:
    about = [] if each.rule == QUESTION else [_summary(each.rule)]
    return ": ".join([*about, *([markdown_text(each.entry)] if each.entry else [])])


def _unchecked(night: ProgrammeNight) -> Iterator[tuple[str, int]]:
    reasons: dict[str, list[str]] = {}
    for rule, reason in night.unchecked.items():
        reasons.setdefault(reason, []).append(rule)
    if reasons:
        lines = ""
        for reason, rules in sorted(reasons.items()):
            names = ", ".join(f"`{rule}`" for rule in rules[:_MOST_UNCHECKED])
            more = len(rules) - _MOST_UNCHECKED
            and_more = f" and {more:,} more" if more > 0 else ""
            lines += f"- {markdown_message(reason)}: {names}{and_more}\n"
        yield f"\n### Rules that did not run ({len(night.unchecked):,})\n\n{lines}", 0


def _tail(content: IssueContent, links: Links) -> str:
    groups = content.night.left_out
    note = ""
    if any(group.programme == ANY for group in groups):
        note = "\n*Of the findings that are not listed some may be of other programmes.*\n"
    return note + _about(links)


def _about(links: Links) -> str:
    earlier = f"Earlier: #{links.earlier}. " if links.earlier is not None else ""
    return (
        f"\n---\n{earlier}Rollkeeper checks every night, edits this text only when something "
        "changes, and closes the issue when nothing is left to do. Close it as *not planned* and "
        "it stays closed until there is something that it did not name. What is written above or "
        f"below this text stays. [More]({_ABOUT})\n"
    )
