"""Moves to the alumni: when a term and the days of grace are over, a pull request for each person.

It waits for objections until a day that it names, and is then marked as ready: a person merges it.
Who is kept by a comment gets a waiver in its place; see `jobs/pull_requests/keep.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from rollkeeper.fixing.fields import FieldEditError, as_alumni
from rollkeeper.fixing.waivers import NewWaiver, WaiverEditError, with_waivers
from rollkeeper.forge.bot_pull_request import bot_pull_requests
from rollkeeper.forge.client import request
from rollkeeper.forge.items import LABEL, Item, item_by_number
from rollkeeper.grammar.bodies import facts_line
from rollkeeper.jobs.audit.issues.content import IssueSection
from rollkeeper.jobs.audit.proposals import BotProposal, keep
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.audit.terms.alumni_text import (
    BY_HAND,
    READY,
    Keep,
    Move,
    by_hand_text,
    decide,
    move_in,
    ready_text,
    text,
    title,
)
from rollkeeper.jobs.audit.terms.ends import ENDED, Holder, TermEnds, prefix_of, term_ends
from rollkeeper.loading.community import POLICIES
from rollkeeper.loading.files import read_inside
from rollkeeper.model.limits import MOST_MOVES_A_NIGHT, ROSTER
from rollkeeper.model.roster import Programme

KIND = "alumni"
_FOLDER = "rollkeeper/alumni"


def branch_of(key: str) -> str:
    """Return the branch for the holder of a key."""
    return f"{_FOLDER}/{key}"


def move_to_alumni(scene: Scene) -> None:
    """Bring the pull requests of every programme up to date."""
    opened = 0
    for programme in scene.community.programmes:
        if programme.roster.unread is not None:
            scene.say(f"{programme.name}: nobody is moved, because the roster could not be read")
            continue
        ends = term_ends(programme, scene.options.day(programme))
        if not programme.policy.audit.alumni:
            ends.ended.clear()
        for key, holder in ends.ended.items():
            item = scene.item(KIND, key) or _unlisted(scene, key)
            if item is None and opened >= MOST_MOVES_A_NIGHT:
                scene.say(f"{key}: to be proposed another night, as {opened} were this night")
                continue
            opened += item is None
            propose(scene, holder, item)
        _close_the_others(scene, programme, ends)
    if not scene.options.programmes:
        _close_those_without_programme(scene)


def _unlisted(scene: Scene, key: str) -> Item | None:
    """Return the open pull request about a person that has no label, as a run was ended too soon.

    The day to object that it names stays.
    """
    found = bot_pull_requests(scene.repository, branch_of(key), scene.branch, KIND)
    return found.open


def propose(scene: Scene, holder: Holder, item: Item | None, kept: Keep | None = None) -> bool:
    """Keep the pull request about one person up to date; return whether it could be made.

    `kept` is a new decision to keep them, in place of what was said until now.
    """
    policy = holder.programme.policy
    today = scene.options.day(holder.programme)
    days = policy.audit.objection_days
    said = _said(scene, item, holder)
    move = decide(said, today, days)
    if item is not None and said not in {None, move} and kept is None:
        # A `/keep` may have been carried out since our pull requests were listed.
        item = item_by_number(scene.repository, item.number) or item
        said = _said(scene, item, holder)
        move = decide(said, today, days)
    if kept is not None:
        move = Move(move.objection, move.ready, kept)
    try:
        files = _files(scene, holder, move)
    except (FieldEditError, WaiverEditError) as error:
        scene.say(f"{holder.key}: no pull request, as {error}")
        section = IssueSection(BY_HAND, by_hand_text(holder, str(error)), holder.key)
        scene.sections.setdefault(holder.programme.name, []).append(section)
        return False
    if item is not None and said is not None and move.ready and not said.ready and not move.keep:
        # The comment first: a run that is ended between the two goes on with the rest.
        scene.outbox.comment_once(item.number, f"ready {move.objection}", ready_text(move))
    people = holder.mentioned(scene.history)
    keep(
        scene,
        BotProposal(
            kind=KIND,
            key=holder.key,
            branch=branch_of(holder.key),
            title=title(holder, move),
            text=f"{facts_line(move.facts)}\n{text(holder, move, people)}",
            files=files,
            moot=_MOOT,
            labels=(LABEL, READY) if move.ready or move.keep else (LABEL,),
        ),
    )
    return True


_MOOT = "The roster says it already, so there is nothing left to propose."


def _said(scene: Scene, item: Item | None, holder: Holder) -> Move | None:
    """Return what an open pull request says; if it is gone from its text, by when it was opened."""
    if item is None or not item.is_open:
        return None
    said = move_in(item.body)
    if said is not None:
        return said
    # PyGithub's own method asks for the whole pull request.
    _, data = request(scene.repository, "GET", f"issues/{item.number}")
    opened = datetime.fromisoformat(data["created_at"])
    policy = holder.programme.policy
    day = opened.astimezone(ZoneInfo(policy.timezone)).date()
    return decide(None, day, policy.audit.objection_days)


def _files(scene: Scene, holder: Holder, move: Move) -> Mapping[str, bytes | None]:
    """Return what the pull request changes: the entry's status, or the policy's waivers."""
    programme = holder.programme
    if move.keep is None:
        return {holder.entry.path: as_alumni(scene.root, programme, holder.entry).encode()}
    folder = scene.options.policies or scene.root / POLICIES
    name = PurePosixPath(programme.policy.path).name
    path = Path(os.path.relpath(folder, scene.root), name).as_posix()
    data, why_not = read_inside(scene.root, path, ROSTER["max_bytes"])
    if data is None:
        raise WaiverEditError(why_not)
    keep = move.keep
    waiver = NewWaiver(ENDED, (holder.entry.name,), keep.reason, keep.until, keep.by)
    return {path: with_waivers(data, path, [waiver])}


def _close_the_others(scene: Scene, programme: Programme, ends: TermEnds) -> None:
    """Close the pull requests about those of a programme who are not to be moved any more."""
    for item in scene.items.of_kind(KIND):
        key = item.marker.key
        if item.is_open and key.startswith(prefix_of(programme.name)) and key not in ends.ended:
            why = why_not_any_more(ends, key, scene.options.day(programme))
            branch = branch_of(key)
            keep(scene, BotProposal(KIND, key, branch, item.title, "", {}, why))


def _close_those_without_programme(scene: Scene) -> None:
    names = {prefix_of(each.name) for each in scene.community.programmes}
    for item in scene.items.of_kind(KIND):
        key = item.marker.key
        if item.is_open and f"{key.partition('/')[0]}/" not in names:
            why = "There is no policy for this any more, so there is nothing left to propose."
            keep(scene, BotProposal(KIND, key, branch_of(key), item.title, "", {}, why))


def why_not_any_more(ends: TermEnds, key: str, today: date) -> str:
    """Return the comment with which a pull request is closed that is not needed any more."""
    holder = ends.holders.get(key)
    if holder is None:
        return "The entry is no longer on the roster, so there is nothing left to propose."
    if not holder.entry.active:
        return "The entry is no longer active, so there is nothing left to propose."
    waiver = ends.kept.get(key)
    if waiver is not None:
        return f"A waiver excuses the entry until {waiver.until}, so nothing is proposed for now."
    if holder.end is not None and holder.end >= today:
        return f"The term ends on {holder.end} now, so there is nothing left to propose."
    return "The policy does not ask for this any more."
