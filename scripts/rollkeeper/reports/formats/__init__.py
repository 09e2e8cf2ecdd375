"""The formats of a report: one module each, found by listing this folder.

A module has `render(report, settings)`, and a docstring whose first line describes the format in
docs/reports.md. Nothing else has to name it: the command line, the action and the documentation ask
here. This file imports no format and little else, so that `rollkeeper --help` stays quick.
"""

from __future__ import annotations

from pathlib import Path

FORMATS = tuple(sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py")))
"""The names of the formats."""
FOR_PEOPLE = frozenset({"concise", "text"})
"""Those that a person reads in a terminal, which opens the places in them."""
FOR_SERVERS = frozenset({"github", "gitlab", "junit", "sarif"})
"""Those that a server reads, which knows the files from the top of the repository."""
