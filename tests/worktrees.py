"""Working copies of git in which a test writes files."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

Content = str | bytes | None
"""What a file is to hold; None for one that is removed."""


def stage(work: Path, files: Mapping[str, Content]) -> None:
    """Write files into a working copy, and stage them all."""
    for name, content in files.items():
        file = work / name
        if content is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    subprocess.run(["git", "-C", str(work), "add", "--all"], check=True, capture_output=True)
