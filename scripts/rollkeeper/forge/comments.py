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

from rollkeeper.forge.tracking_issue import BOT
from rollkeeper.model.limits import MAX_REMEMBERED
from rollkeeper.model.report import Finding

_MARKER = re.compile(r"<!-- rollkeeper:pull-request (\{[^\n]*?\}) -->\n")
_RULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY = re.compile(r"[0-9a-f]{12}:[a-z0-9]+(?:-[a-z0-9]+)*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_NUMBERS = ("run", "attempt", "day", "hold")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a comment says about itself: digits, commits and the ids of rules, and nothing else.

    `hold` is whose turn it is to write, as in `comment_turns`; `found` are the findings that the
    comment reports, so that the next run can say which are gone. `day` is the day by which terms
    and waivers were judged, such as 20261121, and 0 where that is not known.
    """

    run: int
    attempt: int
    head: str
    base: str
    day: int
    done: bool
    reviewed: bool = False
    hold: int = 0
    found: tuple[str, ...] = ()

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
            "found": list(self.found),
        }
        return f"<!-- rollkeeper:pull-request {json.dumps(data, separators=(',', ':'))} -->\n"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as GitHub lists it."""

    id: int
    author: str
    body: str


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

    A `body` of None leaves all as it is. `before` is the comment's marker until then. `newer` means
    that the comment shows what another, newer run found.
    """

    body: str | None = None
    id: int | None = None
    doubles: tuple[int, ...] = ()
    before: Marker | None = None
    newer: bool = False


def ours(comments: Iterable[Comment]) -> list[tuple[Comment, Marker]]:
    """Return our comments and their markers, the oldest first.

    Anyone can copy a marker: only a comment that the bot wrote, and that begins with it, is ours.
    """
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
    pairs = ours(comments)
    if not pairs:
        return CommentDecision(_body(content, None, hold or 0))
    keep, kept = pairs[0]
    newest, newest_marker = max(pairs, key=lambda pair: pair[1].stamp)
    doubles = tuple(comment.id for comment, _ in pairs[1:])
    turn = kept.hold if hold is None else hold
    if newest_marker.stamp < content.marker.stamp:
        body = _body(content, newest_marker, turn)
        return CommentDecision(body, keep.id, doubles, newest_marker)
    newer = newest_marker.stamp > content.marker.stamp
    if hold is None and not doubles:
        return CommentDecision(newer=newer)
    text = _MARKER.sub("", _lines(newest.body), count=1)
    body = replace(newest_marker, hold=turn).line() + text
    return CommentDecision(body, keep.id, doubles, newest_marker, newer)


def is_current(marker: Marker, head: str, base: str, day: int) -> bool:
    """Return whether the comment is already about these commits and this day, from a whole run.

    The base decides about code and policies, the day about terms and waivers.
    """
    return marker.done and (marker.head, marker.base, marker.day) == (head, base, day)


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
    keys = data.get("found")
    if not all(type(number) is int and number >= 0 for number in numbers):
        return None
    if not all(isinstance(commit, str) and _COMMIT.fullmatch(commit) for commit in commits):
        return None
    if not isinstance(keys, list) or len(keys) > MAX_REMEMBERED:
        return None
    if not all(isinstance(key, str) and _KEY.fullmatch(key) for key in keys):
        return None
    return Marker(
        **{name: data[name] for name in (*_NUMBERS, "head", "base")},
        done=bool(data["done"]),
        reviewed=bool(data["reviewed"]),
        found=tuple(keys),
    )


def _body(content: CommentContent, before: Marker | None, hold: int) -> str:
    marker = replace(content.marker, hold=hold)
    if before is None:
        return marker.line() + content.text({})
    if not marker.done:
        # Nothing is known of what was found before: the next run is to compare with that.
        marker = replace(marker, found=before.found)
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
