"""`python -m rollkeeper` is the command `rollkeeper`."""

from __future__ import annotations

from rollkeeper.jobs.cli import console

raise SystemExit(console())
