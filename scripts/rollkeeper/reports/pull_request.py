"""The comment on a pull request, in Markdown: the verdict first, then its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from rollkeeper.reports import sentences
from rollkeeper.reports.blocks import Layout, blocks, explained, fill, skipped
from rollkeeper.reports.publishing import published

SERVER = "https://github.com"
"""The server of repositories, unless the environment names another."""

_ROOM_FOR_NOTICE = 300
_MOST_GOVERNING = 10
_MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTICE: "ℹ️"}  # noqa: RUF001 - the sign itself
_WHY: Mapping[UncheckedReason, str] = {
    UncheckedReason.LINK: "it is a symbolic link, which is not followed; commit the file itself",
    UncheckedReason.SUBMODULE: "it is a submodule, which is not fetched; commit the files instead",
    UncheckedReason.EXECUTABLE: (
        "it is marked as executable; clear that with `git update-index --chmod=-x`"
    ),
    UncheckedReason.TOO_LARGE: "it is too large to be read; make it smaller",
    UncheckedReason.NAME: "its name is too long or is not UTF-8; rename it",
    UncheckedReason.GONE: "the roster is no longer a plain file here; restore it",
    UncheckedReason.MALFORMED: "git refuses the commits because they are malformed; make new ones",
    UncheckedReason.TOO_MUCH: "the pull request is too large to be read; split it",
    UncheckedReason.UNRELATED: (
        "the branch has no commit in common with the base; make it from the base branch"
    ),
    UncheckedReason.MORE: "there are more files than are listed here",
}


@dataclass(frozen=True, slots=True)
class ReportContext:
    """Where the comment is and what it links to: the server, the repository and the run."""

    repository: str
    server: str = SERVER
    run_url: str | None = None
    default_branch: str = "main"

    def comment(self, number: int, comment: int) -> str:
        """Return the address of a comment on a pull request."""
        return f"{self.server}/{self.repository}/pull/{number}#issuecomment-{comment}"

    def lines(self, commit: str, path: str, first: int) -> str:
        """Return the address of a line of a file as it is at a commit."""
        return f"{self.server}/{self.repository}/blob/{commit}/{quote(path)}#L{first}"


def render(
    verdict: Verdict,
    where: ReportContext,
    *,
    fixed: Mapping[str, int] | None = None,
    limit: int = MAX_COMMENT,
) -> str:
    """Write the comment in at most `limit` characters; `fixed` counts by rule what is gone.

    What does not fit is cut after a whole entry, and a line links to the run that has the rest.
    Everything that came from the pull request is escaped.
    """
    verdict = replace(verdict, report=published(verdict.report))
    head = _head(verdict, where) + _changes(verdict, limit // 8) + _fixed(fixed or {})
    tail = _unchecked(verdict.unchecked) + _skipped(verdict, limit // 8) + _foot(verdict, where)
    room = limit - len(head) - len(tail) - _ROOM_FOR_NOTICE
    body, shown = fill(blocks(verdict.report, _layout(verdict, where)), room)
    some = sentences.first_of(shown, verdict.report)
    rest = _link("the run that checked", where.run_url)
    notice = f"\n*Shown: {some}; the summary of {rest} has more.*\n" if some else ""
    return f"{head}{body}{notice}{tail}"


def render_broken(head: str, where: ReportContext, result: str) -> str:
    """Write the comment for a check that returned no verdict; `result` is how its job ended."""
    how = "was cancelled" if result == "cancelled" else "failed"
    return (
        f"### Rollkeeper could not check this\n\n"
        f"**The check of {_commit(head, where)} {how}: this is not a pass.** "
        f"{_link('The log of the run', where.run_url)} says why. To check again, push a commit or "
        f"run the workflow again.\n"
    )


def headline(verdict: Verdict) -> str:
    """Return the verdict in one line, which the comment and the commit status begin with."""
    totals = sentences.totals(verdict.report)
    if not verdict.whole:
        return f"not everything could be checked; {totals}"
    if not verdict.passed:
        return f"needs work: {totals}"
    if verdict.governing:
        return f"needs a review of changed policies, schemas, scripts or workflows; {totals}"
    if not verdict.touched:
        return "nothing of the rosters changes"
    return f"in order; {totals}"


def broken(result: str) -> str:
    """Return in one line that there is no verdict; `result` is how the job ended."""
    how = "was cancelled" if result == "cancelled" else "failed"
    return f"could not be checked: the check {how}, and this is not a pass"


def _head(verdict: Verdict, where: ReportContext) -> str:
    report = verdict.report
    reason = sentences.not_a_pass(report)
    warning = f"**{markdown_message(reason)}**\n\n" if reason else ""
    outside = ""
    if verdict.outside:
        files = counted(verdict.outside, "file")
        outside = f" It also touches {files} that belong to no roster and were not checked."
    return (
        f"### Rollkeeper: {headline(verdict)}\n\n{_governing(verdict)}{warning}"
        f"Checked {_commit(verdict.head, where)} against the policies of "
        f"{_commit(verdict.base, where)}: {markdown_message(sentences.scope(report))}.{outside}\n"
    )


def _governing(verdict: Verdict) -> str:
    """Name the changed files that decide how rosters are judged."""
    if not verdict.governing:
        return ""
    named = ", ".join(map(markdown_code, verdict.governing[:_MOST_GOVERNING]))
    more = max(0, len(verdict.governing) - _MOST_GOVERNING) + verdict.more_governing
    rest = f" and {counted(more, 'more file')}" if more > 0 else ""
    return (
        f"**This changes files that decide how rosters are checked: {named}{rest}.** The rosters "
        f"were checked without these changes; a maintainer has to review them.\n\n"
    )


def _changes(verdict: Verdict, room: int) -> str:
    lines = [
        f"- {markdown_text(name)}: {markdown_text('; '.join(parts))}\n"
        for name, parts in verdict.report.changes.items()
        if parts
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


def _layout(verdict: Verdict, where: ReportContext) -> Layout:
    return Layout(
        group=lambda finding: finding.programme,
        rank=lambda findings: min(each.severity.rank for each in findings),
        headings=lambda section, _: (f"\n#### {section}\n",),
        title=lambda programme, entry: f"{_entry(entry)} of {markdown_code(programme)}",
        line=lambda finding: _line(finding, verdict, where),
    )


def _entry(name: str | None) -> str:
    return f"**{'the roster itself' if name is None else markdown_code(name)}**"


def _line(finding: Finding, verdict: Verdict, where: ReportContext) -> str:
    number = finding.place.line
    place = _link(f"line {number}", where.lines(verdict.head, finding.path, number))
    path = markdown_code(finding.path)
    return f"- {_MARKS[finding.severity]} {place} of {path}, {explained(finding)}"


def _unchecked(unchecked: Sequence[UncheckedFile]) -> str:
    if not unchecked:
        return ""
    most = 20
    lines = [f"- {_reason(each)}\n" for each in unchecked[:most]]
    more = len(unchecked) - most
    rest = f"- and {counted(more, 'more file')}\n" if more > 0 else ""
    return f"\n#### Not checked: this is not a pass\n\n{''.join(lines)}{rest}"


def _reason(unchecked: UncheckedFile) -> str:
    why = _WHY[unchecked.why]
    if unchecked.path == "*":
        return f"{why[0].upper()}{why[1:]}"
    return f"{markdown_code(unchecked.path)}: {why}"


def _skipped(verdict: Verdict, room: int) -> str:
    if not verdict.report.skipped:
        return ""
    count = counted(len(verdict.report.skipped), "rule")
    reasons = skipped(verdict.report)
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
    run = _link("The run that checked this", where.run_url)
    return (
        f"{previews}\n<details><summary>Check on your computer</summary>\n\n"
        f"```sh\ngit fetch {where.server}/{where.repository} pull/{verdict.number}/head\n"
        f"git checkout FETCH_HEAD\nrollkeeper check --since origin/{where.default_branch}\n"
        f"rollkeeper fix   # applies the safe fixes\n```\n\n</details>\n\n{run}\n"
    )


def _commit(commit: str, where: ReportContext) -> str:
    return _link(commit[:7], f"{where.server}/{where.repository}/commit/{commit}")


def _link(text: str, address: str | None) -> str:
    """Write text of our own as a link, where the address may be linked to."""
    target = link_target(address) if address else None
    return f"[{text}](<{target.replace('&', '&amp;')}>)" if target else text
