"""Rules about a policy: settings of its own that nothing on the roster answers to.

What a preset sets is not reported: it is meant for many rosters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rollkeeper.grammar.wording import listed, nearest, quoted
from rollkeeper.model.account import Account, ContributingAccount, MemberAccount
from rollkeeper.model.logo import Logo, LogoFolder
from rollkeeper.model.policy import Policy, Severity
from rollkeeper.model.report import Problem
from rollkeeper.model.role_use import is_filled, unread_keys
from rollkeeper.model.roster import Programme, Term
from rollkeeper.model.rule import Rule
from rollkeeper.model.tree import FieldPath, Place, dotted
from rollkeeper.model.visit import GitHubVisit, Visit
from rollkeeper.rules.declaring import Problems, declared, rule

_LOGOS = (Logo, LogoFolder)
_VISITS = (Visit, GitHubVisit)


def roles_judged(rule: Rule[object], policy: Policy) -> frozenset[str]:
    """Return the roles whose fields a rule judges; none where it judges something else."""
    if rule.on is Term:
        return rule.roles | {"terms"}
    if rule.on in _LOGOS:
        return rule.roles | {"logo"}
    if rule.on in _VISITS:
        return frozenset(policy.websites.roles)
    if issubclass(rule.on, Account):
        return frozenset({"handle"})
    return rule.roles


@rule("role-unused", on=Programme, severity=Severity.NOTICE)
def role_unused(programme: Programme) -> Problems:
    """A policy gives a role to fields that no entry has.

    The rules about this role then judge nothing. Name the field as the roster does, or delete the
    line. `rollkeeper explain` lists which fields play which role.
    """
    for path, place in _own(programme, "fields"):
        role = str(path[-1])
        paths = programme.policy.roles.get(role, ())
        if paths and not is_filled(programme, role):
            fields = listed((dotted(each) for each in paths), last="or")
            yield Problem(
                f"no entry has {fields}, so none has a {quoted(role)}{_meant(programme, paths)}",
                path=programme.policy.path,
                place=place,
            )


@rule("rule-unused", on=Programme, severity=Severity.NOTICE)
def rule_unused(programme: Programme) -> Problems:
    """A policy sets a rule that judges nothing.

    Either the entries have none of the fields that the rule reads, or an option is missing without
    which it has nothing to compare with. Until then it excludes nothing, although the policy reads
    as if it did.
    """
    policy, catalogue = programme.policy, declared()
    for path, place in _own(programme, "rules"):
        name = str(path[-1])
        setting = policy.rules[name]
        if not setting.enabled:
            continue
        why = why_idle(programme, catalogue[name], setting.options)
        if why is not None:
            yield Problem(f"{quoted(name)} judges nothing: {why}", path=policy.path, place=place)


@rule("policy-unread", on=Programme, severity=Severity.NOTICE)
def policy_unread(programme: Programme) -> Problems:
    """Something that looks like a policy is not read.

    Policies are the files directly in the folder `policies` whose names end with `.yaml` or `.yml`;
    those whose names begin with `_` are only there to be extended by others. Move or rename the
    file, so that its programme is checked, extend it in another policy, or keep it elsewhere.
    """
    for name in programme.policy.passed_over:
        what, remedy = "it is", "write `.yaml` in small letters"
        file = name.rpartition("/")[2]
        if not file:
            what, remedy = "the policies in it are", "move them up"
        elif file.startswith("_"):
            remedy = f"write `extends: ./{file}` in a policy"
        message = f"{what} not read; {remedy}, or keep {quoted(name)} elsewhere"
        yield Problem(message, path=name)


def _own(programme: Programme, section: str) -> Iterator[tuple[FieldPath, Place]]:
    """Return the settings of a section that the policy's own file has, where there are entries."""
    if programme.entries and programme.roster.unread is None:
        for path, place in programme.policy.own.items():
            if path[0] == section:
                yield path, place


def why_idle(programme: Programme, rule: Rule[object], options: Collection[str]) -> str | None:
    """Return why a rule judges nothing in a programme that has entries, or None where it does."""
    policy = programme.policy
    if rule.needed and not any(name in options for name in rule.needed):
        return f"it needs the option {listed(rule.needed, last='or')}"
    if rule.on in _LOGOS and policy.logos is None:
        return "the policy names no folder of logos; add `logos: folder/of/logos`"
    if rule.on is MemberAccount and policy.accounts.organisation is None:
        return "the policy names no organisation; add `accounts: {organisation: NAME}`"
    if rule.on is ContributingAccount and policy.accounts.contribution_months is None:
        message = "the policy asks for no contributions; add `accounts: {contributions: "
        return f"{message}{{months: 12}}}}`"
    roles = sorted(roles_judged(rule, policy))
    if not roles or not programme.entries or any(is_filled(programme, role) for role in roles):
        return None
    paths = [path for role in roles for path in policy.roles.get(role, ())]
    fields = listed((dotted(path) for path in paths), last="or")
    return f"no entry has {fields}{_meant(programme, paths)}"


def _meant(programme: Programme, paths: Collection[FieldPath]) -> str:
    """Return a hint which key of the entries may have been meant."""
    keys = unread_keys(programme)
    for path in paths:
        near = nearest(str(path[0]), keys)
        if near is not None:
            return f"; did you mean {quoted(near)}?"
    return f"; no role reads {listed(keys)}" if keys else ""
