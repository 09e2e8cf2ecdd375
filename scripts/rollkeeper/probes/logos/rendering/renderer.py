"""Logos rendered as pixels, in child processes that may be lost without harm.

The library that renders can be made to use all memory or time, and it reads local files that a
drawing names. So it gets only what the static check has passed, in a child that has little memory,
little time, an empty folder and no right to open files.
"""

from __future__ import annotations

import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from rollkeeper.model.logo import Picture
from rollkeeper.model.logo_limits import (
    RENDER_CPU_SECONDS,
    RENDER_DEATHS,
    RENDER_MEMORY,
    RENDER_PROCESSES,
    RENDER_SIDE,
    RENDER_START_SECONDS,
    RENDER_WALL_SECONDS,
)
from rollkeeper.probes.logos.rendering.frames import (
    ANSWER,
    ERROR,
    MEASURES,
    PNG,
    RAW,
    REQUEST,
    SIZE,
    SVG,
)

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[3]); "
    "from rollkeeper.probes.logos.rendering.child import serve; "
    "serve(int(sys.argv[1]), int(sys.argv[2]))"
)
_PIECE = 65_536
_PNG_START = b"\x89PNG"


@dataclass(frozen=True, slots=True)
class RenderFailure:
    """A logo that could not be rendered, and why.

    `heavy` says that it used up the computing time that a rendering may take, on any machine.
    """

    reason: str
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A rendering itself: its size in pixels and four bytes, RGBA, for each."""

    width: int
    height: int
    rgba: bytes


class Renderer:
    """Renders SVG and PNG logos in child processes; a context manager.

    One file never stops another: where one cannot be rendered, the answer is `RenderFailure`.
    """

    def __init__(self, *, processes: int = RENDER_PROCESSES) -> None:
        """Prepare to render in `processes` children; they start when the first file comes."""
        self._count = max(1, processes)
        self._idle: SimpleQueue[_Child] = SimpleQueue()
        self._deaths = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._children: list[_Child] = []
        self.unavailable = _missing()
        """Why nothing can be rendered here, or None."""

    def __enter__(self) -> Self:
        """Make the empty folder that the processes live in."""
        self._folder = tempfile.TemporaryDirectory(prefix="rollkeeper-")
        self._children = [_Child(self._folder.name) for _ in range(self._count)]
        for child in self._children:
            self._idle.put(child)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes and remove their folder."""
        for child in self._children:
            child.end()
        if self._folder:
            self._folder.cleanup()

    def render(self, data: bytes, *, side: int = RENDER_SIDE) -> Picture | RenderFailure:
        """Render a logo, its longer side `side` pixels, and measure what it shows."""
        answer = self._ask(data, MEASURES, side)
        if isinstance(answer, RenderFailure):
            return answer
        measures = json.loads(answer)
        measures["box"] = tuple(measures["box"]) if measures["box"] else None
        return Picture(**measures)

    def render_pixels(self, data: bytes, *, side: int = RENDER_SIDE) -> Bitmap | RenderFailure:
        """Render a logo, its longer side `side` pixels, and return the pixels."""
        answer = self._ask(data, RAW, side)
        if isinstance(answer, RenderFailure):
            return answer
        width, height = SIZE.unpack_from(answer)
        return Bitmap(width, height, answer[SIZE.size :])

    def _ask(self, data: bytes, wanted: bytes, side: int) -> bytes | RenderFailure:
        if self.unavailable:
            return RenderFailure(self.unavailable)
        if self._deaths >= RENDER_DEATHS:
            return RenderFailure(
                f"{RENDER_DEATHS} renderings failed in this run, so no more are tried"
            )
        kind = PNG if data.startswith(_PNG_START) else SVG
        child = self._idle.get()
        try:
            status, content = child.ask(REQUEST.pack(kind, wanted, side, len(data)) + data)
        except (_LostError, OSError) as error:
            self._deaths += 1
            if child.end() == -signal.SIGXCPU:
                message = f"it takes more than {RENDER_CPU_SECONDS} seconds of computing to render"
                return RenderFailure(message, heavy=True)
            return RenderFailure(f"the renderer gave up on it: {error}")
        finally:
            self._idle.put(child)
        if status == ERROR:
            return RenderFailure(f"it cannot be rendered: {content.decode()}")
        return content


class _LostError(Exception):
    """The child died or took too long."""


class _Child:
    """One rendering process, started when it is needed and again after it was lost."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: bytes) -> tuple[bytes, bytes]:
        process = self._process or self._start()
        deadline = time.monotonic() + RENDER_WALL_SECONDS
        self._write(process, request, deadline)
        return self._answer(process, deadline)

    def end(self) -> int | None:
        """End the process and return its exit status, negative for a signal; None without one."""
        process, self._process = self._process, None
        if process and process.stdin and process.stdout:
            process.kill()  # one that the kernel is ending already keeps its own status
            process.wait()
            # Not buffered, so closing writes nothing to a process that is gone.
            process.stdin.close()
            process.stdout.close()
        return process.returncode if process else None

    def _start(self) -> subprocess.Popen[bytes]:
        package = str(Path(__file__).resolve().parents[4])
        # An entry that is no folder's full path would mean the child's own, empty one.
        places = [package, *(place for place in sys.path if os.path.isabs(place))]  # noqa: PTH117 - entries are text, some empty
        limits = [str(RENDER_MEMORY), str(RENDER_CPU_SECONDS), json.dumps(places)]
        self._process = subprocess.Popen(  # noqa: S603 - our own program, with nothing of a logo in it
            [sys.executable, "-I", "-c", _PROGRAM, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=self._folder,
            env={},
        )
        if self._process.stdin:
            os.set_blocking(self._process.stdin.fileno(), False)
        self._answer(self._process, time.monotonic() + RENDER_START_SECONDS)
        return self._process

    def _write(self, process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
        pipe = _number(process.stdin)
        rest = memoryview(data)
        while rest:
            _wait(deadline, writing=pipe)
            rest = rest[os.write(pipe, rest[:_PIECE]) :]

    def _answer(self, process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bytes]:
        status, length = ANSWER.unpack(self._read(process, ANSWER.size, deadline))
        return status, self._read(process, length, deadline)

    def _read(self, process: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
        pipe, parts = _number(process.stdout), bytearray()
        while len(parts) < count:
            _wait(deadline, reading=pipe)
            part = os.read(pipe, min(_PIECE, count - len(parts)))
            if not part:
                message = "it needed too much memory or time"
                raise _LostError(message)
            parts += part
        return bytes(parts)


def _wait(deadline: float, *, reading: int | None = None, writing: int | None = None) -> None:
    left = deadline - time.monotonic()
    pipes = [[] if pipe is None else [pipe] for pipe in (reading, writing)]
    if left <= 0 or not any(select.select(pipes[0], pipes[1], [], left)):
        message = f"it took more than {RENDER_WALL_SECONDS} seconds"
        raise _LostError(message)


def _number(pipe: object) -> int:
    fileno: Callable[[], int] = getattr(pipe, "fileno")  # noqa: B009 - either end of a pipe
    return fileno()


def _missing() -> str | None:
    for module, why in (
        ("resource", "this system cannot limit the memory and time of a process"),
        ("resvg_py", "the package resvg-py is not installed"),
        ("PIL", "the package Pillow is not installed"),
    ):
        if importlib.util.find_spec(module) is None:
            return f"nothing is rendered here, because {why}"
    return None
