"""The policies that a pull request would put into force: whether they can be used."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rollkeeper.engine.run import Options, run
from rollkeeper.grammar.globs import is_glob
from rollkeeper.loading.community import load, read_policies
from rollkeeper.loading.head import Head, HeadRefusedError
from rollkeeper.loading.policy.policy_file import PolicyError
from rollkeeper.loading.policy.sections import ConfigError
from rollkeeper.model.limits import MAX_POLICY_FILES, MAX_SCHEMA_BYTES
from rollkeeper.model.policy import Policy, Severity
from rollkeeper.model.report import Finding
from rollkeeper.model.tree import START
from rollkeeper.model.verdict import UncheckedReason
from rollkeeper.rules import catalogue

_RULE = "policy"
_FIRST = (
    "the base branch has no policies yet, so this pull request is judged by its own: review them, "
    "as they decide what is an error from now on"
)


@dataclass(frozen=True, slots=True)
class HeadPolicies:
    """The policies of a commit, none where they cannot be used, and then why."""

    policies: tuple[Policy, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_head_policies(head: Head, path: str, folder: Path) -> HeadPolicies:
    """Read the policies and schemas of a commit and find out whether they can be used.

    They are at `path` there and are laid out in `folder`, which is empty. Raises HeadRefusedError
    where there are too many.
    """
    items = head.items(head.commit, [f"{path}/"])
    plain = {
        name: item
        for name, item in ((key.removeprefix(f"{path}/"), each) for key, each in items.items())
        if item.plain and "/" not in name
    }
    sizes = {
        oid: size
        for oid, size in head.sizes(item.oid for item in plain.values()).items()
        if size <= MAX_SCHEMA_BYTES
    }
    if len(plain) > MAX_POLICY_FILES:
        message = f"the folder {path} has more than {MAX_POLICY_FILES:,} files"
        raise HeadRefusedError(UncheckedReason.TOO_MUCH, message)
    contents = dict(head.contents(sizes))
    laid_out = folder / posixpath.basename(path)
    laid_out.mkdir(parents=True)
    for name, item in plain.items():
        if item.oid in contents:
            (laid_out / name).write_bytes(contents[item.oid])
    try:
        policies = read_policies(folder, catalogue(), policies=laid_out)
        # No roster is there: what is left is whether schemas and requirements can be compiled.
        run(Options(folder), community=load(folder, policies, earlier=True))
        _check_rosters(head, policies)
    except PolicyError as error:
        return HeadPolicies(findings=policy_findings(error))
    return HeadPolicies(policies)


def _check_rosters(head: Head, policies: Sequence[Policy]) -> None:
    """Raise PolicyError where a policy is for a roster that the commit does not have.

    That no file matches a pattern is found when all are laid out.
    """
    named = [each for each in policies if not is_glob(each.roster)]
    there = head.items(head.commit, [each.roster for each in named])
    errors = tuple(
        ConfigError(each.path, START, f"the roster {each.roster} does not exist")
        for each in named
        if each.roster not in there
    )
    if errors:
        raise PolicyError(errors)


def policy_findings(error: PolicyError) -> tuple[Finding, ...]:
    """Return the errors in policies as findings."""
    return tuple(
        Finding(_RULE, Severity.ERROR, each.message, each.path, each.place, programme="")
        for each in error.errors
    )


def in_use(policy: Policy) -> Finding:
    """Return the notice that a pull request is judged by its own policies."""
    return Finding(_RULE, Severity.NOTICE, _FIRST, policy.path, START, programme="")
