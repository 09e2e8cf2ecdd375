"""An import, and what holds for every one."""

from __future__ import annotations

import re
from typing import Any

from rollkeeper.loading.importing import ImportResult, import_markdown
from rollkeeper.loading.yaml_reader import read_yaml


def imported(text: str, **options: Any) -> ImportResult:
    """Import a text, and check what holds for every import."""
    result = import_markdown(text, **options)
    read = read_yaml(result.yaml_text.encode(), "roster.yaml")
    assert read.defects == ()
    assert read.data == [dict(entry) for entry in result.entries]
    lines = re.split(r"\r\n|\n|\r", text)
    written = {number for number, line in enumerate(lines, start=1) if line.strip()}
    whole = {each.line for each in result.unplaced if each.text == lines[each.line - 1]}
    assert written == result.placed | result.structure | whole
    assert not result.placed & result.structure
    return result
