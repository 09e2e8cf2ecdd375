"""Cuts GitHub's OpenAPI description down to what the stand-in answers.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
    python tests/standin/cut_openapi.py package/generated/api.github.com.json

writes `openapi.json` beside this file. Its licence is in `openapi.LICENSE`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OPERATIONS = {
    "/repos/{owner}/{repo}": ("get",),
    "/repos/{owner}/{repo}/branches/{branch}": ("get",),
    "/repos/{owner}/{repo}/collaborators/{username}/permission": ("get",),
    "/repos/{owner}/{repo}/commits/{ref}/status": ("get",),
    "/repos/{owner}/{repo}/commits/{ref}/statuses": ("get",),
    "/repos/{owner}/{repo}/compare/{basehead}": ("get",),
    "/repos/{owner}/{repo}/git/blobs": ("post",),
    "/repos/{owner}/{repo}/git/blobs/{file_sha}": ("get",),
    "/repos/{owner}/{repo}/git/commits": ("post",),
    "/repos/{owner}/{repo}/git/commits/{commit_sha}": ("get",),
    "/repos/{owner}/{repo}/git/ref/{ref}": ("get",),
    "/repos/{owner}/{repo}/git/refs": ("post",),
    "/repos/{owner}/{repo}/git/refs/{ref}": ("patch", "delete"),
    "/repos/{owner}/{repo}/git/trees": ("post",),
    "/repos/{owner}/{repo}/git/trees/{tree_sha}": ("get",),
    "/repos/{owner}/{repo}/issues": ("get", "post"),
    "/repos/{owner}/{repo}/issues/comments": ("get",),
    "/repos/{owner}/{repo}/issues/comments/{comment_id}": ("get", "patch", "delete"),
    "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions": ("get", "post"),
    "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}": ("delete",),
    "/repos/{owner}/{repo}/issues/{issue_number}": ("get", "patch"),
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}/labels": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}": ("delete",),
    "/repos/{owner}/{repo}/labels": ("get", "post"),
    "/repos/{owner}/{repo}/pulls": ("get", "post"),
    "/repos/{owner}/{repo}/pulls/{pull_number}": ("get", "patch"),
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews": ("get", "post"),
    "/repos/{owner}/{repo}/statuses/{sha}": ("post",),
    "/user/{account_id}": ("get",),
    "/users/{username}": ("get",),
}
PROSE = frozenset(
    {"description", "example", "examples", "externalDocs", "summary", "tags", "title", "deprecated"}
)


def without_prose(node: Any) -> Any:
    """Leave out what only people read; a property may bear such a name and stays."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: (
            {name: without_prose(item) for name, item in value.items()}
            if key == "properties"
            else without_prose(value)
        )
        for key, value in node.items()
        if key not in PROSE and not key.startswith("x-")
    }


def references(node: Any) -> Iterator[str]:
    """Give every `$ref` below `node`."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """Give the operations in use and the components that they refer to."""
    paths = {
        path: {method: without_prose(whole["paths"][path][method]) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    components: dict[str, dict[str, Any]] = {}
    waiting = list(references(paths))
    while waiting:
        _, _, section, name = waiting.pop().split("/")
        if name not in components.setdefault(section, {}):
            components[section][name] = without_prose(whole["components"][section][name])
            waiting += references(components[section][name])
    return {
        "openapi": whole["openapi"],
        "info": {key: whole["info"][key] for key in ("title", "version", "license")},
        "paths": paths,
        "components": components,
    }


if __name__ == "__main__":
    description = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(cut(description), indent=1, sort_keys=True)
    Path(__file__).with_name("openapi.json").write_text(text + "\n", encoding="utf-8")
