"""How long before a term ends the audit says so, where a workflow sets it and not the policies."""

from __future__ import annotations

import re
from dataclasses import replace

from rollkeeper.loading.community import Community
from rollkeeper.model.policy import Policy, RuleSetting

RULE = "term-ending-soon"
_DAYS = re.compile(r"[1-9]\d{0,3}(?:[ ,]+[1-9]\d{0,3}){0,9}", re.ASCII)


class NoticeError(ValueError):
    """The days are not what they must be; the message says what they are and what to write."""


def days_in(text: str) -> tuple[int, ...]:
    """Return the days in a text such as `60, 30, 7`, none in an empty one; raise NoticeError."""
    wanted = text.strip()
    if not wanted:
        return ()
    if _DAYS.fullmatch(wanted) is None:
        message = "`days` must be up to ten numbers of days, such as 60, 30, 7"
        raise NoticeError(message)
    return tuple(int(each) for each in re.findall(r"\d+", wanted))


def with_notice(community: Community, days: tuple[int, ...]) -> Community:
    """Return the community with these days of notice in place of its policies'."""
    programmes = tuple(
        replace(each, policy=_policy(each.policy, days)) for each in community.programmes
    )
    return replace(community, programmes=programmes)


def _policy(policy: Policy, days: tuple[int, ...]) -> Policy:
    setting = policy.rules.get(RULE, RuleSetting())
    changed = replace(setting, options={**setting.options, "days": days})
    return replace(policy, rules={**policy.rules, RULE: changed})
