"""Logos that no one uses: what of them may be deleted without a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from rollkeeper.jobs.audit.repairs.edits import Edit, Night, key_of
from rollkeeper.loading.git import run_git
from rollkeeper.model.limits import MAX_ORPHANS
from rollkeeper.model.report import Finding
from rollkeeper.probes.logos.folder import inspect_folders

_RULE = "logo-orphan"


def orphans(night: Night) -> tuple[Edit, ...]:
    """Return the deletions of logos that the report names and that this checkout shows unused.

    None is deleted whose folder has a roster that could not be read whole, or whose name is in
    any other file of the repository, such as a page.
    """
    reported = {each.path: each for each in night.report.findings if _is_open(each)}
    if not reported:
        return ()
    unused = sorted(set(_unused(night)) & reported.keys())[:MAX_ORPHANS]
    named = _named_elsewhere(night.options.root, unused)
    return tuple(_edit(night, reported[path]) for path in unused if Path(path).name not in named)


def _is_open(finding: Finding) -> bool:
    return finding.rule == _RULE and finding.counts


def _unused(night: Night) -> Iterator[str]:
    """Yield the files that no entry of any programme names, as the rule finds them."""
    root, programmes = night.options.root, night.community.programmes
    for folder in inspect_folders(root, programmes, only=frozenset()).values():
        for logo in folder.logos:
            if logo.entry is None and logo.file is not None:
                yield logo.file


def _named_elsewhere(root: Path, paths: Sequence[str]) -> frozenset[str]:
    """Return which names of files are in texts of the repository outside of their folders."""
    if not paths:
        return frozenset()
    names = sorted({Path(path).name for path in paths})
    folders = {str(Path(path).parent) for path in paths}
    asked = [part for name in names for part in ("-e", name)]
    others = [f":(exclude,literal){folder}" for folder in sorted(folders) if folder != "."]
    found = run_git(
        root,
        *("grep", "-I", "-F", "-h", "-o", *asked, "HEAD", "--", ":/", *others),
        check=False,
    )
    # Exit status 1: nothing was found. Any other: it is not known, so all of them may be named.
    if found.returncode not in {0, 1}:
        return frozenset(names)
    return frozenset(found.stdout.decode(errors="replace").splitlines())


def _edit(night: Night, finding: Finding) -> Edit:
    key = key_of([finding])
    since: date = night.known.get(key) or night.today
    why = "no entry names it, and neither does any other file"
    return Edit(key, finding.path, "", why, "delete the file", since)
