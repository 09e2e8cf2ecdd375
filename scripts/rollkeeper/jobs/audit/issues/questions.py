"""What an audit cannot decide, as questions: what may be behind it, and what to do in each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rollkeeper.grammar.handles import HOSTS
from rollkeeper.grammar.urls import Url, parse
from rollkeeper.model.report import Finding

_NOT_NOW = "Neither for now: add a waiver to the policy, with a reason and a day."
QUESTIONS: Mapping[str, Sequence[str]] = {
    "website-moved-away": (
        "The organisation has another name or owner: write the new address, and the new name.",
        "Somebody else has the domain: remove the address, and ask the contact for the new one.",
        _NOT_NOW,
    ),
    "website-parked": (
        "The organisation has another address: ask the contact, and write that.",
        "The organisation is gone: ask the contact, then remove the entry or mark it as past.",
        _NOT_NOW,
    ),
    "github-archived": (
        "Another repository has replaced it: write that one's address.",
        "It is at its end: remove the address, or mark the entry as past.",
        _NOT_NOW,
    ),
    "github-renamed": (
        "The contact says that it is the same project: write the new address.",
        "It is another project: ask for the right one. A redirect alone proves nothing.",
    ),
    "account-taken": (
        "The person has another account: ask by other means than this one, and write its name.",
        "It is the same person: write the number of the account beside it (`github_id`).",
    ),
    "account-missing": (
        "The person has another account: ask by other means, and write its name.",
        "The person has left GitHub: keep the entry, and remove the account alone.",
    ),
}
"""By rule, the answers that there may be, each with what to do."""


def is_question(finding: Finding) -> bool:
    """Return whether only people know what is to be done about a finding.

    A redirect below a host of many owners may lead to somebody else's page.
    """
    if finding.rule in QUESTIONS:
        return True
    value = finding.fix.value if finding.fix else None
    if finding.rule != "website-moved" or value is None:
        return False
    url = parse(value)
    return isinstance(url, Url) and url.host in HOSTS


def answers(rule: str) -> str:
    """Return in Markdown what the answers to a question may be; empty where it is none."""
    # Numbered, so that the list of what was seen is another one.
    listed = enumerate(QUESTIONS.get(rule, ()), start=1)
    return "".join(f"{number}. {each}\n" for number, each in listed)
