"""The comment about a pull request, in Markdown: the verdict first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from rollkeeper.grammar.escaping import (
    link_target,
    markdown_code,
    markdown_message,
    markdown_text,
)
from rollkeeper.grammar.wording import counted
from rollkeeper.model.limits import MAX_COMMENT
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict
from rollkeeper.reports import sentences as words

SERVER = "https://github.com"
"""Where repositories are, unless the environment says otherwise."""

_ROOM_FOR_NOTICE = 300
_MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTICE: "ℹ️"}  # noqa: RUF001 - the sign itself
_WHY: Mapping[UncheckedReason, str] = {
    UncheckedReason.LINK: "it is a symbolic link, which is not followed; put the file itself there",
    UncheckedReason.SUBMODULE: "it is a submodule, which is not fetched; put the files themselves there",
    UncheckedReason.EXECUTABLE: "it is marked as executable; take that away with `git update-index --chmod=-x`",
    UncheckedReason.TOO_LARGE: "it is too large to be fetched",
    UncheckedReason.NO_ROOM: "too many files change at once; split the pull request",
    UncheckedReason.GONE: "the roster is gone; put it back",
    UncheckedReason.UNLISTED: "GitHub lists no more of a change or a repository this large",
}


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Where the comment stands and what it leads to: the server, the repository and the run."""

    repository: str
    server: str = SERVER
    run_url: str | None = None
    default_branch: str = "main"

    def lines(self, commit: str, path: str, first: int) -> str:
        """Return the address of a line of a file as it is at a commit."""
        return f"{self.server}/{self.repository}/blob/{commit}/{quote(path)}#L{first}"


class _Block(NamedTuple):
    """What is said of one entry: written whole or not at all."""

    section: str
    text: str
    findings: int


def render(
    verdict: Verdict,
    where: ReportContext,
    *,
    fixed: Mapping[str, int] | None = None,
    limit: int = MAX_COMMENT,
) -> str:
    """Write the comment in at most `limit` characters; `fixed` counts by rule what is gone.

    What does not fit is cut after a whole entry, and a line leads to the run that has the rest.
    Whatever came from the pull request is escaped.
    """
    head = _head(verdict, where) + _changes(verdict, limit // 8) + _fixed(fixed or {})
    tail = _unchecked(verdict.unchecked) + _skipped(verdict, limit // 8) + _foot(verdict, where)
    room = limit - len(head) - len(tail) - _ROOM_FOR_NOTICE
    body, left = _fill(_blocks(verdict, where), room)
    notice = ""
    if left:
        findings = counted(sum(block.findings for block in left), "finding")
        entries = counted(len(left), "more entry")
        rest = _link("the run has them all", where.run_url)
        notice = f"\n*Cut here for want of room: {findings} on {entries}; {rest}.*\n"
    return f"{head}{body}{notice}{tail}"


def render_broken(head: str, where: ReportContext, result: str) -> str:
    """Write the comment for a check that gave no verdict; `result` is how its job ended."""
    how = "was cancelled" if result == "cancelled" else "broke off"
    return (
        f"### Rollkeeper could not check this\n\n"
        f"**The check of {_commit(head, where)} {how}: this is not a pass.** "
        f"Nothing is known of this commit. {_link('The log of the run', where.run_url)} says why; "
        f"a new push, or running it again, checks again.\n"
    )


def _head(verdict: Verdict, where: ReportContext) -> str:
    report = verdict.report
    if not verdict.whole:
        title = f"not everything could be checked; {words.totals(report)}"
    elif verdict.passed:
        title = f"in order; {words.totals(report)}"
    else:
        title = f"needs work: {words.totals(report)}"
    nothing = words.nothing_looked_at(report)
    warning = f"**{markdown_message(nothing)}**\n\n" if nothing else ""
    outside = ""
    if verdict.outside:
        files = counted(verdict.outside, "file")
        outside = f" It also touches {files} that belong to no roster and were not looked at."
    looked = markdown_message(words.looked_at(report))
    return (
        f"### Rollkeeper: {title}\n\n{warning}"
        f"Checked {_commit(verdict.head, where)} by the policies of "
        f"{_commit(verdict.base, where)}. {looked}{outside}\n"
    )


def _changes(verdict: Verdict, room: int) -> str:
    lines = [
        f"- {markdown_text(name)}: {markdown_text('; '.join(told))}\n"
        for name, told in verdict.report.changes.items()
        if told
    ]
    text = "".join(lines)
    if not lines or len(text) > room:
        return ""
    return f"\n#### What it changes\n\n{text}"


def _fixed(fixed: Mapping[str, int]) -> str:
    if not fixed:
        return ""
    count = counted(sum(fixed.values()), "finding")
    rules = ", ".join(
        markdown_code(rule) + (f" ({number})" if number > 1 else "")
        for rule, number in sorted(fixed.items())
    )
    return f"\n✅ Fixed since the last run: {count}: {rules}\n"


def _fill(blocks: Iterator[_Block], room: int) -> tuple[str, list[_Block]]:
    """Take blocks as long as there is room; give their text and the blocks that are left."""
    text: list[str] = []
    left: list[_Block] = []
    section = ""
    for block in blocks:
        heading = f"\n#### {block.section}\n" if block.section != section else ""
        size = len(heading) + len(block.text)
        if left or size > room:
            left.append(block)
            continue
        text += heading, block.text
        room -= size
        section = block.section
    return "".join(text), left


def _blocks(verdict: Verdict, where: ReportContext) -> Iterator[_Block]:
    report = verdict.report
    yield from _section("Found", words.open_findings(report), verdict, where)
    old = words.old_findings(report)
    yield from _section("Already there before this change", old, verdict, where)
    yield from _section("Waived", words.waived_findings(report), verdict, where)


def _section(
    title: str, findings: Iterable[Finding], verdict: Verdict, where: ReportContext
) -> Iterator[_Block]:
    groups: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.programme, finding.entry), []).append(finding)
    ranked = sorted(groups.items(), key=lambda item: min(f.severity.rank for f in item[1]))
    for (programme, entry), group in ranked:
        name = "the roster itself" if entry is None else markdown_code(entry)
        heading = f"\n**{name}** of {markdown_code(programme)}\n\n"
        lines = (_line(finding, verdict, where) for finding in group)
        yield _Block(title, heading + "".join(lines), len(group))


def _line(finding: Finding, verdict: Verdict, where: ReportContext) -> str:
    place = f"line {finding.place.line}"
    address = where.lines(verdict.head, finding.path, finding.place.line)
    remedy = words.remedy(finding)
    fix = f"\n  {markdown_message(remedy)}" if remedy else ""
    excuse = f"\n  {markdown_message(words.excuse(finding))}" if finding.waiver else ""
    return (
        f"- {_MARKS[finding.severity]} {_link(place, address)} of {markdown_code(finding.path)}, "
        f"{markdown_code(finding.rule)}: {markdown_message(finding.message)}{fix}{excuse}\n"
    )


def _unchecked(unchecked: Sequence[UncheckedFile]) -> str:
    if not unchecked:
        return ""
    most = 20
    lines = [
        f"- {'Some files' if each.path == '*' else markdown_code(each.path)}: {_WHY[each.why]}\n"
        for each in unchecked[:most]
    ]
    more = len(unchecked) - most
    rest = f"- and {counted(more, 'more file')}\n" if more > 0 else ""
    return f"\n#### Not checked: this is not a pass\n\n{''.join(lines)}{rest}"


def _skipped(verdict: Verdict, room: int) -> str:
    skipped = words.skipped(verdict.report)
    if not skipped:
        return ""
    count = counted(len(verdict.report.skipped), "rule")
    reasons = "".join(
        f"- {', '.join(markdown_code(rule) for rule in rules)}: {markdown_message(reason)}\n"
        for reason, rules in skipped
    )
    if len(reasons) > room:
        return f"\nSkipped {count}.\n"
    return f"\n<details><summary>Skipped {count}</summary>\n\n{reasons}\n</details>\n"


def _foot(verdict: Verdict, where: ReportContext) -> str:
    previews = ""
    if verdict.drawn:
        logos = ", ".join(
            f"{number} {markdown_code(path)}" for number, path in enumerate(verdict.drawn, start=1)
        )
        link = _link("on white and on dark", where.run_url and f"{where.run_url}#artifacts")
        previews = f"\nThe logos, drawn {link}: {logos}\n"
    run = _link("The run that saw this", where.run_url)
    return (
        f"{previews}\n<details><summary>The same on your computer</summary>\n\n"
        f"```sh\ngit fetch {where.server}/{where.repository} pull/{verdict.number}/head\n"
        f"git checkout FETCH_HEAD\nrollkeeper check --since origin/{where.default_branch}\n"
        f"rollkeeper fix   # makes the repairs that are safe\n```\n\n</details>\n\n{run}\n"
    )


def _commit(commit: str, where: ReportContext) -> str:
    return _link(commit[:7], f"{where.server}/{where.repository}/commit/{commit}")


def _link(text: str, address: str | None) -> str:
    """Write our own words as a link, where the address is one that may be linked to."""
    target = link_target(address) if address else None
    return f"[{text}](<{target.replace('&', '&amp;')}>)" if target else text
