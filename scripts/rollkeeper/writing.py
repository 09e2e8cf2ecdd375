"""Files written into a community's folder: whole or not at all, and never through a link."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path as File


class LinkError(Exception):
    """What should be written lies behind a symbolic link; the message names it."""


def replace_inside(root: File, path: str, data: bytes) -> None:
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
        File(fresh).unlink(missing_ok=True)
        raise
