"""Scenes for the steps of an audit: a community in a folder, GitHub's stand-in, and one night."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from communities import loaded
from rollkeeper.engine.run import Options
from rollkeeper.forge.client import connect
from rollkeeper.forge.items import our_items
from rollkeeper.forge.outbox import GitHubOutbox
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.model.history import History
from rollkeeper.model.report import Report
from standin import api


def cleared(state: api.State) -> api.State:
    """Return a stand-in without what an earlier test left in it."""
    for each in (state.issues, state.labels, state.comments, state.requests, state.pulls):
        each.clear()
    for more in (state.statuses, state.roles, state.reactions, state.troubles):
        more.clear()
    state.may_open = True
    return state


@contextmanager
def night(
    state: api.State, root: Path, day: str, *, history: History | None = None, **more: Any
) -> Iterator[Scene]:
    """Return what the steps of the audit of one night act on; it began at noon, UTC."""
    now = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    pauses = {"seconds_between_requests": 0, "seconds_between_writes": 0, "backoff": 0}
    with connect(state.token, state.url, state.repository, **pauses) as repository:
        yield Scene(
            options=Options(root, today=now.date()),
            community=loaded(root),
            report=more.pop("report", Report(now.date(), (), (), (), {})),
            history=history or History(),
            before=History(),
            now=now,
            repository=repository,
            items=our_items(repository, {}),
            outbox=more.pop("outbox", GitHubOutbox(repository, None)),
            branch="main",
            server_url=more.pop("server_url", "https://github.com"),
            run_url=None,
            **more,
        )
