"""The result of checking a pull request, which one job passes to the one that comments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rollkeeper.model.line_edit import Suggestion
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Report


class UncheckedReason(StrEnum):
    """Why a file of a pull request was not checked."""

    LINK = "link"
    SUBMODULE = "submodule"
    EXECUTABLE = "executable"
    TOO_LARGE = "too-large"
    NAME = "name"
    GONE = "gone"
    MALFORMED = "malformed"
    TOO_MUCH = "too-much"
    UNRELATED = "unrelated"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class UncheckedFile:
    """A file of the rosters that the pull request touches and that was not checked.

    The path is `*` where the reason is about the pull request as a whole.
    """

    path: str
    why: UncheckedReason


@dataclass(frozen=True, slots=True)
class Verdict:
    """A pull request's number and commits, the report about it, and what was left unchecked.

    `number` is 0 where there is no pull request, as in a merge queue. `base` is the default
    branch's commit whose code and policies judged, and `day` rises with the days by which they did.
    `outside` counts the files that it touches and that belong to no roster, and `governing` names
    those among them that decide how rosters are judged: policies, schemas, scripts and workflows;
    there are `more_governing` besides.
    `drawn` are the logos of which previews were made. `touched` says whether it touches a
    file of the rosters. `revoked` are the labels whose approval does not cover what is removed.
    """

    number: int
    head: str
    base: str
    day: int
    report: Report
    unchecked: tuple[UncheckedFile, ...] = ()
    outside: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    drawn: tuple[str, ...] = ()
    governing: tuple[str, ...] = ()
    more_governing: int = 0
    touched: bool = True
    revoked: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything was checked that should have been."""
        report = self.report
        looked = bool(report.ran and report.programmes)
        return looked and report.incomplete is None and not self.unchecked

    @property
    def passed(self) -> bool:
        """Whether everything was checked and no error found."""
        return self.whole and not self.report.count(Severity.ERROR)

    @property
    def concerned(self) -> bool:
        """Whether there is anything to say to the author of the pull request."""
        return self.touched or bool(self.governing) or not self.passed
