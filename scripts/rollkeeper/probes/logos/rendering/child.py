"""The process that renders logos: limited in memory, time and files, one picture after another.

Only `renderer` starts it. It needs the `resource` module, so it runs everywhere except on Windows.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from dataclasses import asdict

import resvg_py
from PIL import Image, PngImagePlugin

from rollkeeper.probes.logos.rendering.frames import (
    ANSWER,
    ERROR,
    MEASURES,
    RAW,
    REQUEST,
    SIZE,
    SVG,
)
from rollkeeper.probes.logos.rendering.pixels import picture_of

_FIRST = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'><path d='M0 0h1v1'/></svg>"


def serve(memory: int, cpu_seconds: int) -> None:
    """Drop every right that rendering does not need, then answer requests until there are none."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _answer(SVG, MEASURES, 8, _FIRST)  # loads everything that is loaded late
    _limit(memory)
    answers.write(ANSWER.pack(MEASURES, 0))
    answers.flush()
    while header := requests.read(REQUEST.size):
        kind, wanted, side, length = REQUEST.unpack(header)
        data = requests.read(length)
        _allow(cpu_seconds)
        status, content = _answer(kind, wanted, side, data)
        answers.write(ANSWER.pack(status, len(content)) + content)
        answers.flush()


def _answer(kind: bytes, wanted: bytes, side: int, data: bytes) -> tuple[bytes, bytes]:
    try:
        image = _svg(data, side) if kind == SVG else _png(data, side)
        if wanted == RAW:
            return RAW, SIZE.pack(*image.size) + image.convert("RGBA").tobytes()
        return MEASURES, json.dumps(asdict(picture_of(image))).encode()
    except MemoryError:
        return ERROR, b"it needs too much memory"
    except (ValueError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        return ERROR, " ".join(str(error).split())[:200].encode()


def _svg(data: bytes, side: int) -> Image.Image:
    drawn = resvg_py.svg_to_bytes(
        svg_string=data.decode("utf-8-sig"),
        width=side,
        height=side,
        dpi=96.0,  # with the default of 0 every length in pt, in or cm is refused
        skip_system_fonts=True,
    )
    return _opened(drawn)


def _png(data: bytes, side: int) -> Image.Image:
    image = _opened(data)
    image.thumbnail((side, side), reducing_gap=2)
    return image


def _opened(data: bytes) -> Image.Image:
    image: Image.Image = PngImagePlugin.PngImageFile(io.BytesIO(data))
    image.load()
    return image


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Nothing can be opened from here on: `<image href>` would read any file that the user may read.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _allow(seconds: int) -> None:
    """Set the limit on CPU time for the next picture; passing it ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
