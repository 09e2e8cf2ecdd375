"""Mutants of small invented files, and what reads them: nothing may raise what it does not announce.

`make fuzz` runs a million of them; the test runs some, always the same. To run one target alone:
`PYTHONPATH=scripts:tests python tests/fuzz/fuzzing.py 20000 8 roster`.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from fuzz import fuzzing_logos
from pngs import png
from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, load_community, run
from rollkeeper.fixing.run import fix
from rollkeeper.forge.comments import Marker, read_marker
from rollkeeper.grammar.diffs import shown_lines
from rollkeeper.grammar.markers import MarkerError, splice
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.loading.importing import import_markdown
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.schema import SchemaError, compile_schema, defects
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.report import Report
from rollkeeper.model.verdict import Verdict
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.json import read as reports
from rollkeeper.reports.json import verdict as verdicts
from rollkeeper.reports.pull_request import ReportContext
from rollkeeper.reports.pull_request import render as comment
from rollkeeper.reports.rendering import render

TODAY = date(2026, 11, 21)
ROSTER = """\
- name: Fir Cloud
  website: https://fir.example/about?x=1
  logo: fir.svg
  status: active
  contact: {github: octocat, email: "ann[at]fir.example"}
  terms:
    - {start: 2025-01-05, end: 2026-01-04}
  members: [ada, 'bo  b']
- name: "Oak, Ltd."
  website: http://www.oak.example
  criteria: {talks: https://oak.example/talk, cases: []}
"""
POLICY = """\
title: Partners
roster: partners.yaml
page: README.md
logos: logos
limits: {max_entries: 50}
fields: {website: [website], handle: [contact.github, members.*]}
rules:
  duplicate-name: off
  term-length: {years: 2, severity: notice}
requirements:
  - {id: known, when: has(entry.status), expect: entry.status == "active", message: be known}
waivers:
  - {rule: website-insecure, entry: Oak, reason: agreed, until: 2026-12-31, by: octocat}
"""
SCHEMA = json.dumps({
    "$schema": "http://json-schema.org/draft-07/schema#", "type": "array",
    "items": {
        "type": "object", "required": ["name"], "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "pattern": "^[A-Z].*$", "maxLength": 9},
            "website": {"format": "uri"}, "status": {"enum": ["active", None]},
            "terms": {"anyOf": [{"type": "null"}, {"items": {"not": {"required": ["x"]}}}]},
        },
        "if": {"required": ["logo"]}, "then": {"minProperties": 2},
        "patternProperties": {"^x-": {"$ref": "#/definitions/x"}},
    },
    "definitions": {"x": {"oneOf": [{"const": 1}, {"type": "integer"}]}},
})  # fmt: skip
SVG = """\
<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
<style>.a{fill:#123;filter:blur(2px)} @media print{.a{fill:url(#g)}}</style>
<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>
<use xlink:href="#p"/><path id="p" class="a" d="M1 1h7v7z" transform="scale(2)"/><text x="1">Fir</text>
</svg>
"""
_LOGOS = {"svg": (SVG.encode(),), "cleaning": (SVG.encode(),), "png": (png(),)}
"""Files to start from besides the hostile ones."""
PAGE = "# Partners\n\n<!-- rollkeeper:begin partners -->\nold\n<!-- rollkeeper:end partners -->\n"
MARKDOWN = """\
# Partners

| Name | Website | Contact |
|------|:-------:|---------|
| Fir  | [site](https://fir.example) | @octocat and Ann <ann@fir.example> |

- [Oak](https://oak.example) - makes *things*, `since` 2020
    - nested: ![logo](oak.svg)
"""
MARKER = Marker(
    1,
    1,
    "a" * 40,
    "b" * 40,
    day=2,
    done=True,
    comment=3,
    found=("0123456789ab:some-rule",),
    removed=("0123456789ab",),
)
PATCH = "@@ -1,3 +1,4 @@\n a\n-b\n+c\n+d\n@@ -9 +10 @@ x\n+e\n"
_TOKENS = (
    b"\x00", b"\xff", b"\xc3\xa9", "\u202e".encode(), "\u200d".encode(), "\U000e0041".encode(), b"- ", b": ",
    b"'", b'"', b"{", b"}", b"[", b"]", b"&a ", b"*a", b"!!str ", b"---\n", b"\t", b"\r\n", b"\n\n", b"# ",
    b"null", b"true", b"-1", b"1e999", b"999999999999999999999", b"0x1F", b"..", b"../", b"/", b"\\",
    b"\\ud800", b"<!--", b"-->", b"<!ENTITY a '", b"&a;", b"<script>", b"<![CDATA[", b"]]>", b"::error::",
    b"##[group]", b"\x1b[31m", b"|", b"`", b"@", b"xn--", b"2025-02-30", b"https://", b"{{", b"%", b"a" * 300,
)  # fmt: skip


_FAMILIES = (
    "changes", "contacts", "data", "identity", "links", "reading", "requirements", "schema", "seats",
    "terms", "waivers",
)  # fmt: skip
"""All but those about pictures, which are fuzzed by themselves."""


class Target(NamedTuple):
    """What is mutated, what reads it, and what that may raise."""

    seeds: tuple[bytes, ...]
    use: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = ()
    weight: int = 1
    """How many times cheaper it is than judging a roster; so many times more mutants it gets."""


def mutant(seed: bytes, chance: random.Random) -> bytes:
    """Return the data with one to six small changes."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 1, 2, 5, 20)))
        match chance.randrange(7):
            case 0:
                del data[at:end]
            case 1:
                data[at:at] = chance.choice(_TOKENS)
            case 2:
                data[at:end] = chance.choice(_TOKENS)
            case 3 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 4:
                data[at:at] = data[at:end] * chance.choice((1, 2, 50))
            case 5:
                lines = bytes(data).split(b"\n")
                lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                data = bytearray(b"\n".join(lines))
            case _:
                data[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
    return bytes(data)


class _Folder:
    """A community on disk, written once; each mutant replaces one file of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in {
            "policies/partners.yaml": POLICY, "partners.yaml": ROSTER, "README.md": PAGE, "logos/fir.svg": SVG,
        }.items():  # fmt: skip
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def with_file(self, name: str, data: bytes) -> Options:
        (self.root / name).write_bytes(data)
        return Options(root=self.root, today=TODAY)


def targets(folder: Path) -> Mapping[str, Target]:
    """Return what is fuzzed, by name; `folder` is for the communities."""
    now, before, policies = (_Folder(folder / name) for name in ("now", "before", "policies"))

    def shown(report: Report) -> None:
        for form in FORMATS:
            text = render(report, form)
            text.encode()
            if form == "json":
                reports.read(text)

    def compared(data: bytes) -> None:
        options = now.with_file("partners.yaml", data)
        shown(run(replace(options, families=_FAMILIES), Comparison(before=before.root)))

    def older(data: bytes) -> None:
        before.with_file("partners.yaml", data)
        options = replace(now.with_file("partners.yaml", ROSTER.encode()), families=_FAMILIES)
        shown(run(options, Comparison(before=before.root)))
        before.with_file("partners.yaml", ROSTER.encode())

    def schema(data: bytes) -> None:
        wanted = read_yaml(data, "schema.yaml").data
        if isinstance(wanted, dict):
            list(defects(compile_schema(wanted), read_yaml(ROSTER.encode(), "x.yaml").data))

    def text(use: Callable[[str], object]) -> Callable[[bytes], object]:
        return lambda data: use(data.decode(errors="surrogateescape"))

    report = run(now.with_file("partners.yaml", ROSTER.encode()))
    verdict = Verdict(1, "a" * 40, "b" * 40, 7, report)
    packed = json.dumps(verdicts.packed(verdict)).encode()
    where = ReportContext("octo/rosters")
    return {
        "roster": Target(
            (ROSTER.encode(),),
            lambda data: shown(
                run(replace(now.with_file("partners.yaml", data), families=_FAMILIES))
            ),
        ),
        "fix": Target(
            (ROSTER.encode(),),
            lambda data: fix(replace(now.with_file("partners.yaml", data), families=_FAMILIES)),
        ),
        "since": Target((ROSTER.encode(),), compared),
        "since-older": Target((ROSTER.encode(),), older),
        "policy": Target(
            (POLICY.encode(),),
            lambda data: load_community(policies.with_file("policies/partners.yaml", data)),
            (PolicyError,),
            4,
        ),
        "schema": Target((SCHEMA.encode(),), schema, (SchemaError,), 4),
        "yaml": Target(
            (ROSTER.encode(), POLICY.encode()), lambda data: read_yaml(data, "x"), (), 20
        ),
        **{
            name: Target((*each.seeds, *_LOGOS.get(name, ())), each.run, (), 8)
            for name, each in fuzzing_logos.TARGETS.items()
        },
        "verdict": Target(
            (packed,),
            text(lambda given: comment(verdicts.read(given), where).encode()),
            (ReportError,),
            8,
        ),
        "report": Target((render(report, "json").encode(),), text(reports.read), (ReportError,), 8),
        "import": Target((MARKDOWN.encode(),), text(import_markdown), (ValueError,), 8),
        "page": Target(
            (PAGE.encode(),),
            text(lambda given: splice(given, "x\n", name="partners")),
            (MarkerError,),
            40,
        ),
        "marker": Target((MARKER.line().encode(),), text(read_marker), (), 40),
        "patch": Target((PATCH.encode(),), text(shown_lines), (), 40),
    }


def failures(
    names: Collection[str], number: int, seed: int = 8
) -> Iterator[tuple[str, bytes, str]]:
    """Try some mutants of each target; return those that raise what was not announced."""
    with tempfile.TemporaryDirectory() as folder:
        for name, target in targets(Path(folder)).items():
            chance = random.Random(f"{seed} {name}")
            for _ in range(number * target.weight if not names or name in names else 0):
                data = mutant(chance.choice(target.seeds), chance)
                try:
                    target.use(data)
                except target.refusals:
                    continue
                except Exception as error:  # noqa: BLE001 - what the fuzzer is for
                    yield name, data, f"{type(error).__name__}: {error}"


def main(arguments: Sequence[str]) -> int:
    """Run the fuzzer: how many mutants in all, a seed, and targets; print what raised."""
    total = int(arguments[0]) if arguments else 1_000_000
    seed = int(arguments[1]) if arguments[1:] else 8
    names = arguments[2:]
    with tempfile.TemporaryDirectory() as folder:
        weights = {name: each.weight for name, each in targets(Path(folder)).items()}
    number = -(-total // sum(each for name, each in weights.items() if not names or name in names))
    start, count = time.process_time(), 0
    for name, data, error in failures(names, number, seed):
        count += 1
        print(f"{name}: {error}\n  {data!r}", flush=True)
    for name, weight in weights.items():
        if not names or name in names:
            print(f"{name:12} {number * weight:>9,} mutants")
    print(f"{count} uncaught exceptions; {time.process_time() - start:.0f} s of CPU")
    return int(count > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
