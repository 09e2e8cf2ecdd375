"""`rollkeeper audit`: everything, websites too, on this machine, with its history in a file."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from rollkeeper.engine.history import Ledger
from rollkeeper.engine.run import exit_status, run
from rollkeeper.grammar.escaping import terminal
from rollkeeper.grammar.strict_json import ReportError
from rollkeeper.jobs.check import options_from, show
from rollkeeper.jobs.progress import progress_bar
from rollkeeper.loading.clock import moment
from rollkeeper.loading.files import LinkError, read_inside, replace_inside
from rollkeeper.model.history import History
from rollkeeper.model.limits import MAX_HISTORY_BYTES
from rollkeeper.reports.json.history import read, written


class HistoryFileError(Exception):
    """The file of the history cannot be used; the message says why, and what to do."""


def audit(parsed: argparse.Namespace) -> int:
    """Audit what the user named and return the exit status; raise as `run` does.

    Raises HistoryFileError.
    """
    now = moment()
    options = replace(options_from(parsed, offline=False), now=now, processes=parsed.shards)
    file, day = parsed.history, parsed.today or now.date()
    if file is not None and day > now.date():
        message = "--today must not be in the future with --history, which would remember it"
        raise HistoryFileError(message)
    ledger = None if file is None else Ledger(_before(file, now.date()), day)
    with progress_bar(sys.stderr) as progress:
        report = run(options, progress=progress, ledger=ledger)
    if ledger is not None and not report.interrupted:
        _keep(file, ledger.close(report))
    show(report, parsed)
    return exit_status(report, parsed.fail_on)


def _before(file: Path, today: date) -> History:
    """Return the history in a file; an empty one where there is none, or where it is damaged."""
    if not file.exists() and not file.is_symlink():
        return History()
    data, why = read_inside(file.parent, file.name, MAX_HISTORY_BYTES)
    if data is None:
        raise HistoryFileError(why)
    try:
        return read(data.decode(errors="surrogateescape"), today)
    except ReportError as error:
        aside = _put_aside(file)
        said = f"{file} is no history that can be read ({error}): it is kept as {aside.name}, and"
        sys.stderr.write(f"rollkeeper: {terminal(said)} a new one is begun\n")
        return History()


def _put_aside(file: Path) -> Path:
    """Give a file another name, that of no other file; return it."""
    number = 1
    while True:
        aside = file.with_name(f"{file.name}.damaged-{number}")
        try:
            os.link(file, aside, follow_symlinks=False)
        except FileExistsError:
            number += 1
            continue
        except OSError as error:
            message = f"{file} is damaged and cannot be kept aside: {error.strerror}; move it away"
            raise HistoryFileError(message) from error
        file.unlink()
        return aside


def _keep(file: Path, history: History) -> None:
    try:
        replace_inside(file.parent, file.name, written(history).encode())
    except (LinkError, OSError) as error:
        message = f"the history could not be written: {error}"
        raise HistoryFileError(message) from error
