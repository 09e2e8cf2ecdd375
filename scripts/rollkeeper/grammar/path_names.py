"""Paths as git has them, which are bytes of any kind, and whether a disk can have them."""

from __future__ import annotations

from rollkeeper.model.limits import MAX_FILE_NAME

_UNSAFE = frozenset({"", ".", "..", ".git"})


def path_name(path: bytes) -> tuple[str, bool]:
    """Return a path as text, and whether it can be stored on a disk as it is.

    What is not UTF-8 is shown with escapes, so that it can be written into any report.
    """
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return path.decode(errors="backslashreplace"), False
    long = max(map(len, path.split(b"/"))) > MAX_FILE_NAME
    return text, not long and _UNSAFE.isdisjoint(text.lower().split("/"))
