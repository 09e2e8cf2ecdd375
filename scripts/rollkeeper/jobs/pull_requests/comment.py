"""Publish a verdict: the commit status, and on a pull request the comment, labels, suggestions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rollkeeper.forge import comments, labels, pull_requests, reviews, statuses
from rollkeeper.forge.client import Repository, refusal_of
from rollkeeper.forge.comment_turns import post_patiently
from rollkeeper.forge.comments import CommentContent, CommentDecision, Marker
from rollkeeper.forge.labels import LabelChange, change_labels
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.pull_requests.target import Target
from rollkeeper.model.change import PullRequest
from rollkeeper.model.commit_status import State
from rollkeeper.model.limits import MAX_COMMENT, MAX_REMOVALS
from rollkeeper.model.line_edit import Suggestion
from rollkeeper.model.verdict import Verdict
from rollkeeper.reports import pull_request as report
from rollkeeper.reports import sentences as words
from rollkeeper.reports.json import verdict as verdict_json
from rollkeeper.reports.pull_request import ReportContext

_UNKNOWN = "0" * 40
"""The commit whose policies judged, where none did."""
_MISSING = 404
_ROOM_FOR_ID = 40
"""Characters that the comment's id and the turn may add to its marker."""


@dataclass(frozen=True, slots=True)
class Run:
    """The run that comments: its number and attempt, which rise."""

    number: int
    attempt: int

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Run:
        """Read what GitHub says of this run."""
        number, attempt = (environ.get(f"GITHUB_RUN_{name}", "0") for name in ("ID", "ATTEMPT"))
        return cls(int(number), int(attempt))


@dataclass(frozen=True, slots=True)
class VerifyOutput:
    """What the job that checked passed on, read as untrusted input.

    Where there is no verdict, `verdict` is how that job ended, and `problem` says what was wrong.
    """

    verdict: Verdict | str
    problem: str = ""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> VerifyOutput:
        """Read VERDICT and RESULT."""
        try:
            return cls(verdict_json.read(environ.get("VERDICT", "")))
        except ReportError as error:
            problem = f"There is no readable verdict: {error}. "
            return cls(environ.get("RESULT", ""), problem)

    def about(self, target: Target) -> VerifyOutput:
        """Return it if it is about the commit that the report began with, or else a failure."""
        there = self.verdict
        if isinstance(there, Verdict) and (there.number, there.head) != (
            target.number,
            target.head,
        ):
            problem = "The verdict is about another pull request or commit than the run. "
            return VerifyOutput("failure", problem)
        return self


def publish(
    repository: Repository, where: ReportContext, target: Target, run: Run, output: VerifyOutput
) -> str:
    """Set the status, and bring comment, labels and review up to date; return what was done.

    The status is set whatever becomes of the comment, except where a newer run has reported on the
    same commit. Raises GithubException where GitHub refuses the status or the comment, and
    BusyError where the turn to write the comment never came.
    """
    verdict = output.verdict
    found = pull_requests.find(repository, target.number) if target.pull_request else None
    if found is None or found.pull_request.head_sha != target.head:
        _set_status(repository, target, verdict, where.run_url)
        return "The status is set. No open pull request has this commit as its head."
    there = found.pull_request
    if isinstance(verdict, Verdict) and not verdict.concerned and target.turn is None:
        _set_status(repository, target, verdict, where.run_url)
        return "The status is set. The pull request changes nothing of the rosters."
    decision: CommentDecision | None = None
    try:
        approvals, done = _revoke(repository, target, verdict)
        content = _content(where, target, run, verdict, approvals)
        if _labels_were_added(target, there):
            # Who added a label since has not seen this list of removals, and does not approve it.
            content = replace(content, marker=replace(content.marker, removed=()))
        decision = post_patiently(repository, target.number, content, target.turn)
    finally:
        if decision is None or not _is_superseded(decision, target):
            address = _address(where, target, decision)
            _set_status(repository, target, verdict, address)
    if decision.newer:
        return "A newer run has updated the comment."
    done.insert(0, "The comment and the status are up to date.")
    passed, offered = _outcome(verdict)
    change = labels.label_change(passed=passed, labels=there.labels)
    done += _try("labels", lambda: labels.change_labels(repository, target.number, change))
    review = reviews.review_for(target.head, offered, decision.before, target.rosters)
    if review is not None:
        done += _try("review", lambda: reviews.post_review(repository, target.number, review))
    return " ".join(done)


def _set_status(
    repository: Repository, target: Target, verdict: Verdict | str, address: str | None
) -> None:
    state, text = status_of(verdict)
    statuses.set_status(repository, target.head, state, text, address, context=target.context)


def status_of(verdict: Verdict | str) -> tuple[State, str]:
    """Return what the status says of a verdict; where there is none, of how its job ended."""
    if isinstance(verdict, Verdict):
        state = State.SUCCESS if verdict.passed else State.FAILURE
        description = report.headline(verdict)
    else:
        state, description = State.ERROR, report.broken(verdict)
    return state, description[:1].upper() + description[1:]


def _address(where: ReportContext, target: Target, decision: CommentDecision | None) -> str | None:
    """Return what the status links to: the comment, or the run where there is none."""
    if decision is None or decision.id is None:
        return where.run_url
    return where.comment(target.number, decision.id)


def _is_superseded(decision: CommentDecision, target: Target) -> bool:
    """Return whether a newer run has reported on the same commit."""
    before = decision.before
    return decision.newer and before is not None and before.head == target.head


def _revoke(
    repository: Repository, target: Target, verdict: Verdict | str
) -> tuple[tuple[str, ...], list[str]]:
    """Take off the approving labels that cover too little; return those that stay, and refusals.

    This comes before the comment is written: the comment remembers which labels were there.
    """
    revoked = set(verdict.revoked) if isinstance(verdict, Verdict) else set()
    stay, done = list(target.approvals), list[str]()
    for label in target.approvals:
        if label in revoked:
            change = LabelChange(remove=(label,))
            status = refusal_of(partial(change_labels, repository, target.number, change))
            if status in {None, _MISSING}:
                stay.remove(label)
            else:
                done.append(f"GitHub refused to take off a label ({status}).")
    return tuple(stay), done


def _labels_were_added(target: Target, there: PullRequest) -> bool:
    """Return whether the pull request has labels that it had not when the report began."""
    known = target.pull_request.labels if target.pull_request else ()
    return not {*known, *target.approvals}.issuperset(there.labels)


def _outcome(verdict: Verdict | str) -> tuple[bool | None, tuple[Suggestion, ...]]:
    """Return whether a pull request passed, None where no label says so, and what is suggested."""
    if not isinstance(verdict, Verdict):
        return None, ()
    if verdict.passed and (verdict.governing or not verdict.touched):
        return None, verdict.suggestions
    return verdict.passed, verdict.suggestions


def _content(
    where: ReportContext,
    target: Target,
    run: Run,
    verdict: Verdict | str,
    approvals: Sequence[str],
) -> CommentContent:
    approved = target.pull_request.approved if target.pull_request and approvals else frozenset()
    marker = Marker(
        run=run.number,
        attempt=run.attempt,
        head=target.head,
        base=_UNKNOWN,
        day=0,
        done=isinstance(verdict, Verdict),
        branch=comments.branch_key(target.base_ref),
        labels=comments.labels_key(approvals),
        approved=tuple(sorted(approved)),
    )
    if not isinstance(verdict, Verdict):
        text = report.render_broken(target.head, where, verdict)
        return CommentContent(marker, lambda _: text)
    marker = replace(
        marker,
        base=verdict.base,
        day=verdict.day,
        found=comments.remembered(words.open_findings(verdict.report)),
        removed=verdict.report.removals[:MAX_REMOVALS],
        reviewed=bool(verdict.suggestions),
    )
    room = MAX_COMMENT - len(marker.line()) - _ROOM_FOR_ID
    return CommentContent(
        marker, lambda fixed: report.render(verdict, where, fixed=fixed, limit=room)
    )


def _try(what: str, act: Callable[[], None]) -> list[str]:
    """Do what the report can do without: where GitHub refuses it, the log says so."""
    status = refusal_of(act)
    return [] if status is None else [f"GitHub refused the {what} ({status})."]
