"""Check a corpus of hostile and benign input with the rules.

    python benchmarks/corpus.py CORPUS

The corpus is a folder with `svg/`, `png/` and `yaml/`, each with a `manifest.json` (a list of
`{"file", "expected": "attack" | "benign" | ...}`), and `strings.json` with `urls`, `addresses`,
`paths` and `markdown`. Each file is checked as a user would: in a community, by `rollkeeper check`.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(ROOT / "tests"))

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options as Cmark  # type: ignore[import-untyped]

from rollkeeper.engine.run import Options, run
from rollkeeper.grammar.escaping import markdown_code, markdown_text
from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.model.policy import Severity

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["partners"],
    "properties": {
        "partners": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": 100},
                    **{
                        key: {"type": "string", "minLength": 1}
                        for key in ("website", "logo", "since", "tier", "country", "description")
                    },
                },
            },
        }
    },
}
POLICY = "roster: partners.yaml\nentries: partners\nschema: schema.json\n"
OUR_TAGS = "p|ul|li|table|thead|tbody|tr|th|td|code|span"
ALLOWED = re.compile(rf"</?(?:{OUR_TAGS})>|<!-- -->")
CODE = re.compile(r"<code>.*?</code>")


class Tally:
    """Counts right and wrong verdicts, and the worst time."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.right: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.worst = (0.0, "")

    def add(self, name: str, expected: str, *, refused: bool, seconds: float, why: str) -> None:
        """Count one verdict."""
        self.worst = max(self.worst, (seconds, name))
        self.total[expected] += 1
        if (expected == "attack" and refused) or (expected == "benign" and not refused):
            self.right[expected] += 1
        elif expected in {"attack", "benign"}:
            self.wrong.append(f"{name} ({expected}): {why or 'accepted'}")

    def show(self) -> None:
        """Print the counts."""
        counts = ", ".join(
            f"{self.right[each]} of {self.total[each]} {each}" for each in ("attack", "benign")
        )
        print(f"{self.kind}: {counts} right; slowest {self.worst[0]:.2f} s ({self.worst[1][:60]})")
        for line in self.wrong:
            print(f"  WRONG {line}")


def verdict(root: Path) -> tuple[bool, str, float]:
    """Check a community; return whether an error was found, which, and the seconds it took."""
    started = time.perf_counter()
    report = run(Options(root))
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    return (
        bool(errors),
        "; ".join(f"{f.rule}: {f.message[:80]}" for f in errors[:2]),
        (time.perf_counter() - started),
    )


def community(root: Path, roster: bytes | str, policy: str = POLICY) -> Path:
    """Write a community around one roster."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "policies").mkdir(parents=True)
    (root / "policies" / "partners.yaml").write_text(policy, encoding="utf-8")
    (root / "policies" / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    data = roster.encode() if isinstance(roster, str) else roster
    (root / "partners.yaml").write_bytes(data)
    return root


def rosters(corpus: Path, root: Path) -> Tally:
    """Check every YAML file as the roster of a community."""
    tally = Tally("yaml")
    for case in json.loads((corpus / "yaml" / "manifest.json").read_text(encoding="utf-8")):
        community(root, (corpus / "yaml" / case["file"]).read_bytes())
        refused, why, seconds = verdict(root)
        tally.add(case["file"], case["expected"], refused=refused, seconds=seconds, why=why)
    return tally


def logos(corpus: Path, root: Path, kind: str) -> Tally:
    """Check every logo as the only one of a community."""
    tally = Tally(kind)
    for case in json.loads((corpus / kind / "manifest.json").read_text(encoding="utf-8")):
        roster = f"partners:\n  - name: Acme\n    logo: acme.{kind}\n"
        community(root, roster, POLICY + "logos: logos\n")
        (root / "logos").mkdir()
        shutil.copyfile(corpus / kind / case["file"], root / "logos" / f"acme.{kind}")
        refused, why, seconds = verdict(root)
        tally.add(case["file"], case["expected"], refused=refused, seconds=seconds, why=why)
    return tally


def strings(corpus: Path, root: Path) -> list[Tally]:
    """Check addresses of websites and paths of logos as the values of an entry."""
    given = json.loads((corpus / "strings.json").read_text(encoding="utf-8"))
    urls, addresses, paths = Tally("urls"), Tally("addresses"), Tally("paths")
    for case in given["urls"]:
        entry = {"partners": [{"name": "Acme", "website": case["url"]}]}
        community(root, json.dumps(entry, ensure_ascii=False))
        refused, why, seconds = verdict(root)
        if case["url"].startswith("http://") and not refused:
            refused, why = not isinstance(why, str), "only a warning: plain http"
        urls.add(ascii(case["url"]), case["expected"], refused=refused, seconds=seconds, why=why)
    for expected, group in (("attack", "deny"), ("benign", "allow")):
        for address in given["addresses"][group]:
            why = refusal(address) or ""
            addresses.add(address, expected, refused=bool(why), seconds=0, why=why)
    for path in given["paths"]:
        entry = {"partners": [{"name": "Acme", "logo": path}]}
        community(root, json.dumps(entry, ensure_ascii=False), POLICY + "logos: logos\n")
        refused, why, seconds = verdict(root)
        paths.add(ascii(path), "attack", refused=refused, seconds=seconds, why=why)
    return [urls, addresses, paths]


def markdown(corpus: Path) -> Tally:
    """Render each string in a cell, a list and a paragraph, and look for anything but text."""
    tally = Tally("markdown")
    given = json.loads((corpus / "strings.json").read_text(encoding="utf-8"))["markdown"]
    for text in given:
        for escaped in (markdown_text(text), markdown_code(text)):
            page = f"| a |\n|---|\n| {escaped} |\n\n- {escaped}\n\n{escaped}\n"
            rendered = cmarkgfm.github_flavored_markdown_to_html(page, Cmark.CMARK_OPT_UNSAFE)
            tags = [t for t in re.findall(r"<[^>]*>", rendered) if not ALLOWED.fullmatch(t)]
            mentions = re.findall(
                r"(?<![\w`>])@[A-Za-z]", re.sub(r"<code>.*?</code>", "", rendered)
            )
            tally.add(
                ascii(text), "attack", refused=not tags and not mentions, seconds=0, why=str(tags)
            )
    return tally


def main(arguments: list[str]) -> int:
    """Check the corpus and print the results."""
    corpus = Path(arguments[0])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "community"
        tallies = [rosters(corpus, root), logos(corpus, root, "svg"), logos(corpus, root, "png")]
        tallies += [*strings(corpus, root), markdown(corpus)]
    for tally in tallies:
        tally.show()
    peak = max(resource.getrusage(who).ru_maxrss for who in (0, resource.RUSAGE_CHILDREN)) / 1024
    print(f"peak memory of the whole run: {peak:.0f} MiB")
    return int(any(tally.wrong for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
