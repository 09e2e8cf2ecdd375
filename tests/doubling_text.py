"""Kinds of hostile input: rosters, names and addresses, reports, pages, imports, patterns."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from communities import TODAY, community
from doubling import Kind
from reports.samples import finding, report
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.fixing.run import fix
from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.diffs import shown_lines
from rollkeeper.grammar.emails import looks_like_email, parse_email
from rollkeeper.grammar.escaping import html_attribute, markdown_message, markdown_text, terminal
from rollkeeper.grammar.evidence import has_evidence
from rollkeeper.grammar.handles import bare
from rollkeeper.grammar.hosts import parse_host
from rollkeeper.grammar.markers import MarkerError, splice
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.names import key, passes_for_ascii, skeleton
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.grammar.urls import Url, normalised, parse
from rollkeeper.grammar.yaml_writer import scalar
from rollkeeper.loading.importing import import_markdown
from rollkeeper.loading.schema import compile_schema, defects
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.json import read as reports
from rollkeeper.reports.json import verdict as verdicts
from rollkeeper.reports.rendering import render
from rollkeeper.rules.websites._page_words import not_found


def repeated(pump: str, start: str = "", end: str = "") -> Callable[[int], str]:
    """Return what makes a text of a size that repeats something and does not end as expected."""
    return lambda size: start + pump * (size // len(pump)) + end


def as_bytes(make: Callable[[int], str]) -> Callable[[int], bytes]:
    return lambda size: make(size).encode()


def quietly(use: Callable[[Any], object], *errors: type[Exception]) -> Callable[[Any], object]:
    """Return a use whose refusals are results like any other."""

    def tried(given: Any) -> object:
        try:
            return use(given)
        except errors as error:
            return error

    return tried


def of_url(text: str) -> object:
    url = parse.__wrapped__(text)
    return normalised(url) if isinstance(url, Url) else url


def checked(roster: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        return run(Options(root=community(Path(folder), roster), today=TODAY))


def compared(states: tuple[str, str]) -> object:
    with tempfile.TemporaryDirectory() as folder:
        before, after = (
            community(Path(folder, name), text, "roster: partners.yaml\nlogos: logos\n")
            for name, text in zip(("before", "after"), states, strict=True)
        )
        return run(Options(root=after, today=TODAY), Comparison(before=before))


def fixed(roster: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        return fix(Options(root=community(Path(folder), roster), today=TODAY))


def validated(case: tuple[dict[str, Any], bytes]) -> object:
    schema, data = case
    return list(defects(compile_schema(schema), read_yaml(data, "x.yaml").data))


def against(field: dict[str, Any], make: Callable[[int], str]) -> Callable[[int], Any]:
    schema = {"type": "array", "items": {"type": "object", "additionalProperties": field}}
    return lambda size: (schema, make(size).encode())


def in_yaml(text: bytes) -> object:
    return read_yaml(text, "x.yaml")


def imported(text: str) -> object:
    return import_markdown(text)


def entries(line: str) -> Callable[[int], str]:
    """Return what makes a roster of `size` bytes whose entries are numbered."""
    return lambda size: "".join(line.format(each) for each in range(size // len(line)))


def renamed(size: int) -> tuple[str, str]:
    return entries("- name: p{}\n")(size), entries("- name: q{}\n")(size)


def shuffled(size: int) -> tuple[str, str]:
    text = entries("- name: p{}\n")(size)
    return text, "".join(reversed(text.splitlines(keepends=True)))


def with_logos(size: int) -> tuple[str, str]:
    line = "- {{name: p{}, logo: '../../{}" + "x" * 300 + "'}}\n"
    text = "".join(line.format(each, each) for each in range(size // len(line)))
    return text, text + "- name: new\n"


def flooded(form: str) -> Callable[[Any], object]:
    return lambda written: render(written, form)


def many_findings(size: int) -> Any:
    return report(*(finding(message=f"`{each}` " + "[" * 60) for each in range(size // 60)))


PROSE = ("[", "`", "*", "@a ", "#1 ", "<a ", "a.", "www.", "https://", "::", "##[", "{{", "\\", "&")

KINDS: tuple[Kind, ...] = (
    *(Kind(f"YAML of {name}", as_bytes(make), in_yaml) for name, make in {
        "brackets": repeated("["), "braces": repeated("{"), "anchors": repeated("&a "),
        "quotes": repeated("'a' "), "open quotes": repeated('"'), "tabs": repeated("\t"),
        "blanks": repeated(" "), "tags": repeated("!a "), "documents": repeated("---\n"),
        "questions": repeated("? "), "one long value": repeated("a", "- "),
        "hidden characters": repeated("\u202e", "- "), "one key again": repeated("a: 1\n"),
        "keys": entries("k{}: 1\n"), "carriage returns": repeated("\r"), "comments": repeated("#\n"),
    }.items()),
    *(Kind(f"roster of {name}", make, checked, limit=400_000) for name, make in {
        "nulls": repeated("-\n"), "one name": repeated("- name: a\n"),
        "names": entries("- name: p{}\n"), "one website": entries("- {{name: p{}, website: 'https://x.example'}}\n"),
        "Cyrillic names": entries("- name: '\u0424\u0438a {}'\n"),
        "values with blanks": repeated("' b',", "- name: a\n  x: [", "]\n"),
        "fields": lambda size: "- name: a\n" + entries("  k{}: ' b'\n")(size),
        "one value of your words": repeated("your ", "- name: a\n  description: x"),
        "one value of brackets": repeated("{{", "- name: a\n  description: 'x", "'\n"),
        "one value of markup": repeated("<b ", "- name: a\n  description: 'x", "'\n"),
        "addresses": repeated("'http://a.example/?utm_source=b',", "- name: a\n  website: [", "]\n"),
    }.items()),
    Kind("change that renames all", renamed, compared, limit=200_000),
    Kind("change that shuffles all", shuffled, compared, limit=200_000),
    Kind("change with names of logos", with_logos, compared, limit=400_000),
    Kind("fix of blanks", entries("- name: 'p  {}'\n"), fixed, limit=100_000),
    Kind("schema, field names", against({"type": "string"}, lambda size: "- name: a\n" + entries("  k{}: 1\n")(size)), validated, limit=400_000),
    Kind("schema, linear pattern", against({"pattern": "^(a+)+$"}, repeated("a", "- name: ", "!\n")), validated, limit=60_000),
    Kind("schema, pattern with lookaround", against({"not": {"pattern": "^(?:a(?=a)|a)+b$"}}, repeated("a", "- name: ", "!\n")), validated, limit=60_000),
    *(Kind(f"address of {pump!r}", repeated(pump, "https://"), of_url) for pump in ("a.", "/.", "%25", "?", "#@", "-", "é")),
    *(Kind(f"host of {pump!r}", repeated(pump), parse_host) for pump in ("a.", "xn--", "a-")),
    *(Kind(f"e-mail address of {pump!r}", repeated(pump, "a"), parse_email.__wrapped__) for pump in (" ", "a.", " at ", "[at]", "@")),
    *(Kind(f"looks like an e-mail address, {pump!r}", repeated(pump, "a"), looks_like_email) for pump in (" ", "(")),
    *(Kind(f"date of {pump!r}", repeated(pump, "2025-"), parse_date.__wrapped__) for pump in ("0", " ", "1-")),
    *(Kind(f"name of {pump!r}", repeated(pump), lambda text: (key.__wrapped__(text) if hasattr(key, "__wrapped__") else key(text), skeleton(text[:70_000]), passes_for_ascii(text)), limit=60_000) for pump in ("a ", "Ltd ", "ﷺ", "l1|")),
    *(Kind(f"evidence of {pump!r}", repeated(pump, "https://", "\nb"), has_evidence) for pump in ("a.", ".", " ")),
    Kind("handle", repeated("@https://github.com/"), bare),
    *(Kind(f"Markdown of {pump!r}", repeated(pump, "x"), markdown_text) for pump in PROSE),
    *(Kind(f"message of {pump!r}", repeated(pump, "x"), markdown_message) for pump in ("`", "` `")),
    *(Kind(f"terminal, {pump!r}", repeated(pump), terminal) for pump in ("##[", "\x1b[", "\n ")),
    Kind("attribute", repeated('"&'), html_attribute),
    *(Kind(f"scalar of {pump!r}", repeated(pump), scalar) for pump in ("1:", ": ", "'\"", "0_")),
    *(Kind(f"masking of {pump!r}", repeated(pump), masked) for pump in ("a@", "1 ", "a.", "(0", "@a.b ", "+1-")),
    *(Kind(f"marker, {pump!r}", repeated(pump, "<!-- rollkeeper:begin p -->\n"), quietly(lambda text: splice(text, "x\n", name="p"), MarkerError)) for pump in ("<!--", "<!-- rollkeeper:begin ", "<!-- rollkeeper:end p -->\n", " ")),
    *(Kind(f"patch of {pump!r}", repeated(pump, "@@ -1 +1 @@\n"), shown_lines) for pump in ("+\n", "@@ -", "@@ -1 +1 @@\n")),
    *(Kind(f"JSON of {pump!r}", repeated(pump), quietly(reports.read, ReportError)) for pump in ("[", '{"a":', '"\\ud800",', "1,")),
    Kind("verdict of one text", lambda size: json.dumps({"version": "x" * size}), quietly(verdicts.read, ReportError)),
    *(Kind(f"report as {form}", many_findings, flooded(form)) for form in FORMATS),
    *(Kind(f"import of {name}", make, quietly(imported, ValueError), limit=400_000) for name, make in {
        "lists": repeated("- a\n"), "nested lists": lambda size: "".join("  " * (each % 40) + "- a\n" for each in range(size // 40)),
        "tables": repeated("| a | b |\n", "| a | b |\n|---|---|\n"), "pipes": repeated("|", "|a|\n|-|\n"),
        "brackets": repeated("[", "- "), "links": repeated("[a](b) ", "- "), "blanks": repeated(" ", "- a", "b"),
        "names in a cell": repeated("a and ", "|name|contact|\n|-|-|\n|x|", "|\n"), "emphasis": repeated("*a_ ", "- "),
        "commas in a cell": repeated(" ,", "|name|contact|\n|-|-|\n|x|", "|\n"), "HTML": repeated("<br", "- "),
    }.items()),
    *(Kind(f"title of {pump!r}", repeated(pump, "x"), not_found) for pump in (" ", " -", " !")),
)  # fmt: skip
