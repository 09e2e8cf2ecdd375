"""Who writes: the account of GitHub's own workflows."""

from __future__ import annotations

BOT = "github-actions[bot]"
"""The account that workflows write with; what anyone else wrote is not ours."""

BOT_ID = 41898282
"""Its number, which no renaming changes."""
BOT_EMAIL = f"{BOT_ID}+{BOT}@users.noreply.github.com"
SIGNED_OFF = f"Signed-off-by: {BOT} <{BOT_EMAIL}>"
