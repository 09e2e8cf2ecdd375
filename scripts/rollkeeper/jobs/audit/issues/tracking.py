"""The step that keeps one issue for each programme: what stands in it is the true state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from rollkeeper.forge.client import name_of
from rollkeeper.forge.items import Item, OurItems
from rollkeeper.forge.outbox import IssuesDisabledError, Outbox
from rollkeeper.grammar.bodies import Body, Marker, digest_of, safe_key, text_in
from rollkeeper.grammar.escaping import markdown_message, markdown_text
from rollkeeper.grammar.masking import masked
from rollkeeper.grammar.wording import cut
from rollkeeper.jobs.audit.issues.content import IssueContent, ProgrammeNight, content_of
from rollkeeper.jobs.audit.issues.decision import IssueAction, IssueDecision, IssueState, decide
from rollkeeper.jobs.audit.issues.memory import Memory, remembered, written
from rollkeeper.jobs.audit.issues.nights import programme_nights
from rollkeeper.jobs.audit.issues.text import Links, clean_text, text_of, title_of
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.folders import folder_in_repository

KIND = "audit"
OF_ALL = ""
"""The key of the issue that there was for all programmes at once."""
_FAILED = "The audit failed before it could report anything on"
_NOTHING_KNOWN = digest_of(_FAILED)
"""The fingerprint of the issue that says that, where there was none to say it in."""
NO_ISSUES = (
    "This repository has no issues, so the summary of this run has it all: switch them on under "
    "Settings, General, Features, Issues"
)


def keep_issues(scene: Scene) -> None:
    """Bring the issue of each programme up to date, and close those that have no programme."""
    programmes = scene.community.programmes
    nights = programme_nights(
        scene.community, scene.report, scene.history, scene.now.date(), scene.sections
    )
    known = [safe_key(each.name) for each in programmes]
    alone = len(known) == 1 and not scene.options.programmes
    nights = tuple(replace(night, unfinished=scene.failed) for night in nights)
    kept = [_keep_issue(scene, night, takes_over=alone) for night in nights]
    if not scene.options.programmes:
        _close_others(scene, known, [number for number in kept if number])


def _keep_issue(scene: Scene, night: ProgrammeNight, *, takes_over: bool) -> int:
    """Decide about one issue and carry that out; return its number, 0 where none is open.

    Where it `takes_over`, an open one for all programmes is its own.
    """
    key = safe_key(night.name)
    item = scene.item(KIND, key)
    if item is None and takes_over:
        old = scene.item(KIND, OF_ALL)
        item = old if old is not None and old.is_open else None
    state = None if item is None else _state(item)
    content = content_of(night, None if state is None else state.memory)
    decision = decide(content, state, scene.now)
    if item is not None:
        scene.remember(Marker(KIND, key, content.digest), item.number)
    if decision.action is IssueAction.LEAVE:
        return item.number if item is not None and item.is_open else 0
    try:
        number = _carry_out(scene, content, decision, item)
    except IssuesDisabledError:
        if NO_ISSUES not in scene.said:
            scene.fail(NO_ISSUES)
        scene.summary.append(f"## {markdown_text(title_of(night))}\n\n{_text(scene, content)}")
        return 0
    scene.remember(Marker(KIND, key, content.digest), number)
    shown = f" (#{number})" if number else ""
    scene.say(f"The issue “{cut(title_of(night))}”{shown} is {decision.action}")
    return 0 if decision.action is IssueAction.CLOSE else number


def _state(item: Item) -> IssueState:
    return IssueState(
        item.is_open,
        item.marker.digest,
        remembered(item.body),
        declined=item.not_planned,
        closed_at=item.closed_at,
    )


def _carry_out(
    scene: Scene, content: IssueContent, decision: IssueDecision, item: Item | None
) -> int:
    """Write what was decided; return the number of the issue, 0 where none was opened after all.

    A comment comes before the change that it is about: a run that is ended in between finds the
    issue as it was, decides the same, and finds that it has commented.
    """
    outbox, night = scene.outbox, content.night
    marker = Marker(KIND, safe_key(night.name), content.digest)
    if item is None or decision.action is IssueAction.SUCCEED:
        content = content_of(night, None)
        earlier = None if item is None else item.number
        text = text_of(content, _links(scene, earlier))
        return outbox.create_issue(title_of(night), Body(marker, text))
    content = replace(content, memory=decision.memory)
    if decision.comment:
        outbox.comment_once(item.number, decision.comment_key, decision.comment)
    title = title_of(night) if item.marker.key == OF_ALL else None
    if decision.action is IssueAction.CLOSE:
        body = Body(marker, clean_text(content, _links(scene)), item.body)
        outbox.edit_issue(item.number, title=title, body=body, state="closed", reason="completed")
        return item.number
    around = len(Body(marker, "", item.body).whole())
    body = Body(marker, text_of(content, _links(scene), around), item.body)
    if decision.action is IssueAction.REOPEN:
        outbox.edit_issue(item.number, title=title, body=body, state="open", reason="reopened")
    else:
        outbox.edit_issue(item.number, title=title, body=body)
    return item.number


def _text(scene: Scene, content: IssueContent) -> str:
    """Return the text without what it remembers, for people to read elsewhere."""
    return text_of(content, _links(scene)).partition("\n")[2]


def _links(scene: Scene, earlier: int | None = None) -> Links:
    files = f"{scene.server_url}/{name_of(scene.repository)}/blob/{quote(scene.branch)}"
    folder = folder_in_repository(scene.root)
    proposed = scene.item("repairs", "all")
    there = proposed is not None and proposed.is_open
    repairs = scene.numbers.get("repairs:all", proposed.number if proposed and there else None)
    return Links(f"{files}/{quote(folder)}" if folder else files, scene.run_url, earlier, repairs)


def _close_others(scene: Scene, known: Sequence[str], kept: Sequence[int]) -> None:
    """Close the issues of programmes that are gone, and that of all programmes at once.

    `kept` are the issues that are open for the programmes that are `known`.
    """
    there = ", ".join(f"#{number}" for number in kept)
    named = f"What needs attention is in {there}." if there else "Nothing needs attention."
    for item in _open_others(scene, known):
        if item.marker.key == OF_ALL and item.marker.digest == _NOTHING_KNOWN:
            comment = f"The audit of {scene.now.date()} left a result again. {named}"
            key, text = "known", f"The audit of {scene.now.date()} left a result again."
        elif item.marker.key == OF_ALL:
            comment = f"Each programme has an issue of its own. {named}"
            key, text = "replaced", "Each programme has an issue of its own: see the comments."
        else:
            programme = f"`{item.marker.key}`"
            comment = f"There is no policy {programme} any more, so this issue is closed."
            key, text = "gone", f"There is no policy {programme} any more ({scene.now.date()})."
        memory = replace(remembered(item.body) or Memory(), closed=True, insisted=False)
        body = Body(item.marker, f"{written(memory)}\n{text}", item.body)
        scene.outbox.comment_once(item.number, f"{key}-{memory.spell}", comment)
        scene.outbox.edit_issue(item.number, body=body, state="closed", reason="completed")
        scene.say(f"The issue #{item.number} is closed: {text}")


def _open_others(scene: Scene, known: Sequence[str]) -> Iterator[Item]:
    for item in scene.items.of_kind(KIND):
        if item.is_open and not item.is_pull_request and item.marker.key not in known:
            taken_over = item.marker.key == OF_ALL and item.number in scene.numbers.values()
            if not taken_over:
                yield item


def say_nothing_known(
    items: OurItems, outbox: Outbox, why: str, day: date, run_url: str | None = None
) -> Sequence[int]:
    """Say in the open issues that an audit left nothing to act on; return their numbers.

    What stood in them is kept, and the next audit that leaves a result replaces it. Those that say
    so already are left alone. Where none is open one is opened, which the next audit closes.
    Raises IssuesDisabledError.
    """
    note = f"> **{_FAILED} {day}**: {markdown_message(masked(why))}"
    note += f". [The log of the run]({run_url}) says more." if run_url else ""
    issues = [each for each in items.of_kind(KIND) if each.is_open and not each.is_pull_request]
    if not issues:
        text = f"{note}\n\nNothing is known about the rosters until this is corrected.\n"
        body = Body(Marker(KIND, OF_ALL, _NOTHING_KNOWN), text)
        return [outbox.create_issue("The rosters could not be audited", body)]
    told = []
    for item in issues:
        text = text_in(item.body)
        if _FAILED not in text:
            first, _, rest = text.partition("\n")
            said = f"{first}\n{note}\n>\n> What stood here before is kept.\n\n{rest}"
            marker = replace(item.marker, digest=digest_of(f"{item.marker.digest} {_FAILED}"))
            outbox.edit_issue(item.number, body=Body(marker, said, item.body))
            told.append(item.number)
    return told
