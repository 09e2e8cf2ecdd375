"""Which comment about a pull request there should be, given the verdict and what is there now.

Everything here is pure. One comment is kept up to date: it shows what the newest run found, even
when an older one writes last. A marker that no reader sees says which run and which commit it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from rollkeeper.forge.bot import BOT
from rollkeeper.model.limits import MAX_REMEMBERED, MAX_REMOVALS
from rollkeeper.model.report import Finding

_MARKER = re.compile(r"<!-- rollkeeper:pull-request (\{[^\n]*?\}) -->\n")
_RULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY = re.compile(r"[0-9a-f]{12}:[a-z0-9]+(?:-[a-z0-9]+)*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DIGEST = re.compile(r"[0-9a-f]{12}")
_LISTS: Mapping[str, tuple[re.Pattern[str], int]] = {
    "found": (_KEY, MAX_REMEMBERED),
    "removed": (_DIGEST, MAX_REMOVALS),
    "approved": (_DIGEST, MAX_REMOVALS),
}
_NUMBERS = ("run", "attempt", "day", "comment", "hold")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a comment says about itself: digits, commits and the ids of rules, and nothing else.

    `comment` is the comment's own id, 0 until it is known. `hold` is whose turn it is to write, as
    in `comment_turns`; `found` are the findings that the comment reports, so that the next run can
    say which are gone. `day` is the day by which terms and waivers were judged, such as 20261121,
    and 0 where that is not known. `branch` is what `branch_key` makes of the branch to merge into,
    and `labels` what `labels_key` makes of the labels that the rules read. `removed` are the
    entries that the comment says are removed, and `approved` those whose removal a maintainer
    approved, as `Change.removal` writes them.
    """

    run: int
    attempt: int
    head: str
    base: str
    day: int
    done: bool
    reviewed: bool = False
    comment: int = 0
    hold: int = 0
    found: tuple[str, ...] = ()
    branch: str = ""
    labels: str = ""
    removed: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()

    @property
    def stamp(self) -> tuple[int, int]:
        """What rises from run to run."""
        return (self.run, self.attempt)

    def line(self) -> str:
        """Write it as a line of Markdown that no reader sees."""
        data = {
            **{name: getattr(self, name) for name in (*_NUMBERS, "head", "base")},
            "done": int(self.done),
            "reviewed": int(self.reviewed),
            "branch": self.branch,
            "labels": self.labels,
            **{name: list(getattr(self, name)) for name in _LISTS},
        }
        return f"<!-- rollkeeper:pull-request {json.dumps(data, separators=(',', ':'))} -->\n"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as GitHub lists it."""

    id: int
    author: str
    body: str


@dataclass(frozen=True, slots=True)
class Turn:
    """How the reaction on a comment was when it was last read: its id, or 0."""

    comment: int
    hold: int


@dataclass(frozen=True, slots=True)
class CommentContent:
    """What the comment is to say: the marker without what came before, and the text.

    `text` takes how often each rule's findings were fixed since the last run.
    """

    marker: Marker
    text: Callable[[Mapping[str, int]], str]


@dataclass(frozen=True, slots=True)
class CommentDecision:
    """Write `body` into the comment `id`, or into a new one, and remove its `doubles`.

    `unclaimed` is a comment that this run made and that does not know its own id yet. A `body` of
    None leaves all as it is. `before` is the comment's marker until then. `newer` means
    that the comment shows what another, newer run found.
    """

    body: str | None = None
    id: int | None = None
    unclaimed: int | None = None
    doubles: tuple[int, ...] = ()
    before: Marker | None = None
    newer: bool = False


def ours(comments: Iterable[Comment]) -> list[tuple[Comment, Marker]]:
    """Return our comments and their markers, the oldest first.

    Anyone can copy a marker, and another workflow of the repository could be made to repeat what
    someone wrote: only a comment of the bot that begins with a marker with its own id is ours.
    """
    return [pair for pair in _marked(comments) if pair[1].comment == pair[0].id]


def claimed(body: str, comment: int) -> str:
    """Return the body of one of our comments with the id that the comment has got."""
    marker = read_marker(body)
    if marker is None:
        message = "the body does not begin with a marker"
        raise ValueError(message)
    return replace(marker, comment=comment).line() + _MARKER.sub("", _lines(body), count=1)


def _marked(comments: Iterable[Comment]) -> list[tuple[Comment, Marker]]:
    found = [
        (comment, marker)
        for comment in comments
        if comment.author == BOT and (marker := read_marker(comment.body)) is not None
    ]
    return sorted(found, key=lambda pair: pair[0].id)


def decide_comment(
    content: CommentContent, comments: Iterable[Comment], *, hold: int | None = None
) -> CommentDecision:
    """Return what to do so that one comment of ours shows what the newest run found.

    With `hold` the caller has the turn, and the comment has to record it, whatever else it says.
    """
    comments = list(comments)
    pairs = ours(comments)
    if not pairs:
        run = content.marker.run
        marked = _marked(comments)
        made = (each.id for each, marker in marked if (marker.comment, marker.run) == (0, run))
        return CommentDecision(_body(content, None, 0, 0), unclaimed=next(made, None))
    keep, kept = pairs[0]
    newest, newest_marker = max(pairs, key=lambda pair: pair[1].stamp)
    doubles = tuple(comment.id for comment, _ in pairs[1:])
    turn = kept.hold if hold is None else hold
    if newest_marker.stamp < content.marker.stamp:
        body = _body(content, newest_marker, keep.id, turn)
        return CommentDecision(body, keep.id, doubles=doubles, before=newest_marker)
    newer = newest_marker.stamp > content.marker.stamp
    if hold is None and not doubles:
        return CommentDecision(before=newest_marker, newer=newer)
    text = _MARKER.sub("", _lines(newest.body), count=1)
    body = replace(newest_marker, comment=keep.id, hold=turn).line() + text
    return CommentDecision(body, keep.id, doubles=doubles, before=newest_marker, newer=newer)


def is_current(  # noqa: PLR0913 - what a report depends on
    marker: Marker, *, head: str, base: str, branch: str, day: int, labels: str
) -> bool:
    """Return whether the comment is already about this state, from a whole run.

    The base decides about code and policies, the day about terms and waivers.
    """
    there = (marker.head, marker.base, marker.branch, marker.day, marker.labels)
    return marker.done and there == (head, base, branch, day, labels)


def branch_key(name: str) -> str:
    """Return what tells branches apart, and says nothing of their names."""
    return sha256(name.encode()).hexdigest()[:12]


def labels_key(labels: Iterable[str]) -> str:
    """Return what tells sets of labels apart; GitHub compares them without regard to case."""
    names = sorted({label.casefold() for label in labels})
    return sha256(json.dumps(names).encode()).hexdigest()[:12] if names else ""


def remembered(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return what a marker keeps of findings, so that the next run can say which are gone."""
    keys = dict.fromkeys(map(_key, findings))
    return tuple(keys)[:MAX_REMEMBERED]


def fixed(before: Iterable[str], now: Iterable[str]) -> Mapping[str, int]:
    """Count by rule the findings that were there before and are there no more."""
    return Counter(key.partition(":")[2] for key in set(before) - set(now))


def read_marker(body: str) -> Marker | None:
    """Read the marker with which our comments begin; None where there is none that we wrote."""
    found = _MARKER.match(_lines(body))
    try:
        data = json.loads(found[1]) if found else None
    except (ValueError, RecursionError):
        return None
    return _marker(data) if isinstance(data, dict) else None


def _marker(data: Mapping[str, Any]) -> Marker | None:
    numbers = [data.get(name) for name in (*_NUMBERS, "done", "reviewed")]
    commits = [data.get("head"), data.get("base")]
    if not all(type(number) is int and number >= 0 for number in numbers):
        return None
    if not all(isinstance(commit, str) and _COMMIT.fullmatch(commit) for commit in commits):
        return None
    digests = [data.get(name) for name in ("branch", "labels")]
    if not all(isinstance(each, str) and (not each or _DIGEST.fullmatch(each)) for each in digests):
        return None
    if not all(_is_list(data.get(name), *form) for name, form in _LISTS.items()):
        return None
    return Marker(
        **{name: data[name] for name in (*_NUMBERS, "head", "base")},
        done=bool(data["done"]),
        reviewed=bool(data["reviewed"]),
        branch=data["branch"],
        labels=data["labels"],
        found=tuple(data["found"]),
        removed=tuple(data["removed"]),
        approved=tuple(data["approved"]),
    )


def _is_list(keys: object, form: re.Pattern[str], most: int) -> bool:
    return (
        isinstance(keys, list)
        and len(keys) <= most
        and all(isinstance(key, str) and form.fullmatch(key) for key in keys)
    )


def _body(content: CommentContent, before: Marker | None, comment: int, hold: int) -> str:
    marker = replace(content.marker, comment=comment, hold=hold)
    if before is None:
        return marker.line() + content.text({})
    if not marker.done:
        # Nothing new is known: the next run is to compare with what was found before.
        marker = replace(marker, found=before.found, removed=before.removed)
    if before.reviewed and before.head == marker.head:
        marker = replace(marker, reviewed=True)
    gone = fixed(before.found, marker.found)
    return marker.line() + content.text(gone)


def _key(finding: Finding) -> str:
    # What stays the same when the entry moves: the same finding must have the same key again.
    field = tuple(map(str, finding.field))
    subject = finding.entry or finding.path
    text = json.dumps([finding.rule, finding.programme, subject, *field])
    rule = finding.rule if _RULE.fullmatch(finding.rule) else "other"
    return f"{sha256(text.encode()).hexdigest()[:12]}:{rule}"


def _lines(body: str) -> str:
    return body.replace("\r\n", "\n")
