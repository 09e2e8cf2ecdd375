"""Faults of rosters, for the comparison of messages: how each is made, and what names it.

The names are invented. A pattern of a cause or a remedy is what a reader needs to find in a
message, in the words of any of the tools.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ENTRY = """\
- name: {name}
  website: https://{host}.example/
  tier: silver
  since: 2024-03-0{day}
  contact: {{email: "team@{host}.example", github: {host}}}
  description: Builds tools for the community.
"""
NAMES = ("Alder Works", "Birch Labs", "Cedar Cloud", "Elm Consulting", "Fir Foundry")
BASE = "".join(
    ENTRY.format(name=name, host=name.lower().replace(" ", "-"), day=day)
    for day, name in enumerate(NAMES, start=1)
)
TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "website", "tier", "since", "contact", "description"],
        "properties": {
            "name": TEXT,
            "website": {**TEXT, "format": "uri", "pattern": "^https://"},
            "tier": {"enum": ["gold", "silver", "community"]},
            "since": {"type": "string", "format": "date"},
            "status": {"enum": ["active", "withdrawn"]},
            "contact": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"email": {**TEXT, "format": "email"}, "github": TEXT},
            },
            "description": {**TEXT, "maxLength": 300},
        },
    },
}
POLICY = "title: Partners\nroster: partners.yaml\nschema: partners.schema.json\n"
YAMLLINT = "{extends: default, rules: {document-start: disable, line-length: disable}}"


@dataclass(frozen=True)
class Fault:
    """One fault: how it is made, what is at its place, and what names its cause and its remedy."""

    name: str
    make: Callable[[str], str | bytes]
    at: str
    cause: str
    remedy: str


def put(old: str, new: str) -> Callable[[str], str]:
    """Return what replaces the first `old` behind the third entry's beginning."""

    def make(text: str) -> str:
        before, name, after = text.partition("- name: Cedar Cloud")
        if old in name:
            return before + name.replace(old, new) + after
        return before + name + after.replace(old, new, 1)

    return make


FAULTS = (
    Fault(
        "a tier that there is not",
        put("silver", "golden"),
        "golden",
        "gold.*silver|silver.*gold|one of",
        "did you mean|must be one of",
    ),
    Fault(
        "a description that is too long",
        put("Builds", "Builds" + " very" * 70),
        "Builds very",
        "too long|at most 300|longer|maxLength",
        "at most 300|shorten",
    ),
    Fault("a number for a name", put("Cedar Cloud", "360"), "360", "text|string", "quot"),
    Fault(
        "yes for a status",
        put("  tier: silver", "  status: yes\n  tier: silver"),
        "yes",
        "active.*withdrawn|one of|truthy",
        "must be|should be one of|one of",
    ),
    Fault(
        "a byte order mark",
        lambda text: "\ufeff" + text,
        "\ufeff",
        "byte order mark|BOM",
        "without|remove|fix",
    ),
    Fault(
        "mixed line ends",
        put("  tier: silver\n", "  tier: silver\r\n"),
        "  tier: silver\r",
        "line end|CRLF|new line",
        "use one|expected|fix",
    ),
    Fault(
        "UTF-16",
        lambda text: text.encode("utf-16"),
        "",
        "UTF-16|UTF-8|encod|decode|codec",
        "[Ss]ave|UTF-8 without",
    ),
    Fault(
        "GBK",
        lambda text: text.replace("Cedar", "铸造").encode("gbk"),
        "",
        "UTF-8|encod|decode|codec",
        "[Ss]ave|UTF-8",
    ),
    Fault("a misspelt field", put("  website:", "  websit:"), "websit:", "websit", "did you mean"),
    Fault(
        "six fields that are missing",
        put("- name: Cedar Cloud", "- name: Dogwood\n- name: Cedar Cloud"),
        "name: Dogwood",
        "missing|required",
        "missing|required",
    ),
    Fault("a date with dots", put("2024-03-03", "20.11.2026"), "20.11.2026", "date", "2026-11-20"),
    Fault(
        "a day that there is not",
        put("2024-03-03", "2026-02-30"),
        "2026-02-30",
        "date|day|[Ff]ebruary",
        "28|no such|does not exist|is not a day|not a date",
    ),
    Fault("a tab", put("  tier:", "\ttier:"), "\ttier", "tab|'\\\\t'", "spaces|blanks|fix"),
    Fault(
        "an open quote",
        put("description: Builds", 'description: "Builds'),
        '"Builds',
        "quot",
        "clos|end|add",
    ),
    Fault(
        "a forgotten dash",
        put("- name: Cedar Cloud", "  name: Cedar Cloud"),
        "name: Cedar",
        "duplicat|twice|already|dash|`- `",
        "`- `|dash|new entry",
    ),
    Fault(
        "a line that is too far right",
        put("  tier: silver", "    tier: silver"),
        "tier: silver",
        "indent|spaces|column",
        "indent|same|align|spaces",
    ),
    Fault(
        "a full-width colon",
        put("website: ", "website\uff1a"),
        "website\uff1a",
        "full-width|colon|\uff1a",
        "`:`|colon|write",
    ),
    Fault(
        "marks of a merge",
        put(
            "  tier: silver\n",
            "<<<<<<< HEAD\n  tier: gold\n=======\n  tier: silver\n>>>>>>> change\n",
        ),
        "<<<<<<<",
        "merge|conflict",
        "delete|choose|keep|resolve",
    ),
    Fault(
        "an alias by accident",
        put("Builds tools", "*Builds tools"),
        "*Builds",
        "alias|begins with `[*]`",
        "quot",
    ),
    Fault(
        "a value that a # cuts",
        put("Builds tools", "We are #1 builds tools"),
        "#1",
        "#|comment",
        "quot",
    ),
    Fault("an empty file", lambda _: "", "", "empty|list|array", "add|write|`- `"),
    Fault(
        "a key twice",
        put("  tier: silver", "  tier: silver\n  tier: gold"),
        "tier: gold",
        "twice|duplicat|already",
        "keep|delete|remove",
    ),
    Fault(
        "a scheme that is misspelt",
        put("https://cedar", "htps://cedar"),
        "htps://",
        "https|scheme|pattern|match",
        "https",
    ),
    Fault(
        "an address without a scheme",
        put("https://cedar", "cedar"),
        "cedar-cloud.example/",
        "https|scheme|uri",
        "https",
    ),
    Fault(
        "an e-mail address in words", put("team@cedar", "team[at]cedar"), '"team[at]', "mail", "@"
    ),
    Fault(
        "two entries for one",
        put("- name: Cedar Cloud", "- name: Birch Labs"),
        "Birch Labs",
        "twice|duplicat|already|same",
        "one|merge|keep|delete|remove",
    ),
    Fault(
        "a handle with @",
        put("github: cedar-cloud", 'github: "@cedar-cloud"'),
        '"@cedar',
        "handle",
        "write|bare",
    ),
    Fault(
        "blanks at the end of a line",
        put("tier: silver", "tier: silver   "),
        "   \n",
        "trailing|spaces|blank",
        "delete|remove|fix|trailing",
    ),
    Fault(
        "a link that counts its visitors",
        put("example/", "example/?utm_source=x"),
        "https://cedar",
        "tracking|utm",
        "write|remove",
    ),
    Fault(
        "a zero-width space in a name",
        put("Cedar Cloud", "Cedar\u200b Cloud"),
        "Cedar",
        "200B|zero|hidden|invisible|special",
        "remove|write|fix|delete",
    ),
    Fault(
        "a field without a value",
        put("tier: silver", "tier:"),
        "tier:",
        "empty|null|None|no value|missing",
        "add|write|missing|value",
    ),
)
