"""The step that keeps one pull request with everything that can be repaired without a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from rollkeeper.forge.accounts import login_of
from rollkeeper.forge.bot_pull_request import WITHDRAWN
from rollkeeper.forge.items import Item
from rollkeeper.grammar.handles import fold
from rollkeeper.grammar.wording import quoted
from rollkeeper.jobs.audit.proposals import BotProposal, keep
from rollkeeper.jobs.audit.repairs.edits import Edit, Night, Rename, forms, moves, renames, repaired
from rollkeeper.jobs.audit.repairs.orphan_logos import orphans
from rollkeeper.jobs.audit.repairs.text import MAX_EDITS, keys_in, text_of
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.model.report import Finding

KIND, KEY = "repairs", "all"
BRANCH = "rollkeeper/repairs"
_TITLE = "Repair the rosters"
_MOOT = "Nothing of this is left to repair."


def repair(scene: Scene) -> None:
    """Propose all repairs that need no decision in one pull request; close it when none is left.

    An audit of some programmes leaves it as it is: the others' repairs are in it as well.
    """
    if scene.options.programmes:
        return
    refused = _refused(scene)
    night = _night(scene)
    findings = [*_renamed(scene, night), *moves(night), *forms(night)]
    rosters = repaired(night, findings, refused, MAX_EDITS)
    deleted = [each for each in orphans(night) if each.key not in refused]
    edits: list[Edit] = [*rosters.edits, *deleted[: MAX_EDITS - len(rosters.edits)]]
    files = {**rosters.files, **{each.path: None for each in edits if each in deleted}}
    keep(scene, BotProposal(KIND, KEY, BRANCH, _TITLE, text_of(edits), files, _MOOT))


def _night(scene: Scene) -> Night:
    current = scene.item(KIND, KEY)
    known: Mapping[str, date] = {}
    if current is not None and current.is_open:
        known = keys_in(current.body)
    return Night(
        options=replace(scene.options, offline=True),
        community=scene.community,
        report=scene.report,
        history=scene.history,
        before=scene.before,
        today=scene.now.date(),
        known=known,
    )


def _refused(scene: Scene) -> frozenset[str]:
    """Return the edits that a person has said no to."""
    items = filter(_is_refusal, scene.items.every(KIND, KEY))
    return frozenset(key for each in items for key in keys_in(each.body))


def _is_refusal(item: Item) -> bool:
    """Return whether a person closed a pull request: one that we closed says so."""
    closed = item.is_pull_request and not item.is_open and not item.merged
    return closed and item.marker.digest != WITHDRAWN


def _renamed(scene: Scene, night: Night) -> Iterator[Finding]:
    """Return the renamed accounts; GitHub is asked for the names that are not proposed yet."""
    asked: dict[int, str | None] = {}
    for each in renames(night):
        if each.key not in night.known and not _is_called(scene, each, asked):
            continue
        yield each.finding


def _is_called(scene: Scene, rename: Rename, asked: dict[int, str | None]) -> bool:
    number = rename.number
    if number not in asked:
        asked[number] = login_of(scene.repository, number)
        if fold(asked[number] or "") != fold(rename.login):
            scene.say(f"the account {number} is not called {quoted(rename.login)}: left as it is")
    return fold(asked[number] or "") == fold(rename.login)
