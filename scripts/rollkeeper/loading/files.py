"""Files below a folder, read and replaced without following links."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path


class LinkError(Exception):
    """The file to be written is behind a symbolic link; the message names it."""


def replace_inside(root: Path, path: str, data: bytes) -> None:
    """Write a file below `root`, replacing it in one step; missing folders are made.

    Raises LinkError where the file or a folder on the way is a symbolic link, OSError where the
    disk refuses.
    """
    file = _below(root, path)
    if _is_linked(root, path):
        message = f"{path} is a symbolic link, or is behind one, and is not written"
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

    Returns the bytes, or None and the reason in words: any text may be asked for.
    """
    if ".." in path.split("/"):
        return None, f"{path} leads out of the folder"
    try:
        if _is_linked(root, path):
            return None, f"{path} is a symbolic link, or is behind one; links are not followed"
        handle = os.open(
            f"{root}/{path}", os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK
        )
    except ValueError:  # a character that no file's name can have
        return None, f"{path} cannot be read: it is not a file's name"
    except OSError as error:
        why = "is a symbolic link" if error.errno == errno.ELOOP else error.strerror
        return None, f"{path} cannot be read: {why}"
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None, f"{path} is not a regular file"
    with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor, opened without following links
        return file.read(most + 1), ""


def _below(root: Path, path: str) -> Path:
    # Joined as text: with `/`, an absolute path would replace the root.
    return Path(f"{root}/{path}")


def _is_linked(root: Path, path: str) -> bool:
    # Of tens of thousands of logos: joined as text, which takes a tenth of the time of paths.
    parts = path.split("/")
    return any(
        os.path.islink(f"{root}/{'/'.join(parts[:end])}")  # noqa: PTH114 - see above
        for end in range(1, len(parts) + 1)
    )
