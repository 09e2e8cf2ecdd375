"""Publish a verdict on its pull request: comment, labels, suggestions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rollkeeper.forge import comments, labels, reviews
from rollkeeper.forge.client import Repository, refusal_of
from rollkeeper.forge.comment_turns import Turn, post_patiently
from rollkeeper.forge.comments import CommentContent, Marker
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.loading.git import revision
from rollkeeper.model.change import PullRequest
from rollkeeper.model.limits import MAX_COMMENT
from rollkeeper.model.line_edit import Suggestion
from rollkeeper.model.verdict import Verdict
from rollkeeper.reports import pull_request as report
from rollkeeper.reports import sentences as words
from rollkeeper.reports.json import verdict as verdict_json
from rollkeeper.reports.pull_request import ReportContext

_TURN = re.compile(r"\[(\d{1,18}),(\d{1,18})\]")


@dataclass(frozen=True, slots=True)
class Run:
    """The run that comments: its number and attempt, which rise, and the commit that it runs."""

    number: int
    attempt: int
    base: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], root: Path) -> Run:
        """Read what GitHub says of this run; `root` is its checkout."""
        number, attempt = (environ.get(f"GITHUB_RUN_{name}", "0") for name in ("ID", "ATTEMPT"))
        return cls(int(number), int(attempt), revision(root))


@dataclass(frozen=True, slots=True)
class VerifyOutput:
    """What the job that checked passed on, read as untrusted input.

    Where there is no verdict, `verdict` is how that job ended, and `problem` says what was wrong.
    """

    verdict: Verdict | str
    turn: Turn | None
    problem: str = ""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> VerifyOutput:
        """Read VERDICT, TURN and RESULT."""
        found = _TURN.fullmatch(environ.get("TURN", ""))
        turn = Turn(int(found[1]), int(found[2])) if found else None
        try:
            return cls(verdict_json.read(environ.get("VERDICT", "")), turn)
        except ReportError as error:
            problem = f"There is no readable verdict: {error}. "
            return cls(environ.get("RESULT", ""), turn, problem)

    def about(self, pull_request: PullRequest) -> VerifyOutput:
        """Return it if it is about the pull request that GitHub names, or else a failure."""
        there = self.verdict
        key = (pull_request.number, pull_request.head_sha)
        if isinstance(there, Verdict) and (there.number, there.head) != key:
            problem = "The verdict is about another pull request or commit than the run. "
            return VerifyOutput("failure", self.turn, problem)
        return self


def publish(
    repository: Repository,
    where: ReportContext,
    about: tuple[PullRequest, Run],
    output: VerifyOutput,
) -> str:
    """Bring comment, labels and review up to date with the verdict; return what was done.

    Raises GithubException where GitHub refuses the comment, and BusyError where its turn never
    came.
    """
    pull_request, run = about
    verdict, turn = output.verdict, output.turn
    number = pull_request.number
    content = _content(where, pull_request, run, verdict)
    decision = post_patiently(repository, number, content, turn)
    if decision.newer:
        return "A newer run has updated the comment."
    passed: bool | None = None
    offered: tuple[Suggestion, ...] = ()
    if isinstance(verdict, Verdict):
        passed, offered = verdict.passed, verdict.suggestions
    done = ["The comment is up to date."]
    change = labels.label_change(passed=passed, labels=pull_request.labels)
    done += _try("labels", lambda: labels.change_labels(repository, number, change))
    review = reviews.review_for(pull_request.head_sha, offered, decision.before)
    if review is not None:
        done += _try("review", lambda: reviews.post_review(repository, number, review))
    return " ".join(done)


def _content(
    where: ReportContext, pull_request: PullRequest, run: Run, verdict: Verdict | str
) -> CommentContent:
    marker = Marker(
        run=run.number,
        attempt=run.attempt,
        head=pull_request.head_sha,
        base=run.base,
        day=0,
        done=isinstance(verdict, Verdict),
    )
    if not isinstance(verdict, Verdict):
        broken = report.render_broken(pull_request.head_sha, where, verdict)
        return CommentContent(marker, lambda _: broken)
    found = comments.remembered(words.open_findings(verdict.report))
    marker = replace(
        marker, base=verdict.base, day=verdict.day, found=found, reviewed=bool(verdict.suggestions)
    )
    room = MAX_COMMENT - len(marker.line())
    return CommentContent(
        marker, lambda fixed: report.render(verdict, where, fixed=fixed, limit=room)
    )


def _try(what: str, act: Callable[[], None]) -> list[str]:
    """Do what the report can do without: where GitHub refuses it, the log says so."""
    status = refusal_of(act)
    return [] if status is None else [f"GitHub refused the {what} ({status})."]
