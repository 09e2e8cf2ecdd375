"""Carry out `/keep`: a dated waiver in the pull request that would move somebody to the alumni.

Who gives the command is asked of GitHub once more, right before anything is written; what is
written is made from the default branch alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rollkeeper.engine.run import Options, load_community
from rollkeeper.forge.actions import Actions
from rollkeeper.forge.client import Repository
from rollkeeper.forge.conversation import Conversation
from rollkeeper.forge.items import Item, OurItems, item_by_number
from rollkeeper.forge.outbox import GitHubOutbox
from rollkeeper.forge.pull_requests import role_of
from rollkeeper.grammar.escaping import markdown_text
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.audit.terms.alumni import KIND, propose
from rollkeeper.jobs.audit.terms.alumni_text import Keep
from rollkeeper.jobs.audit.terms.ends import Holder, prefix_of, term_ends
from rollkeeper.jobs.publish import default_branch
from rollkeeper.jobs.pull_requests.commands import Request, may_ask
from rollkeeper.jobs.pull_requests.keep_command import KeepWish, read_keep
from rollkeeper.loading.clock import moment
from rollkeeper.model.history import History
from rollkeeper.model.report import Report

_NOT_HERE = (
    "`/keep` is for the pull requests with which Rollkeeper proposes to move somebody to the "
    "alumni. Nothing was done."
)
_NOT_DUE = "The default branch does not say any more that this term is over. Nothing was done."
_NO_ACCOUNT = "This entry has no account of its own: leave the handle out. Nothing was done."
_OTHER = "This pull request is about somebody else than the handle names. Nothing was done."
_UNNAMED = "Name whom to keep by their handle, as in the example above. Nothing was done."


@dataclass(frozen=True, slots=True)
class KeepJob:
    """Where the command is carried out, and the moment that decides which day it is."""

    options: Options
    actions: Actions
    repository: Repository
    now: datetime

    @staticmethod
    def begun(options: Options, actions: Actions, repository: Repository) -> KeepJob:
        """Return the job as of now."""
        return KeepJob(options, actions, repository, moment())


def keep_entry(job: KeepJob, asked: Request) -> bool:
    """Carry out the command and reply; return whether everything that was to be written was.

    Raises PolicyError where the policies cannot be used, and GithubException.
    """
    said = Conversation(job.repository, asked.number, asked.comment, asked.person)
    if not may_ask(asked, role_of(job.repository, asked.login)):
        said.react("confused")
        return True
    item = item_by_number(job.repository, asked.number)
    if item is None or not (item.is_pull_request and item.is_open and item.marker.kind == KIND):
        said.refuse(_NOT_HERE, about="not here", state="")
        return True
    scene = _scene(job, item)
    found = _found(scene, item, asked)
    if isinstance(found, str):
        said.refuse(found, about="keep", state=found)
        return True
    holder, wish = found
    made = propose(scene, holder, item, Keep(wish.until, asked.login, wish.reason))
    if not made or scene.failed:
        why = markdown_text(scene.said[-1] if scene.said else "the run says why")
        said.refuse(f"Nothing was changed: {why}.", about="unmade", state=why)
        return not scene.failed
    said.react("rocket")
    text = (
        f"This pull request proposes a waiver until {wish.until} now, in place of the move. It "
        "counts once somebody who may has merged it."
    )
    said.reply(text, about="kept", state=f"{wish.until} {wish.reason}")
    return True


def _scene(job: KeepJob, item: Item) -> Scene:
    """Return what the audit's step works on, for one pull request."""
    actions = job.actions
    community = load_community(job.options)
    return Scene(
        options=job.options,
        community=community,
        report=Report(job.now.date(), (), (), (), {}),
        history=History(),
        before=History(),
        now=job.now,
        repository=job.repository,
        items=OurItems([item]),
        outbox=GitHubOutbox(job.repository, actions.run_url),
        branch=default_branch(actions),
        server_url=actions.server_url,
        run_url=actions.run_url,
    )


def _found(scene: Scene, item: Item, asked: Request) -> tuple[Holder, KeepWish] | str:
    """Return whom the pull request moves and what is asked about them, or why that is refused."""
    key = item.marker.key
    for programme in scene.community.programmes:
        if not key.startswith(prefix_of(programme.name)):
            continue
        today = scene.options.day(programme)
        wish = read_keep(asked.text, today)
        if isinstance(wish, str):
            return wish
        holder = term_ends(programme, today).ended.get(key)
        if programme.roster.unread is not None or holder is None:
            return _NOT_DUE
        return _why_not_theirs(holder, wish) or (holder, wish)
    return _NOT_DUE


def _why_not_theirs(holder: Holder, wish: KeepWish) -> str | None:
    """Return why a command is not about whom the pull request moves; None where it is."""
    if wish.login is None:
        return _UNNAMED if len(holder.handles) == 1 else None
    if not holder.handles:
        return _NO_ACCOUNT
    theirs = {each.casefold() for each in holder.handles}
    return None if wish.login.casefold() in theirs else _OTHER
