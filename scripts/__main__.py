"""Run a script of this folder isolated from where it is run: `python -I scripts NAME [ARGUMENTS]`.

With -I, Python reads no module from the current folder, the environment or the user's home. It then
leaves out a script's own folder too, but not a folder that is itself what it runs. Exit status:
that of the script, 2 there is no script of that name.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Run the script that the first argument names, with the others as its arguments."""
    here = Path(__file__).parent
    scripts = {file.stem: file for file in here.glob("[a-z]*.py")}
    name = arguments[0] if arguments else ""
    if name not in scripts:
        asked = name in {"-h", "--help"}
        known = ", ".join(sorted(scripts))
        sys.stdout.write(f"{__doc__}\nScripts: {known}\n")
        raise SystemExit(0 if asked else 2)
    sys.argv = [str(scripts[name]), *arguments[1:]]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
