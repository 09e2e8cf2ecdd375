"""The store that a commit is fetched into: a bare repository beside a checkout of the base."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rollkeeper.loading.git import (
    FsckError,
    GitError,
    GitLimitError,
    GitLimits,
    GitTimeoutError,
    bounded_git,
    revision,
    run_git,
)
from rollkeeper.model.limits import (
    FETCH_MEMORY,
    FETCH_SECONDS,
    GIT_SECONDS,
    MAX_HEAD_PACK,
)
from rollkeeper.model.verdict import UncheckedReason

_BASE, _HEAD = "refs/rollkeeper/base", "refs/rollkeeper/head"
_PAUSES = (1.0, 4.0)
"""Seconds to wait before fetching is tried again."""
_NO_FILES = "blob:none"
_PASSED_ON = (
    *("PATH", "TMPDIR", "LD_LIBRARY_PATH", "GIT_EXEC_PATH"),
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
)
"""Variables of the environment that git is given: none of them holds a token."""


class HeadRefusedError(Exception):
    """The commits are such that they cannot be read, and trying again would not help."""

    def __init__(self, why: UncheckedReason, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Source:
    """The repository that is fetched from; with a `token` where it is private.

    `protocols` are the only ones that git may use.
    """

    url: str
    token: str = field(default="", repr=False)
    protocols: tuple[str, ...] = ("https",)

    @classmethod
    def of(cls, server: str, repository: str, token: str) -> Source:
        """Return the repository `owner/name` on a GitHub server such as https://github.com."""
        return cls(f"{server}/{repository}.git", token)


class Store:
    """A bare repository in a temporary folder."""

    def __init__(self, folder: Path, source: Source | None) -> None:
        self.folder, self.source = folder, source
        self._configuration = b""

    def fill(self, base: Path, *, since: str, head: str, largest: int) -> None:
        """Fetch the head, and the base's history as well where the checkout lacks parts of it."""
        self.folder.mkdir()
        self.git("init", "--quiet", "--bare", "--template=")
        self._configuration = (self.folder / "config").read_bytes()
        if self.source is None:
            self._borrow(base)
            self._end_where(base)
            return
        whole = _is_whole(base)
        if whole:
            self._borrow(base)
            self.git("update-ref", _BASE, revision(base))
        if not whole or not self._has(since):
            # The base's own history is trusted: old commits may be malformed in harmless ways.
            self.fetch(_NO_FILES, f"+{since}:{_BASE}", check=False)
        if not whole:
            self._borrow(base)
        self.fetch(f"blob:limit={largest + 1}", f"{head}:{_HEAD}")

    def _has(self, commit: str) -> bool:
        ((_, size, _),) = self.objects("--batch-check", [commit], 1024)
        return size is not None

    def _borrow(self, base: Path) -> None:
        objects = run_git(base, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        (self.folder / "objects" / "info" / "alternates").write_bytes(objects.stdout)

    def _end_where(self, base: Path) -> None:
        """Let history end where that of the checkout does."""
        asked = ("rev-parse", "--path-format=absolute", "--git-path", "shallow")
        shallow = Path(os.fsdecode(run_git(base, *asked).stdout.rstrip(b"\n")))
        if shallow.exists():
            (self.folder / "shallow").write_bytes(shallow.read_bytes())

    def fetch_contents(self, oids: Iterable[str]) -> None:
        """Fetch contents that the base has had and its checkout lacks; for nothing else."""
        if self.source is not None:
            self.fetch(_NO_FILES, *oids, check=False)

    def fetch(self, kind: str, *wanted: str, check: bool = True) -> None:
        """Fetch commits or contents by their ids; of what is fetched, nothing is fetched later."""
        arguments = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", f"--filter={kind}")
        for pause in (*_PAUSES, None):
            try:
                with bounded_git(
                    self.folder,
                    *arguments,
                    *("--stdin", "origin"),
                    environment=self._environment(fetches=True, check=check),
                    limits=GitLimits(FETCH_SECONDS, MAX_HEAD_PACK, FETCH_MEMORY, tell=True),
                    lines=wanted,
                ):
                    break
            except GitTimeoutError as error:
                raise GitError(str(error)) from error
            except (GitLimitError, FsckError):
                raise
            except GitError:
                if pause is None:
                    raise
                time.sleep(pause)
            finally:
                # Git notes that it may fetch from there whatever is missing.
                (self.folder / "config").write_bytes(self._configuration)

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor of two commits."""
        try:
            return self.git("merge-base", one, other).decode().strip()
        except GitLimitError:
            raise
        except GitError as error:
            message = "the commits have no ancestor in common"
            raise HeadRefusedError(UncheckedReason.UNRELATED, message) from error

    def git(self, *arguments: str, most: int = 1024 * 1024) -> bytes:
        """Run git on the store alone, and return what it writes."""
        limits = GitLimits(GIT_SECONDS, most)
        with bounded_git(
            self.folder, *arguments, environment=self._environment(), limits=limits
        ) as out:
            return out.read()

    def objects(
        self, how: str, oids: Iterable[str], most: int
    ) -> Iterator[tuple[str, int | None, bytes]]:
        """Ask `cat-file` for objects: the id, the size (None where it is missing), the content."""
        with bounded_git(
            self.folder,
            *("cat-file", how, "--buffer"),
            environment=self._environment(),
            limits=GitLimits(GIT_SECONDS, most),
            lines=oids,
        ) as out:
            for line in out:
                oid, kind, *size = line.decode().split()
                if kind == "missing":
                    yield oid, None, b""
                    continue
                length = int(size[0])
                data = b""
                if how == "--batch":
                    data = out.read(length)
                    out.read(1)
                yield oid, length, data

    def _environment(self, *, fetches: bool = False, check: bool = True) -> Mapping[str, str]:
        """Return an environment in which git reads no configuration file and asks no one.

        Settings in our own environment (GIT_CONFIG_COUNT …) are passed on; ours come after them.
        """
        settings = {
            "core.hooksPath": os.devnull,
            "core.alternateRefsCommand": "true",
            "core.fsmonitor": "false",
            "fetch.fsckObjects": "true" if check else "false",
            "fetch.recurseSubmodules": "false",
            "gc.auto": "0",
            "maintenance.auto": "false",
            "http.followRedirects": "false",
            "http.lowSpeedLimit": "1",
            "http.lowSpeedTime": "60",
            "credential.helper": "",
        }
        protocols = ""
        if fetches and self.source is not None:
            protocols = ":".join(self.source.protocols)
            settings["remote.origin.url"] = self.source.url
            if self.source.token:
                login = base64.b64encode(f"x-access-token:{self.source.token}".encode()).decode()
                settings[f"http.{self.source.url}.extraHeader"] = f"AUTHORIZATION: basic {login}"
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        given = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
        for number in range(given):
            for part in ("KEY", "VALUE"):
                name = f"GIT_CONFIG_{part}_{number}"
                kept[name] = os.environ.get(name, "")
        for number, (key, value) in enumerate(settings.items(), start=given):
            kept |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return {
            **kept,
            "GIT_CONFIG_COUNT": str(given + len(settings)),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": protocols,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "HOME": str(self.folder),
            "LC_ALL": "C",
        }


def _is_whole(base: Path) -> bool:
    """Return whether a checkout has its whole history with all files."""
    shallow = run_git(base, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    kinds = r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
    partial = run_git(base, "config", "--get-regexp", kinds, check=False).stdout.strip()
    return not shallow and not partial
