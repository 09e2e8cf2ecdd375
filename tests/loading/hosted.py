"""A community's repository on a server, and a fork of it, with commits of any kind."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from rollkeeper.loading.head import Source
from worktrees import Content, stage

BASES = {
    "whole": (),
    "shallow": ("--depth=1",),
    "without files": ("--filter=blob:none",),
    "shallow without files": ("--depth=1", "--filter=blob:none"),
    "one branch": ("--single-branch",),
}
"""Checkouts of the base, by what `git clone` is told."""

WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@fir.example")
ROSTER = "- name: Alder\n- name: Birch\n- name: Cedar\n"


def git(folder: Path, *arguments: str, data: bytes | None = None) -> str:
    command = ["git", "-C", str(folder), *WHO, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, input=data)
    return done.stdout.decode().strip()


def _order(entry: tuple[bytes, tuple[str, str]]) -> bytes:
    name, (mode, _) = entry
    return name + (b"/" if mode == "40000" else b"")


class Hosted:
    """A community's repository on a server, and a fork of it in which people work."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work, self.bare = folder, folder / "work", folder / "hosted.git"
        for made, kind in ((self.work, ()), (self.bare, ("--bare",))):
            made.mkdir()
            git(made, "init", "--quiet", "--initial-branch=main", *kind)
        for name in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
            git(self.bare, "config", name, "true")
        self.main = self.commit({"partners.yaml": ROSTER, "logos/alder.svg": "<svg/>\n"})

    @property
    def source(self) -> Source:
        return Source(self.bare.as_uri(), protocols=("file",))

    def commit(
        self, files: Mapping[str, Content], branch: str = "main", start: str = "main"
    ) -> str:
        """Write files, None to remove one, and push; return the commit."""
        if branch != "main":
            git(self.work, "checkout", "--quiet", "-B", branch, start)
        stage(self.work, files)
        return self.record(branch)

    def record(self, branch: str) -> str:
        git(self.work, "commit", "--quiet", "--allow-empty", "--message", "Change")
        return self.publish(git(self.work, "rev-parse", "HEAD"), branch)

    def publish(self, commit: str, branch: str) -> str:
        """Push a commit: branches are hidden, as pull requests are not branches of the base."""
        where = "refs/heads/main" if branch == "main" else f"refs/pull/{branch}/head"
        git(self.work, "push", "--quiet", "--force", str(self.bare), f"{commit}:{where}")
        git(self.work, "checkout", "--quiet", "--force", "main")
        return commit

    def clone(self, *how: str, name: str = "base") -> Path:
        """Make a checkout of the default branch."""
        base = self.folder / name
        git(self.folder, "clone", "--quiet", *how, self.bare.as_uri(), str(base))
        return base

    def write_tree(self, entries: Mapping[bytes, tuple[str, str]]) -> str:
        """Write a tree of any names, which git itself would refuse, in the order that git wants."""
        data = b"".join(
            mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid)
            for name, (mode, oid) in sorted(entries.items(), key=_order)
        )
        arguments = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
        return git(self.work, *arguments, data=data)

    def propose_tree(self, tree: str, branch: str = "tree") -> str:
        """Publish a commit of a tree on top of the default branch."""
        commit = git(self.work, "commit-tree", tree, "-p", "main", "-m", "Change")
        return self.publish(commit, branch)

    def blob(self, content: str = "<svg/>\n") -> str:
        return git(self.work, "hash-object", "-w", "--stdin", data=content.encode())
