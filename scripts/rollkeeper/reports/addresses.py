"""Where a reader finds more about a rule."""

from __future__ import annotations

from rollkeeper.rules import catalogue

HOME = "https://github.com/rollkeeper/rollkeeper"
RULES_PAGE = f"{HOME}/blob/main/docs/rules.md"
"""The page of all rules. An address that was published stays."""


def rule_address(rule_id: str) -> str | None:
    """Return the address of a rule's documentation; None for a community's own requirement."""
    return f"{RULES_PAGE}#{rule_id}" if rule_id in catalogue() else None
