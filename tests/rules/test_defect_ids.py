"""Every rule that a reader or a probe names, as a string, is in the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import rollkeeper
from rollkeeper.rules import catalogue

PACKAGE = Path(rollkeeper.__file__).parent
REPORTERS = re.compile(r"\w*[dD]efect|told|refuse|Refusal|add")
"""The functions and types whose first argument is the id of a rule."""
ID = re.compile(r"[a-z]+(?:-[a-z]+)+")
OWN_FAMILY = re.compile(r"(?:logo|png|svg|yaml)-[a-z-]+")


def ids_in(source: str) -> Iterator[str]:
    """Return the strings in a module that name a rule which reports a defect."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            if REPORTERS.fullmatch(called) and isinstance(first, ast.Constant):
                yield str(first.value)
        elif isinstance(node, ast.Constant) and OWN_FAMILY.fullmatch(str(node.value)):
            yield str(node.value)


def test_every_defect_has_its_rule() -> None:
    files = [*(PACKAGE / "loading").rglob("*.py"), *(PACKAGE / "probes" / "logos").rglob("*.py")]
    named = {each for file in files for each in ids_in(file.read_text(encoding="utf-8"))}
    found = {each for each in named if ID.fullmatch(each)}
    assert {"yaml-tab", "duplicate-key", "wrong-type", "logo-is-link", "png-broken"} <= found
    assert {"svg-css", "svg-entities"} <= found
    assert found <= set(catalogue())
