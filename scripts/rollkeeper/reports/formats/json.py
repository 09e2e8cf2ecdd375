"""JSON for programs, described by `report.schema.json`, version 1."""

from __future__ import annotations

import json

from rollkeeper.grammar.escaping import json_in_log
from rollkeeper.model.report import Report
from rollkeeper.reports.json.write import as_data
from rollkeeper.reports.rendering import PLAIN, RenderSettings


def render(report: Report, _: RenderSettings = PLAIN) -> str:
    """Write the report as JSON in ASCII, findings in the order of their places."""
    return json_in_log(json.dumps(as_data(report), indent=2)) + "\n"
