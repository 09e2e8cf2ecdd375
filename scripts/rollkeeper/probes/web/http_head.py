"""The head of an HTTP answer, read as browsers read it: forgiving in form, strict in size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rollkeeper.limits import MAX_HEAD_BYTES

MOST_INTERIM = 16
"""Interim answers (100, 103) before the real one."""
_START = b"http/"
_SLOP = 4
"""Odd bytes before the answer that browsers forgive."""
_LINE = re.compile(rb"HTTP/(\d{1,2})(?:\.(\d{1,3}))?[ \t]+(\d{3})(?![0-9])", re.IGNORECASE)
_END = re.compile(rb"\n\r?\n")
_SWITCHING = 101
_FINAL = 200


class NotHttpError(Exception):
    """What a server sent is not the beginning of an HTTP answer."""


class TooLongError(Exception):
    """The head of an answer has no end within the limit."""


@dataclass(slots=True)
class Head:
    """Status, version and headers of an answer. Names of headers are in lower case."""

    status: int
    version: str
    headers: dict[bytes, list[bytes]] = field(default_factory=dict)

    def first(self, name: bytes) -> bytes:
        """Give the first value of a header; empty where it is not there."""
        values = self.headers.get(name)
        return values[0] if values else b""


class HeadReader:
    """Takes bytes as they come until the head of the final answer is complete."""

    __slots__ = ("_data", "_interim", "_looked", "_marked")

    def __init__(self) -> None:
        self._data = bytearray()
        self._looked = 0
        self._interim = 0
        self._marked = False

    def feed(self, data: bytes) -> tuple[Head, bytes] | None:
        """Take more bytes; give the head and what follows it once it is complete.

        Raises NotHttpError and TooLongError.
        """
        self._data += data
        while True:
            if not self._marked:
                self._marked = _begins(self._data[: _SLOP + len(_START)].lower())
            end = _END.search(self._data, max(0, self._looked - 3))
            self._looked = len(self._data)
            if (end.end() if end else self._looked) > MAX_HEAD_BYTES:
                raise TooLongError
            if end is None:
                return None
            head = _head(bytes(self._data[: end.start()]))
            rest = bytes(self._data[end.end() :])
            if head.status >= _FINAL or head.status == _SWITCHING:
                return head, rest
            self._interim += 1
            if self._interim > MOST_INTERIM:
                raise TooLongError
            self._data, self._looked, self._marked = bytearray(rest), 0, False

    @property
    def odd(self) -> bool:
        """Whether something has come that is not the beginning of an answer, nor nothing."""
        return bool(self._data) and not self._marked


def _begins(start: bytearray) -> bool:
    """Say whether an answer has begun; raise NotHttpError where it no longer can."""
    if _START in start:
        return True
    pending = next((n for n in range(len(_START) - 1, 0, -1) if start.endswith(_START[:n])), 0)
    if len(start) - pending > _SLOP:
        raise NotHttpError
    return False


def _head(data: bytes) -> Head:
    at = data[: _SLOP + len(_START)].lower().find(_START)
    line = _LINE.match(data, at) if at >= 0 else None
    if line is None:
        raise NotHttpError
    head = Head(int(line[3]), f"HTTP/{int(line[1])}.{int(line[2] or 0)}")
    name = b""
    for row in data[line.end() :].split(b"\n")[1:]:
        if row[:1] in {b" ", b"\t"} and name:  # an old form: the value goes on in the next line
            head.headers[name][-1] += b" " + row.strip()
            continue
        name, colon, value = row.partition(b":")
        name = name.strip().lower()
        if colon and name:
            head.headers.setdefault(name, []).append(value.strip(b" \t\r"))
        else:
            name = b""
    return head
