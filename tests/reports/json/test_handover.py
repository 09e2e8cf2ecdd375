"""Reports and verdicts that one job passes to the next: small enough, and the worst comes first."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from reports.samples import WAIVER, finding, full_report, report
from rollkeeper.model.line_edit import Suggestion
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report
from rollkeeper.model.tree import Place
from rollkeeper.model.verdict import UncheckedFile, UncheckedReason, Verdict
from rollkeeper.reports import sentences
from rollkeeper.reports.json import handover
from rollkeeper.reports.json import verdict as verdicts
from rollkeeper.reports.json.read import report_from
from rollkeeper.reports.json.write import as_data

SEVERITIES = (Severity.NOTICE, Severity.ERROR, Severity.WARNING)


def many(number: int = 60) -> Report:
    """Return a report with as many errors as warnings and notices, and some of them waived."""
    return report(
        *(
            finding(severity=severity, place=Place(line, 1, line, 2), waiver=waiver)
            for line in range(1, number + 1)
            for severity in (SEVERITIES[line % 3],)
            for waiver in (WAIVER if line % 4 == 0 else None,)
        )
    )


def size(data: object) -> int:
    return len(json.dumps(data))


def test_a_report_that_fits_is_passed_whole() -> None:
    whole = as_data(full_report())
    assert handover.packed(full_report()) == whole
    assert handover.packed(full_report(), size(whole)) == whole
    assert len(handover.packed(full_report(), size(whole) - 1)["findings"]) == (
        len(whole["findings"]) - 1
    )


@pytest.mark.parametrize("most", [4_000, 10_000, 16_000])
def test_of_a_large_report_the_most_severe_findings_are_passed(most: int) -> None:
    written = many()
    data = handover.packed(written, most)
    assert most * 0.8 <= size(data) <= most
    passed = report_from(data).findings
    ranks = [(not each.counts, each.severity.rank) for each in written.findings]
    assert (
        sorted((not each.counts, each.severity.rank) for each in passed)
        == (sorted(ranks)[: len(passed)])
    )
    assert data["skipped"] == {"website-unreachable": "offline"}
    left_out = sum(group["findings"] for group in data["left_out"]["groups"])
    assert left_out == len(written.findings) - len(passed)
    assert data["counts"] == as_data(written)["counts"]


def test_without_room_no_finding_is_passed_and_all_are_counted() -> None:
    written = many(1_200)
    data = handover.packed(written, 10)
    assert data["findings"] == []
    assert report_from(data).left_out == Counter(each.group for each in written.findings)


def test_what_does_not_fit_is_known_by_its_digest() -> None:
    first, other = (
        handover.packed(report(*(finding(message=word * 40) for _ in range(9))), 10)
        for word in ("one", "two")
    )
    assert first["left_out"]["groups"] == other["left_out"]["groups"]
    assert first["left_out"]["digest"] != other["left_out"]["digest"]


def test_what_was_left_out_before_counts_as_well() -> None:
    before = replace(report(finding()), left_out={finding().group: 7}, left_out_digest="a" * 64)
    (group,) = handover.packed(before, 10)["left_out"]["groups"]
    assert group["findings"] == 8
    assert report_from(json.loads(json.dumps(as_data(before)))) == replace(before, texts={})


def test_of_many_rules_left_out_the_findings_are_counted_by_severity() -> None:
    each = [finding(rule=f"rule-{number}", programme=f"p-{number}") for number in range(101)]
    written = report(*each)
    data = handover.packed(written, 10)
    assert data["left_out"]["groups"] == [
        {
            "programme": "*",
            "rule": "*",
            "severity": "error",
            "standing": "open",
            "findings": 101,
        }
    ]
    assert sentences.left_out(report_from(data)) == ["101 more (errors)"]
    assert len(handover.packed(report(*each[1:]), 10)["left_out"]["groups"]) == 100


def verdict(written: Report, suggestions: int = 0) -> Verdict:
    return Verdict(
        1,
        "a" * 40,
        "b" * 40,
        7,
        replace(written, texts={}, changes={"partners": ("adds Cedar", "removes Fir")}),
        unchecked=(UncheckedFile("partners.yaml", UncheckedReason.LINK),),
        outside=2,
        suggestions=tuple(
            Suggestion(line, line + 1, f"- name: Partner {line}", "partners.yaml")
            for line in range(1, suggestions + 1)
        ),
        drawn=("logos/fir.svg",),
    )


def test_a_verdict_comes_back_with_everything_in_it() -> None:
    written = verdict(report(finding()), suggestions=3)
    assert verdicts.read(json.dumps(verdicts.packed(written))) == written


@pytest.mark.parametrize("most", [12_000, 12_004, 12_300, 12_400, 20_000])
def test_suggestions_take_a_quarter_of_a_verdict_at_most(most: int) -> None:
    written = verdict(many(200), suggestions=200)
    data = verdicts.packed(written, most)
    assert most * 0.75 <= size(data) <= most
    passed = data["suggestions"]
    every = verdicts.packed(written, 4_000_000)["suggestions"]
    assert len(every) == 200
    assert passed == every[: len(passed)]
    assert size(passed) <= most // 4 < size(every[: len(passed) + 1])


def test_suggestions_that_fill_their_room_exactly_are_passed() -> None:
    written = verdict(report(), suggestions=9)
    room = size(verdicts.packed(written)["suggestions"])
    assert len(verdicts.packed(written, room * 4)["suggestions"]) == 9
    assert len(verdicts.packed(written, room * 4 - 1)["suggestions"]) == 8
