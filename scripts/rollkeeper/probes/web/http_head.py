"""The head of an HTTP answer, read as browsers read it: forgiving in form, strict in size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rollkeeper.model.limits import MAX_HEAD_BYTES

MOST_INTERIM = 16
"""Interim answers (100, 103) before the real one."""
_START = b"http/"
_SLOP = 4
"""Odd bytes before the answer that browsers forgive."""
_LINE = re.compile(rb"HTTP/(\d{1,2})(?:\.(\d{1,3}))?[ \t]+(\d{3})(?![0-9])", re.IGNORECASE)
_END = re.compile(rb"\n\r?\n")
_KEPT = 16 * 1024
"""Bytes of a head that are kept; of what is longer only the headers that decide."""
_KEPT_DECIDING = 48 * 1024
_DECIDING = frozenset({
    b"cf-mitigated", b"content-encoding", b"content-length", b"content-type", b"date",
    b"location", b"retry-after", b"server", b"set-cookie", b"transfer-encoding",
})  # fmt: skip
"""Headers that a verdict may hang on, however late they come."""
_LATE = re.compile(
    rb"\n(?=[cdlrstCDLRST])((?i:" + b"|".join(sorted(_DECIDING)) + rb"))[ \t]*:([^\n]*)"
)
_OVERHEAD = 64
"""Bytes that a header costs besides its own."""
_SWITCHING = 101
_FINAL = 200


class NotHttpError(Exception):
    """What a server sent is not the beginning of an HTTP answer."""


class TooLongError(Exception):
    """The head of an answer has no end within the limit."""


@dataclass(slots=True)
class ResponseHead:
    """Status, version and headers of an answer. Names of headers are in lower case."""

    status: int
    version: str
    headers: dict[bytes, list[bytes]] = field(default_factory=dict)

    def first(self, name: bytes) -> bytes:
        """Return the first value of a header; empty where it is not there."""
        values = self.headers.get(name)
        return values[0] if values else b""


class HeadReader:
    """Takes bytes as they come until the head of the final answer is complete.

    Of a long head it keeps the beginning and what decides, not all of it: thousands of answers may
    be under way at the same time.
    """

    __slots__ = ("_data", "_draft", "_interim", "_marked", "_passed", "_searched")

    def __init__(self) -> None:
        self._data = bytearray()
        self._draft = _HeadDraft()
        self._searched = 0
        self._passed = 0
        self._interim = 0
        self._marked = False

    def feed(self, data: bytes) -> tuple[ResponseHead, bytes] | None:
        """Take more bytes; return the head and what follows it once it is complete.

        Raises NotHttpError and TooLongError.
        """
        self._data += data
        while True:
            if not self._marked:
                self._marked = _begins(self._data[: _SLOP + len(_START)].lower())
            end = _END.search(self._data, max(0, self._searched - 3))
            self._searched = len(self._data)
            if self._passed + (end.end() if end else self._searched) > MAX_HEAD_BYTES:
                raise TooLongError
            if end is None:
                if self._searched > _KEPT:
                    self._shorten()
                return None
            self._draft.take(bytes(self._data[: end.start()]))
            head = self._draft.head()
            rest = bytes(self._data[end.end() :])
            if head.status >= _FINAL or head.status == _SWITCHING:
                return head, rest
            self._interim += 1
            if self._interim > MOST_INTERIM:
                raise TooLongError
            self._data, self._draft = bytearray(rest), _HeadDraft()
            self._searched, self._passed, self._marked = 0, 0, False

    def _shorten(self) -> None:
        """Read the lines that are complete, and let go of the end of one that is too long."""
        whole = self._data.rfind(b"\n")
        if whole > 0:
            self._draft.take(bytes(self._data[:whole]))
            del self._data[:whole]  # the line's end stays, it may begin the end of the head
        del self._data[_KEPT:]
        self._passed += self._searched - len(self._data)
        self._searched = len(self._data)

    @property
    def odd(self) -> bool:
        """Whether something has come that is not the beginning of an answer, nor nothing."""
        return bool(self._data) and not self._marked


def _begins(start: bytearray) -> bool:
    """Return whether an answer has begun; raise NotHttpError where it no longer can."""
    if _START in start:
        return True
    pending = next((n for n in range(len(_START) - 1, 0, -1) if start.endswith(_START[:n])), 0)
    if len(start) - pending > _SLOP:
        raise NotHttpError
    return False


class _HeadDraft:
    """A head as far as it has been read."""

    __slots__ = ("_head", "_kept", "_name")

    def __init__(self) -> None:
        self._head: ResponseHead | None = None
        self._name = b""
        self._kept = 0

    def head(self) -> ResponseHead:
        """Return the head; raises NotHttpError where no line has been taken."""
        if self._head is None:
            raise NotHttpError
        return self._head

    def take(self, data: bytes) -> None:
        """Read complete lines; all but the first lines begin with the end of the line before."""
        rows: list[bytes] = []
        if self._head is None:
            at = data[: _SLOP + len(_START)].lower().find(_START)
            line = _LINE.match(data, at) if at >= 0 else None
            if line is None:
                raise NotHttpError
            self._head = ResponseHead(int(line[3]), f"HTTP/{int(line[1])}.{int(line[2] or 0)}")
            rows = data[line.end() :].split(b"\n")
        elif self._kept >= _KEPT:
            self._take_late(self._head, data)
            return
        else:
            rows = data.split(b"\n")
        headers = self._head.headers
        for row in rows[1:]:
            if row[:1] in {b" ", b"\t"} and self._name:
                # An old form: the value goes on in the next line.
                headers[self._name][-1] += self._cut(self._name, b" " + row.strip())
                continue
            name, colon, value = row.partition(b":")
            name = name.strip().lower()
            self._name = b""
            if colon and name and self._kept < (_KEPT_DECIDING if name in _DECIDING else _KEPT):
                self._name = name
                headers.setdefault(name, []).append(self._cut(name, value.strip(b" \t\r")))

    def _take_late(self, head: ResponseHead, data: bytes) -> None:
        """Take only what decides: a head of many thousand lines must not cost much."""
        self._name = b""
        for row in _LATE.finditer(data):
            if self._kept < _KEPT_DECIDING:
                name, value = row[1].lower(), row[2].strip(b" \t\r")
                head.headers.setdefault(name, []).append(self._cut(name, value))

    def _cut(self, name: bytes, value: bytes) -> bytes:
        """Return as much of a value as is kept."""
        most = _KEPT_DECIDING if name in _DECIDING else _KEPT
        kept = value[: max(0, most - self._kept)]
        self._kept += len(kept) + _OVERHEAD
        return kept
