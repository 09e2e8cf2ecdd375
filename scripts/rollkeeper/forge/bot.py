"""Who writes: the account of GitHub's own workflows."""

from __future__ import annotations

BOT = "github-actions[bot]"
"""The account that workflows write with; what anyone else wrote is not ours."""

BOT_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"
SIGNED_OFF = f"Signed-off-by: {BOT} <{BOT_EMAIL}>"
