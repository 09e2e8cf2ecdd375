"""Findings as blocks of Markdown, each written whole or not at all, as far as there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from rollkeeper.grammar.escaping import markdown_code, markdown_message
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports import sentences
from rollkeeper.reports.addresses import rule_address


class Layout(NamedTuple):
    """How a page groups findings, and what it writes above each group and about each finding.

    Findings of an entry that share a `group` are one block; blocks are in the order of `rank`.
    `headings` gets the section and the group, `title` the group and the entry's name (None for the
    file itself).
    """

    group: Callable[[Finding], str]
    rank: Callable[[Sequence[Finding]], str | int]
    headings: Callable[[str, str], tuple[str, ...]]
    title: Callable[[str, str | None], str]
    line: Callable[[Finding], str]


class Block(NamedTuple):
    """What is reported about one entry, and the headings it belongs under."""

    headings: tuple[str, ...]
    text: str
    findings: int


def blocks(report: Report, layout: Layout) -> Iterator[Block]:
    """Return the findings of a report, section by section."""
    for section, findings in sentences.sections(report):
        groups: dict[tuple[str, str | None], list[Finding]] = {}
        for finding in findings:
            groups.setdefault((layout.group(finding), finding.entry), []).append(finding)
        for (name, entry), found in sorted(groups.items(), key=lambda item: layout.rank(item[1])):
            text = f"\n{layout.title(name, entry)}\n\n{''.join(map(layout.line, found))}"
            yield Block(layout.headings(section, name), text, len(found))


def fill(found: Iterable[Block], room: int) -> tuple[str, int]:
    """Return the text of the blocks that fit into `room`, and how many findings are in it.

    Headings are written where they differ from those of the block before.
    """
    text: list[str] = []
    shown = 0
    last: tuple[str, ...] = ()
    for block in found:
        pairs = zip(block.headings, last, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        whole = "".join((*block.headings[same:], block.text))
        if len(whole) > room:
            break
        text.append(whole)
        shown += block.findings
        room -= len(whole)
        last = block.headings
    return "".join(text), shown


def explained(finding: Finding) -> str:
    """Write rule and message of a finding, and below them how it is fixed and who waived it."""
    more = (sentences.remedy(finding), sentences.excuse(finding))
    address = rule_address(finding.rule)
    # The id of a rule of ours holds nothing that could end the link.
    rule = f"[`{finding.rule}`]({address})" if address else markdown_code(finding.rule)
    lines = [f"{rule}: {markdown_message(finding.message)}"]
    lines += (markdown_message(line) for line in more if line)
    return "\n  ".join(lines) + "\n"


def skipped(report: Report) -> str:
    """List the rules that were skipped, by reason."""
    return "".join(
        f"- {', '.join(map(markdown_code, rules))}: {markdown_message(reason)}\n"
        for reason, rules in sentences.skipped(report)
    )
