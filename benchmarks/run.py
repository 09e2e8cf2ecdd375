"""Run every benchmark that needs nothing but its peers, one after the other."""

from __future__ import annotations

import subprocess
import sys

from measuring import HERE

ALL = ("startup.py", "schema.py", "check.py", "logos.py", "messages.py", "command_line.py")


def main() -> int:
    """Run them; the first that fails ends it."""
    for name in ALL:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, str(HERE / name)], check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
