"""Who writes: the account of GitHub's own workflows."""

from __future__ import annotations

BOT = "github-actions[bot]"
"""The account that workflows write with; what anyone else wrote is not ours."""

BOT_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"
CREDENTIALS = '!f() { echo username=x-access-token; echo "password=${GITHUB_TOKEN}"; }; f'
"""Git's `credential.helper`: asked for the password when git needs one, so that it is in no
argument and in no file."""
SIGNED_OFF = f"Signed-off-by: {BOT} <{BOT_EMAIL}>"
