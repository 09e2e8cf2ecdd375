"""The frames of bytes that the renderer and its child processes exchange over pipes.

A request has a kind (S for SVG, P for PNG), the form of the answer (M for measures, R for raw
pixels), the side in pixels and the length of the bytes that follow. An answer has a status (M, R,
or E for an error message) and the length of what follows: JSON, or a width, a height and RGBA.
"""

from __future__ import annotations

import struct

REQUEST = struct.Struct("!ccHI")
ANSWER = struct.Struct("!cI")
SIZE = struct.Struct("!HH")
SVG, PNG = b"S", b"P"
MEASURES, RAW, ERROR = b"M", b"R", b"E"
