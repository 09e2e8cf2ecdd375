"""Workflow files as GitHub reads them: YAML in which `on` is a word."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

FOLDER = ".github/workflows"


class _Loader(yaml.SafeLoader):
    """YAML's own types, but only `true` and `false` are truth values."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way of adding resolvers
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), ["t", "f"])


def parse(text: str) -> Any:
    """Return what a file says, whether it is a workflow or an action."""
    return yaml.load(text, _Loader)  # noqa: S506 - it is a SafeLoader


@lru_cache(maxsize=256)
def read(text: str) -> dict[str, Any] | None:
    """Return a workflow, which is not to be changed; None where GitHub could not run it."""
    try:
        workflow = parse(text)
    except yaml.YAMLError:
        return None
    whole = isinstance(workflow, dict) and isinstance(workflow.get("jobs"), dict)
    return workflow if whole and "on" in workflow else None


def triggers(workflow: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what starts a workflow, and the filters of each event."""
    on = workflow["on"]
    if isinstance(on, str):
        return {on: {}}
    if isinstance(on, list):
        return {name: {} for name in on}
    return {name: filters if isinstance(filters, dict) else {} for name, filters in on.items()}
