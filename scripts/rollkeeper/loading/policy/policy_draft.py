"""A policy file's settings while it is read, and how those of several are laid over each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rollkeeper.loading.policy.extending import BaseName
from rollkeeper.loading.policy.sections import WaivableRule
from rollkeeper.model.page import Wording
from rollkeeper.model.policy import (
    DatePrecision,
    Edition,
    EntriesAddress,
    MemberSource,
    OutsideList,
    Requirement,
    RuleSetting,
    Waiver,
)
from rollkeeper.model.tree import FieldPath, Place


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy file's settings, before those that it extends are added."""

    extends: tuple[BaseName, ...]
    texts: Mapping[str, str]
    fields: Mapping[str, tuple[FieldPath, ...]]
    rules: Mapping[str, RuleSetting]
    layout: Mapping[str, Any]
    pages: list[dict[str, Any]] | None
    titles: Wording
    limits: Mapping[str, int]
    websites: Mapping[str, Any]
    accounts: Mapping[str, Any]
    audit: Mapping[str, Any]
    dates: Mapping[str, DatePrecision]
    requirements: tuple[Requirement, ...]
    waivers: tuple[Waiver, ...]
    comment_waivers: tuple[WaivableRule, ...]
    schema: Mapping[str, Any] | None
    entries: EntriesAddress | None
    members: MemberSource | None
    lists: tuple[OutsideList, ...]
    editions: Mapping[str, Edition]
    groups: Mapping[str, tuple[str, ...]]
    rules_version: int | None
    own: Mapping[FieldPath, Place]


def lay_over(under: PolicyDraft, over: PolicyDraft) -> PolicyDraft:
    """Return settings with those over them that extend them."""
    own = {requirement.id for requirement in over.requirements}
    kept = tuple(each for each in under.requirements if each.id not in own)
    return replace(
        over,
        texts={**under.texts, **over.texts},
        fields={**under.fields, **over.fields},
        rules={
            **under.rules,
            **{
                rule_id: _merged_setting(under.rules.get(rule_id), setting)
                for rule_id, setting in over.rules.items()
            },
        },
        layout={**under.layout, **over.layout},
        pages=over.pages if over.pages is not None else under.pages,
        titles=over.titles or under.titles,
        limits={**under.limits, **over.limits},
        websites={**under.websites, **over.websites},
        accounts={**under.accounts, **over.accounts},
        audit={**under.audit, **over.audit},
        dates={**under.dates, **over.dates},
        requirements=kept + over.requirements,
        comment_waivers=over.comment_waivers or under.comment_waivers,
        schema=over.schema if over.schema is not None else under.schema,
        entries=over.entries if over.entries is not None else under.entries,
        members=over.members if over.members is not None else under.members,
        lists=over.lists or under.lists,
        editions={**under.editions, **over.editions},
        groups={**under.groups, **over.groups},
        rules_version=over.rules_version or under.rules_version,
    )


def _merged_setting(under: RuleSetting | None, over: RuleSetting) -> RuleSetting:
    if under is None or not over.enabled:
        return over
    severity = over.severity if over.severity is not None else under.severity
    since = over.since or under.since
    options = {**under.options, **over.options}
    return replace(over, severity=severity, options=options, since=since)
