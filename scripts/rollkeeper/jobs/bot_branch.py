"""A branch of the bot's own: one commit on top of the default branch.

The commit is made with an index of its own: neither the work tree nor what is staged is touched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from subprocess import CalledProcessError

from rollkeeper.forge.bot import BOT, BOT_EMAIL, SIGNED_OFF
from rollkeeper.forge.pushing import overtaken, refused
from rollkeeper.loading.git import prefix, revision, run_git
from rollkeeper.model.change import FileMode

# Git asks for the password when it needs one, so that it is in no argument and in no file.
CREDENTIALS = (
    'credential.helper=!f() { echo username=x-access-token; echo "password=${GITHUB_TOKEN}"; }; f'
)
_NO_BRANCH = "couldn't find remote ref"
_ENGLISH = {"LC_ALL": "C"}
_DIFFERENCE = (
    *("diff-tree", "-r", "-p", "--text", "--full-index", "--no-renames", "--no-color"),
    *("--no-ext-diff", "--no-textconv", "--diff-algorithm=histogram"),
)


class PublishRefusedError(Exception):
    """GitHub does not take what was pushed; the message names the setting and what to do."""


class OvertakenError(Exception):
    """Someone else has moved the branch since it was read."""


@dataclass(frozen=True, slots=True)
class BotCommit:
    """A commit by the bot on top of what is checked out.

    `digest` is the fingerprint of the lines that it changes: where in a file they are, and what
    else is in it, is none of its concern.
    """

    id: str
    tree: str
    digest: str


def commit_files(
    root: Path, files: Mapping[str, bytes | None], title: str, when: datetime
) -> BotCommit:
    """Commit files, None for one that goes, on top of what is checked out in `root`.

    Paths begin there. The same files, title and moment give the same commit.
    """
    with tempfile.TemporaryDirectory(prefix="rollkeeper-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        run_git(root, "read-tree", "HEAD", environment=index)
        entries = "".join(_entries(root, files))
        run_git(
            root, "update-index", "-z", "--index-info", data=entries.encode(), environment=index
        )
        tree = _line(root, "write-tree", environment=index)
    made = _commit(root, tree, "HEAD", message=f"{title}\n\n{SIGNED_OFF}\n", when=when)
    changed = run_git(root, *_DIFFERENCE, "-U0", f"{made}^", made).stdout
    lines = changed.splitlines(keepends=True)
    kept = b"".join(line for line in lines if not line.startswith((b"@@ ", b"index ")))
    return BotCommit(made, tree, sha256(kept).hexdigest())


def patch_of(root: Path, commit: str) -> str:
    """Return what a commit changes as people read it."""
    patch = run_git(root, *_DIFFERENCE, "-U3", f"{commit}^", commit).stdout
    return patch.decode(errors="replace")


def _entries(root: Path, files: Mapping[str, bytes | None]) -> list[str]:
    """Return the lines that put files into an index."""
    top, nothing = prefix(root), "0" * len(revision(root))
    modes = _modes(root, [f"{top}{path}" for path in files])
    entries = []
    for path, data in files.items():
        whole = f"{top}{path}"
        if data is None:
            entries.append(f"0 {nothing}\t{whole}\0")
            continue
        blob = _line(root, "hash-object", "-w", "--stdin", f"--path={path}", data=data)
        entries.append(f"{modes.get(whole, FileMode.PLAIN)} {blob}\t{whole}\0")
    return entries


def _modes(root: Path, paths: list[str]) -> dict[str, str]:
    """Return which files are executable, and stay so."""
    listed = run_git(root, "ls-tree", "-z", "--full-tree", "HEAD", "--", *paths).stdout.decode()
    records = (record.partition("\t") for record in listed.split("\0")[:-1])
    return {
        path: FileMode.EXECUTABLE
        for about, _, path in records
        if about.startswith(FileMode.EXECUTABLE)
    }


def _commit(
    root: Path, tree: str, *parents: str, message: str = "", when: datetime | None = None
) -> str:
    moment = f"@{int(when.timestamp()) if when else 0} +0000"
    who = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", BOT), ("EMAIL", BOT_EMAIL), ("DATE", moment))
    }
    on = [part for parent in parents for part in ("-p", parent)]
    return _line(root, "commit-tree", tree, *on, data=message.encode(), environment=who)


def _line(
    root: Path,
    *arguments: str,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> str:
    return run_git(root, *arguments, data=data, environment=environment).stdout.decode().strip()


@dataclass(frozen=True, slots=True)
class BotBranch:
    """A branch at a remote, which is the bot's alone; `root` is a checkout of the default one."""

    root: Path
    remote: str
    name: str

    def tip(self) -> str | None:
        """Fetch the branch and return the commit that it ends in; None where there is no branch.

        Raises CalledProcessError where git fails for another reason.
        """
        shallow = _line(self.root, "rev-parse", "--is-shallow-repository") == "true"
        depth = ("--depth=2",) if shallow else ()
        where = f"refs/heads/{self.name}"
        fetch = ("fetch", "--quiet", "--no-tags", *depth, self.remote, where)
        try:
            run_git(self.root, "-c", CREDENTIALS, *fetch, environment=_ENGLISH)
        except CalledProcessError as error:
            if _NO_BRANCH in error.stderr.decode(errors="replace"):
                return None
            raise
        return revision(self.root, "FETCH_HEAD")

    def leads_to(self, tip: str, commit: BotCommit) -> bool:
        """Return whether merging the tip of this branch gives what merging the commit would.

        The tip is taken for one commit on top of some state of the default branch. As a checkout
        may lack the history between, commits with the same trees stand in for them.
        """
        if tip == commit.id:
            return True
        names = (f"{tip}^^{{tree}}", "HEAD^{tree}", f"{tip}^{{tree}}")
        found = run_git(self.root, "rev-parse", "--verify", "--quiet", names[0], check=False)
        if found.returncode:
            return False
        base, ours, theirs = (revision(self.root, name) for name in names)
        start = _commit(self.root, base)
        heads = (_commit(self.root, tree, start) for tree in (ours, theirs))
        merge = ("merge-tree", "--write-tree", "--no-messages", *heads)
        merged = run_git(self.root, *merge, check=False)
        return merged.returncode == 0 and merged.stdout.decode().strip() == commit.tree

    def push(self, commit: str, tip: str | None) -> None:
        """Replace the branch, which ended in `tip`, by a commit.

        Raises OvertakenError where it ends in another one by now, PublishRefusedError where a
        setting forbids it, CalledProcessError where git fails for another reason.
        """
        where = f"refs/heads/{self.name}"
        push = ("push", "--quiet", f"--force-with-lease={where}:{tip or ''}", self.remote)
        try:
            run_git(self.root, "-c", CREDENTIALS, *push, f"{commit}:{where}", environment=_ENGLISH)
        except CalledProcessError as error:
            if overtaken(error.stderr.decode(errors="replace")):
                message = f"the branch {self.name} was moved by someone else"
                raise OvertakenError(message) from error
            remedy = f"leave `{self.name}` out of the rules for branches (Settings, Rules)"
            raise refusal(error, self.name, remedy) or error from error


def refusal(error: CalledProcessError, branch: str, remedy: str) -> PublishRefusedError | None:
    """Return what to say of a refused push; None where it failed for another reason."""
    message = refused(error.stderr.decode(errors="replace"), branch, remedy)
    return None if message is None else PublishRefusedError(message)
