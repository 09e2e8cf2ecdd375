"""The last job of an audit: its steps, one after the other, whatever becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from subprocess import SubprocessError

from rollkeeper.forge.client import trouble_of
from rollkeeper.jobs.audit.heartbeat import close_freshness
from rollkeeper.jobs.audit.history import keep_history
from rollkeeper.jobs.audit.issues.tracking import keep_issues
from rollkeeper.jobs.audit.repairs.repair import repair
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.audit.terms.alumni import move_to_alumni
from rollkeeper.jobs.audit.terms.reminders import remind
from rollkeeper.loading.git import GitError

Step = Callable[[Scene], None]
"""Brings one kind of thing at GitHub up to date; may be called again after a run that was ended."""

STEPS: Sequence[Step] = (
    remind,
    move_to_alumni,
    repair,
    keep_issues,
    close_freshness,
    keep_history,
)
"""The steps in their order: the issues of the programmes after all that have a say in them, and the
history last of all."""


def act(scene: Scene, steps: Sequence[Step] = STEPS) -> None:
    """Take each step; one that GitHub refuses or that it does not answer does not stop the others.

    What failed is in `scene.said`, and then `scene.failed` is true.
    """
    for step in steps:
        try:
            trouble = trouble_of(partial(step, scene))
        except (GitError, SubprocessError) as error:
            trouble = f"git failed ({type(error).__name__})"
        if trouble is not None:
            name = step.__module__.rpartition(".")[2].replace("_", " ")
            scene.fail(f"{name}: {trouble}")
