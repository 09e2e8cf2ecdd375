"""The rules for people: as a list, one by one, and as a page of the documentation."""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rollkeeper.grammar.escaping import (
    json_in_log,
    markdown_code,
    markdown_link,
    markdown_message,
    markdown_text,
    terminal,
    visible,
)
from rollkeeper.grammar.wording import counted
from rollkeeper.model.limits import MAX_MESSAGE
from rollkeeper.model.policy import Requirement
from rollkeeper.model.rule import Catalogue, Option, Rule
from rollkeeper.reports.addresses import rule_address
from rollkeeper.reports.rule_examples import RuleExample, rule_examples

_PAGE_HEAD = """\
<!-- Written by `make fix` from the rules themselves: change the docstrings in
     scripts/rollkeeper/rules/, not this page. -->

# Rules

Each rule is an error, a warning or a notice. A policy file can change that (`severity:`), set the
rule's options, or switch it off (`rule-id: off`).

In the examples, `visit:` is what a visit to the website saw, and `account:` what GitHub says of the
account. They are no part of a roster.

"""
_ONLY_IF_ASKED = "Off unless the policy's `rules` name it."
_ADDRESS = re.compile(r"(https?://[^\s<>`]*[^\s<>`.,;:)])")


def catalogue_text(catalogue: Catalogue, own: Sequence[Requirement] = ()) -> str:
    """List the rules by family, each with its severity and what is wrong, then the `own` ones."""
    longest = max(map(len, (*catalogue, *(each.id for each in own))), default=0)
    lines: list[str] = []
    for family, rules in _families(catalogue):
        lines += family, *(f"  {r.id:<{longest}}  {r.severity:<7}  {r.summary}" for r in rules), ""
    if own:
        lines.append("requirements of this community")
        lines += (
            f"  {terminal(each.id):<{longest}}  {each.severity:<7}  {terminal(each.message)}"
            for each in own
        )
        lines.append("")
    lines.append(
        f"{counted(len(catalogue) + len(own), 'rule')}. `rollkeeper rules ID` shows one; "
        "`check --select` and `--ignore` take rules and families."
    )
    return "\n".join(lines) + "\n"


def rule_text(rule: Rule[typing.Any]) -> str:
    """Describe one rule: what is wrong, why it matters, what to do, its options and examples."""
    lines = [f"{rule.id} ({rule.severity}, {rule.family})", "", rule.documentation]
    if rule.options:
        lines += ["", "Options:"]
        lines += [
            f"  {option.name}: {type_name(option.type)} = {_default(option)}"
            for option in rule.options.values()
        ]
    if rule.needed:
        lines += ["", f"Skipped unless the policy sets {' or '.join(rule.needed)}."]
    if rule.only_if_asked:
        lines += ["", _ONLY_IF_ASKED]
    if rule.version > 1:
        lines += ["", f"Since version {rule.version} of the rules."]
    example = rule_examples().get(rule.id)
    for title, text in example.parts if example else ():
        lines += ["", f"{title}:", ""]
        lines += (f"    {terminal(line)}".rstrip() for line in text.splitlines())
    address = rule_address(rule.id)
    if address is not None:
        lines += ["", f"More: {address}"]
    return "\n".join(lines) + "\n"


def requirement_text(requirement: Requirement) -> str:
    """Describe a community's own requirement: what it says, and where it is written."""
    lines = [
        f"{requirement.id} ({requirement.severity}, a requirement of this community)",
        "",
        requirement.message,
        "",
        *((f"when:   {requirement.when}",) if requirement.when else ()),
        f"expect: {requirement.expect}",
        *(("scope:  roster",) if requirement.of_roster else ()),
        "",
        f"It is written in {requirement.path}:{requirement.place.line}.",
    ]
    return "".join(f"{terminal(' '.join(line.split()))}\n" for line in lines)


def catalogue_json(rules: Sequence[Rule[typing.Any]], own: Sequence[Requirement] = ()) -> str:
    """Describe rules and requirements for programs."""
    data = [
        *map(_as_data, rules),
        *(
            {
                "id": each.id,
                "family": "requirements",
                "severity": each.severity.value,
                "summary": each.message,
                "path": each.path,
                "line": each.place.line,
                "when": each.when,
                "expect": each.expect,
            }
            for each in own
        ),
    ]
    return json_in_log(json.dumps(data, indent=2)) + "\n"


def _as_data(rule: Rule[typing.Any]) -> dict[str, typing.Any]:
    example = rule_examples().get(rule.id)
    return {
        "id": rule.id,
        "family": rule.family,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "description": rule.documentation,
        "url": rule_address(rule.id),
        "needs": rule.needs,
        "options": {
            option.name: {"type": type_name(option.type), "default": option.default}
            for option in rule.options.values()
        },
        "examples": {title.lower(): text for title, text in example.parts} if example else {},
    }


def catalogue_markdown(catalogue: Catalogue) -> str:
    """Write docs/rules.md."""
    families = _families(catalogue)
    lines = [_PAGE_HEAD]
    for family, rules in families:
        title = _title(family)
        links = ", ".join(f"[{rule.id}](#{rule.id})" for rule in rules)
        lines.append(f"- [{title}](#{title.lower().replace(' ', '-')}): {links}\n")
    for family, rules in families:
        lines.append(f"\n## {_title(family)}\n")
        lines += map(_section, rules)
    return "".join(lines)


def type_name(annotation: object) -> str:
    """Name the type of an option as a policy's author would: `list of text`, `whole number`."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(map(type_name, arguments))
    if origin is typing.Literal:
        return ", ".join(arguments)
    if origin in (tuple, list):
        return f"list of {type_name(arguments[0])}"
    names: Mapping[object, str] = {
        bool: "true or false",
        int: "whole number",
        float: "number",
        str: "text",
        type(None): "nothing",
    }
    return names.get(annotation, str(annotation))


def _families(catalogue: Catalogue) -> Sequence[tuple[str, Sequence[Rule[typing.Any]]]]:
    rules = sorted(catalogue.values(), key=lambda rule: (rule.family, rule.id))
    return [(family, list(group)) for family, group in groupby(rules, key=lambda r: r.family)]


def _title(family: str) -> str:
    return family.replace("_", " ").strip().capitalize().replace("svg", "SVG")


def _section(rule: Rule[typing.Any]) -> str:
    text = f"\n### {rule.id}\n\n{rule.severity.value.capitalize()}. {_prose(rule.documentation)}\n"
    if rule.options:
        text += "\n| option | type | default |\n| --- | --- | --- |\n"
        text += "".join(map(_row, rule.options.values()))
    if rule.needed:
        needed = " or ".join(map(markdown_code, rule.needed))
        text += f"\nSkipped unless the policy sets {needed}.\n"
    if rule.only_if_asked:
        text += f"\n{_ONLY_IF_ASKED}\n"
    if rule.version > 1:
        text += f"\nSince version {rule.version} of the rules.\n"
    return text + _examples(rule_examples().get(rule.id))


def _examples(example: RuleExample | None) -> str:
    """Write the examples as fenced blocks; no line of them can end one."""
    parts = example.parts if example else ()
    return "".join(f"\n{title}:\n\n````yaml\n{visible(text)}````\n" for title, text in parts)


def _row(option: Option) -> str:
    name = markdown_code(option.name)
    default = markdown_code(_default(option), MAX_MESSAGE)
    return f"| {name} | {markdown_text(type_name(option.type))} | {default} |\n"


def _default(option: Option) -> str:
    """Write a default as a policy file would."""
    match option.default:
        case bool():
            return "true" if option.default else "false"
        case None:
            return "nothing"
        case tuple() | list():
            return f"[{', '.join(map(str, option.default))}]"
        case str():
            return option.default or '""'
        case _:
            return str(option.default)


def _prose(documentation: str) -> str:
    """Write a docstring as Markdown, line by line: backticks make code, addresses are links."""
    return "\n".join("".join(_pieces(line)) for line in documentation.split("\n"))


def _pieces(line: str) -> Iterator[str]:
    for text in _ADDRESS.split(line):
        is_address = _ADDRESS.fullmatch(text)
        yield markdown_link(text, text) if is_address else _blanks_kept(text)


def _blanks_kept(text: str) -> str:
    inner = text.strip(" ")
    return text.replace(inner, markdown_message(inner)) if inner else text
