"""The branch on which the history is: texts under names, read and written with git.

Nothing is ever forced. A commit is made on top of what is there, and pushed; where another run was
quicker, its commit is fetched, the texts are made again on top of it, and pushed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from rollkeeper.forge.bot import BOT, BOT_EMAIL, SIGNED_OFF
from rollkeeper.forge.pushing import overtaken, refused
from rollkeeper.grammar.wording import cut

BRANCH = "rollkeeper-history"
_REF = f"refs/heads/{BRANCH}"
_NEXT = "refs/heads/next"
NO_BRANCH = "couldn't find remote ref"
"""What git says where there is no such branch."""
_TRIALS = 5
_MOST_SAID = 300

Texts = Mapping[str, str]
Make = Callable[[Texts], tuple[Texts, str]]
"""Makes the texts that are to be there from those that are, and the message of their commit."""
CarryOut = Callable[[str, Callable[[], None]], None]
"""Gets a commit and what pushes it, and does so unless it is only to be said."""


class GitFailedError(Exception):
    """Git failed; the message is the last that it said of it."""


class Git(Protocol):
    """Runs git in a repository of its own, and returns what it writes; raises GitFailedError."""

    def __call__(self, *arguments: str, data: str = "") -> bytes:
        """Run git with `data` on its standard input."""


class HistoryUnavailableError(Exception):
    """The branch could not be read, though it may be there; the message says why."""


class HistoryRefusedError(Exception):
    """GitHub does not take the history; the message names the setting and what to do."""


@dataclass(frozen=True, slots=True)
class HistoryBranch:
    """The branch at a remote, seen from a repository that `git` runs in."""

    git: Git
    remote: str

    def head(self) -> str | None:
        """Fetch the newest commit and return it; None where there is no branch.

        Raises HistoryUnavailableError where that cannot be known.
        """
        try:
            self.git("fetch", "--quiet", "--no-tags", "--depth=1", self.remote, _REF)
        except GitFailedError as error:
            if NO_BRANCH in str(error):
                return None
            raise _unavailable(error) from error
        return self._commit_at("FETCH_HEAD")

    def _commit_at(self, name: str) -> str:
        return self.git("rev-parse", name).decode().strip()

    def texts(self, head: str, names: Iterable[str], most: int) -> dict[str, str]:
        """Return those of the files at a commit that are there and have `most` bytes at most.

        Raises HistoryUnavailableError.
        """
        wanted = tuple(names)
        try:
            listed = self.git("ls-tree", "-l", "-z", "--full-tree", head, "--", *wanted)
            return {
                path: self.git("cat-file", "blob", f"{head}:{path}").decode(errors="replace")
                for path in _files(listed.decode(errors="replace"), most)
                if path in wanted
            }
        except GitFailedError as error:
            raise _unavailable(error) from error

    def commit(self, head: str | None, texts: Texts, message: str) -> str | None:
        """Return a commit with the texts on top of one; None where they are all there already.

        What else is there stays; what is in the way of a text gives way.
        """
        said = f"{message}\n\n{SIGNED_OFF}\n"
        stream = [
            f"commit {_NEXT}",
            f"committer {BOT} <{BOT_EMAIL}> now",
            _data(said),
            *([f"from {head}"] if head else []),
        ]
        for name, text in sorted(texts.items()):
            stream += [f"M 100644 inline {name}", _data(text)]
        try:
            options = ("--quiet", "--force", "--date-format=now")
            self.git("fast-import", *options, data="\n".join(stream))
            if head and self._commit_at(f"{head}^{{tree}}") == self._commit_at(f"{_NEXT}^{{tree}}"):
                return None
            return self._commit_at(_NEXT)
        except GitFailedError as error:
            raise _unavailable(error) from error

    def push(self, commit: str) -> bool:
        """Push a commit; return whether it was taken, and not overtaken by another.

        Raises HistoryRefusedError.
        """
        try:
            self.git("push", "--quiet", self.remote, f"{commit}:{_REF}")
        except GitFailedError as error:
            remedy = f"leave `{BRANCH}` out of the rules for branches (Settings, Rules)"
            why = refused(str(error), BRANCH, remedy)
            if why is None and overtaken(str(error)):
                return False
            message = why or f"git could not push to `{BRANCH}`: {cut(str(error), _MOST_SAID)}"
            raise HistoryRefusedError(message) from error
        return True

    def keep(
        self,
        names: Iterable[str],
        make: Make,
        carry_out: CarryOut,
        most: int,
    ) -> None:
        """Bring the texts on the branch up to date; `carry_out` does a push, or says it only.

        Raises HistoryUnavailableError, and HistoryRefusedError, also where others are quicker time
        and again.
        """
        wanted = tuple(names)
        for _ in range(_TRIALS):
            head = self.head()
            there = {} if head is None else self.texts(head, wanted, most)
            commit = self.commit(head, *make(there))
            if commit is None:
                return
            if self._pushed(commit, carry_out):
                return
        message = f"others pushed to `{BRANCH}` before this run could, {_TRIALS} times in a row"
        raise HistoryRefusedError(message)

    def _pushed(self, commit: str, carry_out: CarryOut) -> bool:
        """Push, or say that one would; return whether nobody was quicker."""
        taken: list[bool] = []
        carry_out(commit, lambda: taken.append(self.push(commit)))
        return taken != [False]


def _files(listed: str, most: int) -> Iterator[str]:
    """Return the names of what git lists as files that are not too large."""
    for record in listed.split("\0")[:-1]:
        about, _, path = record.partition("\t")
        _, kind, _, size = about.split()
        if kind == "blob" and int(size) <= most:
            yield path


def _data(text: str) -> str:
    """Return a text as a stream of commits has it: its length in bytes before it."""
    return f"data {len(text.encode())}\n{text}"


def _unavailable(error: GitFailedError) -> HistoryUnavailableError:
    message = f"the branch `{BRANCH}` could not be read: {cut(str(error), _MOST_SAID)}"
    return HistoryUnavailableError(message)
