"""Holds requests and answers against GitHub's own description of its API."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DESCRIPTION = "urn:github:api"


def complaints(path: str, method: str, *, status: int | None = None, body: Any) -> list[str]:
    """Say what is wrong with the body of a request, or of the answer when a status is given."""
    schema = _schema(path, method, status)
    if schema is None:
        return [] if body is None else [f"{method} {path} {status}: no body is described"]
    where = "request" if status is None else f"answer {status}"
    return [
        f"{method} {path} {where}: {error.json_path}: {error.message[:200]}"
        for error in _validator(path, method, status).iter_errors(body)
    ]


@cache
def description() -> dict[str, Any]:
    text = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
    whole: dict[str, Any] = json.loads(text)
    head = whole["components"]["schemas"]["pull-request"]["properties"]["head"]["properties"]
    # The description does not say so, but where the fork was deleted the answer is null.
    head["repo"] = {"nullable": True, "allOf": [head["repo"]]}
    return dict(_as_json_schema(whole))


@cache
def _validator(path: str, method: str, status: int | None) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resource(
        DESCRIPTION, DRAFT202012.create_resource(description())
    )
    schema = _absolute(_schema(path, method, status))
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def _schema(path: str, method: str, status: int | None) -> Any:
    operation = description()["paths"][path][method]
    if status is None:
        holder = operation.get("requestBody", {})
    else:
        holder = operation["responses"].get(str(status))
        assert holder is not None, f"{method} {path} is not described to answer {status}"
        if "$ref" in holder:
            holder = description()["components"]["responses"][holder["$ref"].rpartition("/")[2]]
    return holder.get("content", {}).get("application/json", {}).get("schema")


def _absolute(node: Any) -> Any:
    """Let references lead to the description from wherever they stand."""
    if isinstance(node, dict):
        return {
            key: DESCRIPTION + value
            if key == "$ref" and isinstance(value, str)
            else _absolute(value)
            for key, value in node.items()
        }
    return [_absolute(item) for item in node] if isinstance(node, list) else node


def _as_json_schema(node: Any) -> Any:
    """Say OpenAPI 3.0's `nullable` in JSON Schema."""
    if isinstance(node, list):
        return [_as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _as_json_schema(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain
