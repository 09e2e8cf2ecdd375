"""Files below a folder, read and replaced without following links."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path


class LinkError(Exception):
    """What should be written lies behind a symbolic link; the message names it."""


def replace_inside(root: Path, path: str, data: bytes) -> None:
    """Write a file below `root`, replacing it in one step; missing folders are made.

    Raises LinkError where the file or a folder on the way is a symbolic link, OSError where the
    disk refuses.
    """
    file = root
    for part in path.split("/"):
        file = file / part
        if file.is_symlink():
            message = f"{path} is or lies behind a symbolic link and is not written"
            raise LinkError(message)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(prefix=".rollkeeper-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        os.chmod(fresh, mode)  # noqa: PTH101 - beside os.replace, on the same name
        os.replace(fresh, file)  # noqa: PTH105 - see above
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def read_inside(root: Path, path: str, most: int) -> tuple[bytes | None, str]:
    """Read a file below `root` without following links, at most one byte over `most`.

    Returns the bytes, or None and the reason in words.
    """
    current = root
    for part in path.split("/"):
        current = current / part
        if current.is_symlink():
            return None, f"{path} is or lies behind a symbolic link, which is not followed"
    try:
        handle = os.open(current, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
    except OSError as error:
        why = "is a symbolic link" if error.errno == errno.ELOOP else error.strerror
        return None, f"{path} cannot be read: {why}"
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None, f"{path} is not a regular file"
    with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor, opened without following links
        return file.read(most + 1), ""
