"""The recipes of docs/requirements.md, run by the whole command's own steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.model.report import Finding

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 21)
TEXT = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")


class Recipe(NamedTuple):
    """A requirement and entries to try it with."""

    title: str
    requirement: dict[str, Any]
    tried: dict[str, Any]


def recipes() -> Iterator[Recipe]:
    for section in TEXT.split("\n### ")[1:]:
        title, _, rest = section.partition("\n")
        given, tried = re.findall(r"```yaml\n(.*?)```", rest, re.DOTALL)
        [requirement] = yaml.safe_load(given)
        yield Recipe(title, requirement, yaml.safe_load(tried))


RECIPES = list(recipes())


def write(folder: Path, recipe: Recipe, entries: list[Any]) -> Path:
    rosters = {"members": entries, "partners": recipe.tried.get("partners", [{"name": "Fir"}])}
    (folder / "policies").mkdir(parents=True)
    for name, roster in rosters.items():
        own = [recipe.requirement] if name == "members" else []
        policy = {"title": name, "roster": f"{name}.yaml", "requirements": own}
        (folder / "policies" / f"{name}.yaml").write_text(yaml.safe_dump(policy), "utf-8")
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(roster), "utf-8")
    return folder


def findings(tmp_path: Path, recipe: Recipe, which: str) -> list[Finding]:
    before = recipe.tried.get("before")
    older = None if before is None else write(tmp_path / "before", recipe, before)
    options = Options(
        write(tmp_path / "now", recipe, recipe.tried[which]),
        families=("requirements",), today=TODAY,
    )  # fmt: skip
    report = run(options, Comparison(before=older))
    own = recipe.requirement["id"]
    assert own in report.ran, report.skipped
    return [finding for finding in report.findings if finding.rule == own]


def test_there_are_25_recipes_and_each_has_a_name_of_its_own() -> None:
    assert len({recipe.requirement["id"] for recipe in RECIPES}) == len(RECIPES) == 25


@pytest.mark.parametrize("recipe", RECIPES, ids=[recipe.title for recipe in RECIPES])
def test_a_recipe_finds_what_does_not_meet_it_and_nothing_else(
    tmp_path: Path, recipe: Recipe
) -> None:
    assert findings(tmp_path / "met", recipe, "met") == []
    found = findings(tmp_path / "unmet", recipe, "unmet")
    unmet = {entry["name"] for entry in recipe.tried["unmet"]}
    if recipe.requirement.get("scope") == "roster":
        assert len(found) == 1
    else:
        assert {finding.entry for finding in found} == unmet
    words = [finding.message for finding in found]
    assert all("cannot be judged" not in word for word in words)
    assert recipe.tried.get("says", recipe.requirement["message"]) in words[0]
