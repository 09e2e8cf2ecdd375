"""How the renderer and its processes speak: frames of bytes over pipes.

A request has a kind (S for SVG, P for PNG), what is wanted (M for measures, R for raw pixels), the
side in pixels and the length of the bytes that follow. An answer has a status (M, R, or E for an
error in words) and the length of what follows: JSON, or a width, a height and RGBA bytes.
"""

from __future__ import annotations

import struct

REQUEST = struct.Struct("!ccHI")
ANSWER = struct.Struct("!cI")
SIZE = struct.Struct("!HH")
SVG, PNG = b"S", b"P"
MEASURES, RAW, ERROR = b"M", b"R", b"E"
