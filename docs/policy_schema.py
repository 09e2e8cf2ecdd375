"""The JSON Schema of a policy file, made of the rules and of what describes each key."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from rollkeeper.grammar.page_words import DEFAULT_WORDS
from rollkeeper.loading.policy import member_source
from rollkeeper.loading.policy.entries_address import FIELD_KEYS
from rollkeeper.loading.policy.policy_file import preset_names
from rollkeeper.loading.policy.settings import LOGO_KEYS
from rollkeeper.loading.policy.visit_settings import ADDRESS_ROLES
from rollkeeper.model.limits import (
    MAX_BASES,
    MAX_CONTRIBUTION_MONTHS,
    MOST_OBJECTION_DAYS,
    ROSTER,
    VISIT_RANGES,
)
from rollkeeper.model.logo_limits import LOGO_HEIGHTS
from rollkeeper.model.page import LAYOUT_KEYS, PAGE_KEYS, PAGE_KINDS, LayoutKey
from rollkeeper.model.policy import Absence, AuditSettings, DatePrecision, Severity
from rollkeeper.model.policy_keys import (
    ACCOUNT_KEYS,
    AUDIT_KEYS,
    CONTRIBUTION_KEYS,
    LIMIT_KEYS,
    POLICY_KEYS,
    WEBSITE_KEYS,
)
from rollkeeper.model.roles import ROLES
from rollkeeper.model.rule import Catalogue, Option, Rule, rules_version

SEVERITIES = list(Severity)


_WORDING: Mapping[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
    ]
}
"""A text, or one for each language."""


def policy_schema(rules: Catalogue, address: str) -> str:
    """Return the JSON Schema of a policy file, to be published at an address."""
    text = {"type": "string"}
    paths = {"anyOf": [text, {"type": "array", "items": text}]}
    logos = {**_object(dict.fromkeys(LOGO_KEYS, text)), "required": ["folder"]}
    limits = {
        key: {"description": words, "type": "integer", "minimum": 1, "default": ROSTER[key]}
        for key, words in LIMIT_KEYS.items()
    }
    settings: Mapping[str, Mapping[str, Any]] = {
        "title": _WORDING,
        "extends": _extends(),
        **dict.fromkeys(("roster", "schema", "page", "timezone"), text),
        "entries": _entries(),
        "logos": {"anyOf": [text, logos]},
        "dates": _object({"precision": _PRECISION}),
        "fields": _object({role.id: {"description": role.purpose, **paths} for role in ROLES}),
        "layout": _layout(),
        "pages": _pages(),
        "limits": _object(limits),
        "websites": _websites(),
        "accounts": _accounts(),
        "audit": _audit(),
        "editions": _editions(),
        "groups": {"type": "object", "additionalProperties": _SOME_TEXTS},
        "members": _members(),
        "lists": {"type": "array", "maxItems": member_source.MAX_LISTS, "items": _list()},
        "rules": _object({rule.id: _rule_schema(rule) for rule in rules.values()}),
        "rules_version": {"type": "integer", "minimum": 1, "maximum": rules_version(rules)},
        "requirements": {"type": "array", "items": _requirement()},
        "waivers": {"type": "array", "items": _waiver()},
        "comment_waivers": {"type": "array", "items": text},
    }
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": address,
        "title": "Rollkeeper policy",
        "description": "Generated from the rules by `make fix`.",
        **_object({key: {**settings[key], "description": _plain(key)} for key in POLICY_KEYS}),
    }
    return json.dumps(schema, indent=2) + "\n"


def _plain(key: str) -> str:
    """Return what a key is for without Markdown's links and code."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", POLICY_KEYS[key]).replace("`", "")


def _extends() -> dict[str, Any]:
    file = {"type": "string", "pattern": r"^\./[^/\\]+\.ya?ml$", "description": "a file beside it"}
    one = [{"enum": list(preset_names())}, file]
    some = {"type": "array", "items": {"anyOf": one}, "maxItems": MAX_BASES}
    return {"anyOf": [*one, some]}


_PRECISION = {
    "description": "how much of a date must be written; `2021` is enough for a year",
    "enum": list(DatePrecision),
    "default": DatePrecision.DAY,
}


def _object(properties: Mapping[str, Any], *, all_of: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
    if all_of:
        schema["required"] = list(properties)
    schema["properties"] = dict(properties)
    return schema


def _entries() -> dict[str, Any]:
    path = {
        "description": "the path of the list of entries; `*` is every item, `name?` may be missing",
        "type": "string",
    }
    fields = {
        "text_as": "the field for an entry that is a text alone",
        "key_as": "the field for the key of each entry, where they are a mapping",
        "file_as": "the field for the name of an entry's file",
    }
    inherited = {
        "description": "fields for every entry from around it, and their paths",
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
    named = {key: {"description": fields[key], "type": "string"} for key in FIELD_KEYS}
    return {"anyOf": [path, _object({"at": path, **named, "inherit": inherited})]}


def _layout() -> dict[str, Any]:
    field = {"type": "string"}
    heading = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": field,
    }
    titled = _object({"field": field, "title": _WORDING}, all_of=True)
    height = {"type": "integer", "minimum": LOGO_HEIGHTS[0], "maximum": LOGO_HEIGHTS[-1]}
    wordings = {"type": "object", "additionalProperties": _WORDING}
    switch = {"type": "boolean"}
    kinds = [{"const": kind.id, "description": kind.purpose} for kind in PAGE_KINDS]
    settings: dict[str, dict[str, Any]] = {
        "kind": {"anyOf": kinds},
        "group_by": {"type": ["string", "null"]},
        "order": {"type": "array", "items": field},
        "headings": wordings,
        "columns": {"type": "array", "items": {"anyOf": [field, titled, heading]}},
        "logo_height": {"anyOf": [height, {"type": "object", "additionalProperties": height}]},
        "plates": switch,
        "avatars": switch,
        "counts": switch,
        "invitation": _object({"text": _WORDING, "url": field}, all_of=True),
        "words": _object(
            {
                word: {"description": f"In English: {text}", **_WORDING}
                for word, text in DEFAULT_WORDS.items()
            }
        ),
        "template": field,
    }
    described = {key.id: {"description": _sentence(key), **settings[key.id]} for key in LAYOUT_KEYS}
    return _object(described)


def _pages() -> dict[str, Any]:
    settings = {"path": {"type": "string"}, "language": {"type": "string"}, "layout": _layout()}
    described = {key.id: {**settings[key.id], "description": _sentence(key)} for key in PAGE_KEYS}
    item = {**_object(described), "required": ["path"]}
    return {"type": "array", "items": item}


def _sentence(key: LayoutKey) -> str:
    """Return what a key is for and what holds without it, as an editor shows it."""
    return f"{key.purpose[:1].upper()}{key.purpose[1:]}. By default: {key.default}."


def _websites() -> dict[str, Any]:
    numbers = {
        key: {
            "description": WEBSITE_KEYS[key],
            "type": "integer" if isinstance(least, int) else "number",
            "minimum": least,
            "maximum": most,
        }
        for key, (least, most) in VISIT_RANGES.items()
    }
    roles = {
        "description": WEBSITE_KEYS["roles"],
        "type": "array",
        "items": {"enum": list(ADDRESS_ROLES)},
    }
    return _object({**numbers, "roles": roles})


def _accounts() -> dict[str, Any]:
    login = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}$"}
    months = {"type": "integer", "minimum": 1, "maximum": MAX_CONTRIBUTION_MONTHS}
    contributions = _object(
        {
            "months": {"description": CONTRIBUTION_KEYS["months"], **months},
            "organisation": {"description": CONTRIBUTION_KEYS["organisation"], **login},
        }
    )
    settings: dict[str, dict[str, Any]] = {
        "organisation": login,
        "contributions": {**contributions, "required": ["months"]},
    }
    return _object(
        {key: {"description": words, **settings[key]} for key, words in ACCOUNT_KEYS.items()}
    )


def _audit() -> dict[str, Any]:
    default = AuditSettings()
    settings: Mapping[str, Mapping[str, Any]] = {
        "opens_at": {"enum": SEVERITIES, "default": default.opens_at},
        "remind": {"type": "boolean", "default": default.remind},
        "alumni": {"type": "boolean", "default": default.alumni},
        "objection_days": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_OBJECTION_DAYS,
            "default": default.objection_days,
        },
    }
    described = {key: {"description": AUDIT_KEYS[key], **settings[key]} for key in AUDIT_KEYS}
    return _object(described)


_SOME_TEXTS = {"type": "array", "minItems": 1, "items": {"type": "string"}}


def _editions() -> dict[str, Any]:
    day = {"type": "string", "format": "date"}
    meanings = {"start": "the first day of its terms", "end": "the last day, included"}
    days = {bound: {"description": words, **day} for bound, words in meanings.items()}
    return {"type": "object", "additionalProperties": _object(days, all_of=True)}


def _members() -> dict[str, Any]:
    meanings = {
        "file": "the list of members, a path from the community's folder",
        "url": "the list of members at an address that starts with https://",
        "entries": "where in the list its items are, such as `landscape.*.subcategories.*.items`",
    }
    texts = {key: {"type": "string", "description": words} for key, words in meanings.items()}
    text = {"type": "string"}
    field = {
        "anyOf": [text, {"type": "array", "minItems": 1, "items": text}],
        "description": "where in an item its name is, or its names are",
    }
    role = {"enum": list(member_source.ROLES), "description": "what of an entry is compared"}
    schema = _object({**texts, "field": field, "role": role})
    return {**schema, "oneOf": [{"required": ["file"]}, {"required": ["url"]}]}


def _list() -> dict[str, Any]:
    source = _members()
    text = {"type": "string"}
    paths = {"anyOf": [text, {"type": "array", "minItems": 1, "items": text}]}
    own = {
        "name": {"description": "what the list is called", **text},
        "compare": {
            "description": "roles, or fields of the roster, and where in an item the same is",
            "type": "object",
            "additionalProperties": paths,
        },
        "missing": {
            "description": "what is named: whatever is missing `here`, on the roster, or `there`, "
            "on the list, or `both`, or `neither`",
            "enum": list(Absence),
            "default": Absence.BOTH,
        },
        "except": {"description": "names that need not be on both", **_SOME_TEXTS},
    }
    properties = {**source["properties"], **own}
    kept = {key: properties[key] for key in member_source.LIST_KEYS}
    return {**_object(kept), "required": ["name"], "oneOf": source["oneOf"]}


def _requirement() -> dict[str, Any]:
    meanings = {
        "id": "lower-case words joined by hyphens",
        "when": "CEL: where this is true, the requirement is asked",
        "expect": "CEL: what must be true",
        "message": "what is wrong where it is not, and what to do",
        "messageExpression": "CEL: the message as text; where it gives none, `message` is used",
        "concerns": "CEL, with `scope: roster`: the entries that the finding is about",
        "field": "the field that the finding points to, such as `contact.email`",
    }
    texts = {key: {"type": "string", "description": words} for key, words in meanings.items()}
    scope = {
        "enum": ["entry", "roster"],
        "description": "whether it is asked of each entry, or once of the roster",
    }
    schema = _object({**texts, "scope": scope, "severity": {"enum": SEVERITIES}})
    return {**schema, "required": ["id", "expect", "message"]}


def _waiver() -> dict[str, Any]:
    text = {"type": "string"}
    texts = {"type": "array", "items": text, "minItems": 1}
    names = {
        "entry": {"description": "the name of an entry, or the path of a file", **text},
        "entries": {"description": "the names of several entries", **texts},
        "file": {"description": "the path of a file", **text},
        "files": {
            "description": "paths of files; `*` is any part of a name, `**` any folders",
            "anyOf": [text, texts],
        },
    }
    meanings = {
        "rule": "the rule that is waived",
        "reason": "why it is waived",
        "until": "the last day, such as 2027-01-31",
        "by": "who decided it",
    }
    facts = {key: {"description": words, **text} for key, words in meanings.items()}
    one_of = [{"required": [name]} for name in names]
    return {**_object({**names, **facts}), "required": list(facts), "oneOf": one_of}


def _rule_schema(rule: Rule[Any]) -> dict[str, Any]:
    options = {name: _option_schema(option) for name, option in rule.options.items()}
    options["severity"] = {"enum": SEVERITIES}
    return {
        "description": rule.summary,
        "anyOf": [{"enum": ["off", *SEVERITIES]}, _object(options), {"type": "null"}],
    }


def _option_schema(option: Option) -> dict[str, Any]:
    words = {int: "integer", float: "number", bool: "boolean", str: "string"}
    for kind in get_args(option.type) or (option.type,):
        if get_origin(kind) is Literal:
            return {"enum": list(get_args(kind))}
        if kind in words and get_origin(option.type) is not tuple:
            schema: dict[str, Any] = {"type": words[kind]}
            if option.default is not None:
                schema["default"] = option.default
            return schema
    items = [words[kind] for kind in get_args(option.type) if kind in words]
    return {
        "type": "array",
        "items": {"type": items[0] if items else "string"},
        "default": list(option.default or ()),
    }
