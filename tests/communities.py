"""Communities made for a test: a folder with a policy and a roster."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rollkeeper.engine.run import Options, run
from rollkeeper.loading.community import Community, load, read_policies
from rollkeeper.model.report import Finding, Report
from rollkeeper.rules import catalogue

TODAY = date(2026, 11, 21)
POLICY = "title: Partners\nroster: partners.yaml\n"


def community(root: Path, roster: str | bytes, policy: str = POLICY, **files: str) -> Path:
    """Write a community into `root`; further files by name, `__` for a slash and `_` for a dot."""
    (root / "policies").mkdir(parents=True, exist_ok=True)
    (root / "policies" / "partners.yaml").write_text(policy, encoding="utf-8")
    data = roster if isinstance(roster, bytes) else roster.encode()
    (root / "partners.yaml").write_bytes(data)
    for name, content in files.items():
        file = root / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return root


def loaded(root: Path, policies: Path | None = None) -> Community:
    """Read a community's policies and rosters."""
    return load(root, read_policies(root, catalogue(), policies=policies))


def check(root: Path, today: date = TODAY) -> Report:
    """Check a community offline on a fixed day."""
    return run(Options(root, today=today))


def found(report: Report, rule: str) -> list[Finding]:
    """Return the findings of one rule."""
    return [finding for finding in report.findings if finding.rule == rule]
