"""JUnit XML, for Jenkins and other servers: a test case for each finding and for each rule."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from rollkeeper.grammar.escaping import terminal
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Finding, Report
from rollkeeper.reports import sentences
from rollkeeper.reports.addresses import rule_address
from rollkeeper.reports.rendering import PLAIN, RenderSettings


def render(report: Report, _: RenderSettings = PLAIN) -> str:
    """Write errors and warnings as failures, rules without a finding as passed or skipped.

    Notices are test cases that pass and say something. The XML is ASCII.
    """
    suite = ET.Element("testsuite", name="rollkeeper", timestamp=f"{report.today}T00:00:00")
    found = sentences.open_findings(report)
    for finding in found:
        _finding(suite, finding)
    with_findings = {finding.rule for finding in found}
    for rule in report.ran:
        if rule not in with_findings:
            ET.SubElement(suite, "testcase", classname="rules", name=terminal(rule))
    for rule, reason in report.skipped.items():
        if rule not in report.ran:
            case = ET.SubElement(suite, "testcase", classname="rules", name=terminal(rule))
            ET.SubElement(case, "skipped", message=terminal(reason))
    failed = sentences.not_a_pass(report)
    about = [("error", failed)] if failed else []
    about += [("system-out", line) for line in sentences.left_out(report)]
    for kind, message in about:
        case = ET.SubElement(suite, "testcase", classname="rollkeeper", name="the run")
        ET.SubElement(case, kind).text = terminal(message)
    number = Counter(child.tag for case in suite for child in case)
    suite.set("tests", str(len(suite)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(number[tag]))
    suites = ET.Element("testsuites", name="rollkeeper")
    suites.append(suite)
    ET.indent(suites)
    written: bytes = ET.tostring(suites, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii") + "\n"


def _finding(suite: ET.Element, finding: Finding) -> None:
    place = f"{finding.path}:{finding.place.line}:{finding.place.column}"
    case = ET.SubElement(
        suite,
        "testcase",
        classname=terminal(finding.path),
        name=terminal(f"{place} {finding.rule}"),
        file=terminal(finding.path),
        line=str(finding.place.line),
    )
    entry = f"{finding.entry}: " if finding.entry else ""
    message = terminal(f"{entry}{finding.message}")
    more = [message, *map(terminal, filter(None, (sentences.remedy(finding),)))]
    address = rule_address(finding.rule)
    if finding.severity is Severity.NOTICE:
        told = ET.SubElement(case, "system-out")
    else:
        told = ET.SubElement(case, "failure", type=finding.severity.value, message=message)
    told.text = "\n".join([*more, *filter(None, (address,))])
