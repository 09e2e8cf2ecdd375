"""Every rule has an `ok` and a `bad` example, and finds in them exactly what they say.

`# expect: words` at the end of a line of `bad.yaml` (or `<!-- expect: words -->` in an SVG) wants a
finding of the rule on that line; `# expect-at: LINE words` and `# expect-file: PATH words` name a
place that cannot carry a comment. Logos lie in `logos`, or in `logos-ok` and `logos-bad`; a page is
`page-ok.md` and the like; `policies-bad` is what lies beside the policy. Where there is a `before.yaml`, the example is judged as a change that
leads from it, proposed as `pull_request.yaml` (or `pull_request-ok.yaml`) says. Entries in the
examples of rules about websites say with `visit:` what a visit to them saw, and in those of rules
about accounts with `account:` what GitHub says of the account of that `login`.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from rollkeeper.engine.diff.states import Comparison
from rollkeeper.engine.run import Options, run
from rollkeeper.model.account import Account
from rollkeeper.model.change import FileStatus, PullRequest, TouchedFile
from rollkeeper.model.report import Finding
from rollkeeper.model.visit import Visit
from rollkeeper.probes import accounts
from rollkeeper.probes.web import websites
from rollkeeper.rules import catalogue
from website_visits import written_visits
from written_accounts import WrittenAccounts, written_facts

EXAMPLES = Path(__file__).parent
TODAY = date(2026, 11, 21)
RULES = sorted(catalogue())
EXPECT = re.compile(r"(?:#|<!--)\s*expect: *(.*?)\s*(?:-->)?$")
EXPECT_AT = re.compile(r"#\s*expect-at: *(\d+) +(.*)$")
EXPECT_FILE = re.compile(r"#\s*expect-file: *(\S+) +(.*)$")
Expected = tuple[str, int, str]


@pytest.fixture(autouse=True)
def _written_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websites, "visit_websites", written_visits)
    monkeypatch.setattr(accounts, "ask", written_facts)


def community(example: Path, which: str, root: Path) -> Path:
    """Lay out an example as the folder of a community."""
    shutil.copytree(example, root, dirs_exist_ok=True, symlinks=True)
    if (example / f"logos-{which}").is_dir():
        shutil.copytree(
            example / f"logos-{which}", root / "logos", dirs_exist_ok=True, symlinks=True
        )
    (root / "roster.yaml").write_bytes((example / f"{which}.yaml").read_bytes())
    if (example / f"page-{which}.md").exists():
        shutil.copy(example / f"page-{which}.md", root / "page.md")
    folder = root / "policies"
    folder.mkdir()
    if (example / f"policies-{which}").is_dir():
        shutil.copytree(example / f"policies-{which}", folder, dirs_exist_ok=True)
    own = example / "policy.yaml"
    lines = own.read_text(encoding="utf-8") if own.exists() else ""
    if not re.search(r"^roster:", lines, re.MULTILINE):
        lines += "\nroster: roster.yaml\n"
    if (root / "logos").is_dir() and not re.search(r"^logos:", lines, re.MULTILINE):
        lines += "logos: logos\n"
    if (example / "schema.json").exists():
        shutil.copy(example / "schema.json", folder)
        if not re.search(r"^schema:", lines, re.MULTILINE):
            lines += "schema: schema.json\n"
    (folder / "example.yaml").write_text(lines, encoding="utf-8")
    return root


def expected(root: Path) -> list[Expected]:
    """Read what an example expects: file, line and words of each finding."""
    found: list[Expected] = []
    texts = [root / "roster.yaml", *root.glob("page.md"), *sorted((root / "logos").glob("*.svg"))]
    for file in texts:
        name = file.relative_to(root).as_posix()
        content = file.read_bytes().decode(errors="replace")
        for number, line in enumerate(re.split(r"\r\n|\r|\n", content), start=1):
            if at := EXPECT_AT.search(line):
                found.append((name, int(at[1]), at[2]))
            elif other := EXPECT_FILE.search(line):
                found.append((other[1], 1, other[2]))
            elif here := EXPECT.search(line):
                found.append((name, number, here[1]))
    return found


def laid_out(rule_id: str, which: str, folder: Path) -> tuple[Options, Comparison]:
    """Lay out an example, and the state before it where there is one, and say what to look at."""
    example = EXAMPLES / rule_id
    root = community(example, which, folder / "after")
    if not (example / "before.yaml").exists():
        options = Options(root, today=TODAY)
        if issubclass(catalogue()[rule_id].on, Visit):
            options = replace(options, offline=False, github_token="made-up")  # noqa: S106 - no one's
        elif issubclass(catalogue()[rule_id].on, Account):
            github: Any = WrittenAccounts(root / "roster.yaml")
            family = catalogue()[rule_id].family
            options = replace(options, offline=False, github=github, families=[family])
        return options, Comparison()
    before = community(example, "before", folder / "before")
    own = example / f"pull_request-{which}.yaml"
    told = own if own.exists() else example / "pull_request.yaml"
    data = yaml.safe_load(told.read_text(encoding="utf-8")) if told.exists() else None
    if data is None:
        return Options(root, today=TODAY), Comparison(before)
    given = data.pop("files", ())
    files = tuple(TouchedFile(**{**each, "status": FileStatus(each["status"])}) for each in given)
    options = Options(root, today=TODAY)
    # A maintainer approves what the report lists.
    approved = run(options, Comparison(before)).removals if data.get("approved") else ()
    proposed = PullRequest(
        number=7,
        author=data["author"],
        author_id=data["author_id"],
        head_sha="b" * 40,
        labels=tuple(data.get("labels", ())),
        author_may_write=data.get("author_may_write"),
        approved=frozenset(approved),
    )
    return options, Comparison(before, proposed, files)


def findings_of(rule_id: str, options: Options, comparison: Comparison) -> list[Finding]:
    report = run(options, comparison)
    assert rule_id in report.ran, report.skipped.get(rule_id)
    return [finding for finding in report.findings if finding.rule == rule_id]


@pytest.mark.parametrize("rule_id", RULES)
def test_bad_example_is_found_on_its_lines(rule_id: str, tmp_path: Path) -> None:
    options, comparison = laid_out(rule_id, "bad", tmp_path)
    wanted = expected(options.root)
    assert wanted, f"bad.yaml of {rule_id} expects nothing"
    found = findings_of(rule_id, options, comparison)
    places = sorted((finding.path, finding.place.line) for finding in found)
    assert places == sorted((path, line) for path, line, _ in wanted), [
        (f.path, f.place.line, f.message) for f in found
    ]
    for path, line, words in wanted:
        assert any(
            finding.path == path and finding.place.line == line and words in finding.message
            for finding in found
        ), (path, line, words, [finding.message for finding in found])


@pytest.mark.parametrize("rule_id", [each for each in RULES if catalogue()[each].wants_today])
def test_a_message_says_the_same_on_the_next_day(rule_id: str, tmp_path: Path) -> None:
    """An issue is not edited because a day has passed, so what stands in it has to stay true."""
    options, comparison = laid_out(rule_id, "bad", tmp_path)
    days = (TODAY, TODAY + timedelta(days=1))
    first, later = (
        {
            (finding.place, finding.field): finding.message
            for finding in findings_of(rule_id, replace(options, today=day), comparison)
        }
        for day in days
    )
    assert first.keys() & later.keys()
    assert {key: later.get(key, said) for key, said in first.items()} == first


@pytest.mark.parametrize("rule_id", RULES)
def test_good_example_is_clean(rule_id: str, tmp_path: Path) -> None:
    findings = findings_of(rule_id, *laid_out(rule_id, "ok", tmp_path))
    assert [finding.message for finding in findings] == []


@pytest.mark.parametrize("rule_id", sorted(catalogue()))
def test_rule_says_what_why_and_what_to_do(rule_id: str) -> None:
    paragraphs = catalogue()[rule_id].documentation.split("\n\n")
    assert paragraphs[0].endswith(".")
    assert len(paragraphs) >= 2, "the docstring gives no reason and no remedy"
