"""The GitHub Actions environment as a value, and the three ways of writing to it."""

from __future__ import annotations

import json
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rollkeeper.grammar.escaping import terminal, workflow_data, workflow_property
from rollkeeper.model import limits

API_URL = "https://api.github.com"
"""Where GitHub's API answers when the environment does not say otherwise."""

SERVER_URL = "https://github.com"
"""Where GitHub shows its pages when the environment does not say otherwise."""

_OUTPUT_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}\Z")
_CUT = "\n\n*The summary is cut here: GitHub takes no more than 1 MiB from one step.*\n"


def on_actions(environ: Mapping[str, str]) -> bool:
    """Return whether this runs in GitHub Actions, where others read what it prints."""
    return environ.get("GITHUB_ACTIONS") == "true"


def github_token(environ: Mapping[str, str]) -> str | None:
    """Return the token for questions about accounts and repositories on github.com.

    None where there is none, or where it is the token of another GitHub, which is not sent there.
    """
    api = environ.get("GITHUB_API_URL") or API_URL
    return (environ.get("GITHUB_TOKEN") or None) if api.rstrip("/") == API_URL else None


class ActionsError(ValueError):
    """The Actions environment is not what GitHub documents, or would not take what was offered."""


@dataclass(frozen=True, slots=True)
class Actions:
    """What GitHub passes to one step of a workflow, and where the step may write.

    `event` is the payload of the event that started the run. The author of the pull request or
    issue wrote parts of it: take from it only what you check. All is empty outside of Actions.
    """

    running: bool
    event: Mapping[str, Any] = field(repr=False)
    repository: str
    ref_name: str
    summary_path: Path | None
    output_path: Path | None
    api_url: str
    server_url: str
    run_url: str | None
    token: str = field(repr=False)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Actions:
        """Read the environment that GitHub gives to a step.

        Raises ActionsError when the event payload is too large or is not a JSON object.
        """
        repository = environ.get("GITHUB_REPOSITORY", "")
        run, server = environ.get("GITHUB_RUN_ID"), environ.get("GITHUB_SERVER_URL")
        return cls(
            running=on_actions(environ),
            event=_read_event(_path(environ, "GITHUB_EVENT_PATH")),
            repository=repository,
            ref_name=environ.get("GITHUB_REF_NAME", ""),
            summary_path=_path(environ, "GITHUB_STEP_SUMMARY"),
            output_path=_path(environ, "GITHUB_OUTPUT"),
            api_url=environ.get("GITHUB_API_URL") or API_URL,
            server_url=server or SERVER_URL,
            run_url=f"{server}/{repository}/actions/runs/{run}" if server and run else None,
            token=environ.get("GITHUB_TOKEN", ""),
        )

    @property
    def default_branch(self) -> str:
        """The default branch; that of a scheduled run, whose event names none, is its own."""
        repository = self.event.get("repository")
        named = repository.get("default_branch") if isinstance(repository, dict) else None
        return named if isinstance(named, str) and named else self.ref_name

    def append_summary(self, text: str) -> bool:
        """Append Markdown to the step's summary; return whether all of it fitted.

        What does not fit is cut after a whole line, and the summary says so.
        """
        if self.summary_path is None:
            return True
        room = limits.SUMMARY_BYTES - _size(self.summary_path)
        content = text.encode("utf-8", errors="backslashreplace")
        whole = len(content) <= room
        if not whole:
            notice = _CUT.encode()
            kept = content[: max(0, room - len(notice))]
            content = kept[: kept.rfind(b"\n") + 1] + notice
        if len(content) <= room:
            with self.summary_path.open("ab") as file:
                file.write(content)
        return whole

    def set_output(self, name: str, value: object) -> None:
        """Pass `value` to later steps and jobs as one line of ASCII JSON.

        Raises ActionsError for a name that is not a plain word and for a value over the limit.
        """
        line = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
        if not _OUTPUT_NAME.match(name):
            message = (
                f"{name!r} is not a valid output name: use lower-case letters, digits, - and _"
            )
            raise ActionsError(message)
        if len(line) > limits.HANDOVER_BYTES:
            message = f"the output {name} has {len(line)} bytes, over {limits.HANDOVER_BYTES}"
            raise ActionsError(message)
        if self.output_path is not None:
            with self.output_path.open("a", encoding="ascii") as file:
                file.write(f"{name}={line}\n")

    @contextmanager
    def verbatim(self) -> Iterator[None]:
        """Have the log show what is printed as it is: no line of it is taken as a command."""
        if not self.running:
            yield
            return
        token = secrets.token_hex(16)
        _print_line(f"::stop-commands::{token}")
        try:
            yield
        finally:
            _print_line(f"::{token}::")

    def error(self, message: str, *, file: str = "", line: int = 0) -> None:
        """Print an error that the run's page shows, beside a line of a file where there is one."""
        self._annotate("error", message, file, line)

    def warning(self, message: str) -> None:
        """Print a warning that the run's page shows."""
        self._annotate("warning", message)

    def notice(self, message: str) -> None:
        """Print a notice that the run's page shows."""
        self._annotate("notice", message)

    def _annotate(self, level: str, message: str, file: str = "", line: int = 0) -> None:
        if not self.running:
            _print_line(terminal(f"{file}:{line}: {message}" if file else message))
            return
        at = f"file={workflow_property(file)},line={line}," if file else ""
        _print_line(f"::{level} {at}title=rollkeeper::{workflow_data(message)}")

    def emit(self, text: str) -> None:
        """Print text that may come from outside."""
        with self.verbatim():
            for line in text.splitlines():
                _print_line(terminal(line))


def _print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name)
    return Path(value) if value else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _read_event(path: Path | None) -> Mapping[str, Any]:
    if path is None or not path.exists():
        return {}
    if _size(path) > limits.EVENT_BYTES:
        message = f"the event payload has {_size(path)} bytes, over {limits.EVENT_BYTES}"
        raise ActionsError(message)
    try:
        event = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        message = f"the event payload is not JSON: {error}"
        raise ActionsError(message) from error
    if not isinstance(event, dict):
        message = "the event payload is not a JSON object"
        raise ActionsError(message)
    return event
