"""What an installation takes: packages and megabytes of `requirements.txt`, and the built wheel."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

from measuring import ROOT

MEGABYTE = 1_000_000
LARGEST = 12
"""Packages that are listed one by one."""
INSTALL = ("install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--target")


def pip(*arguments: str | Path) -> None:
    """Run pip; the benchmark ends where it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True)


def size_of(distribution: Distribution) -> int:
    """Return the bytes of a package's files, compiled modules among them."""
    paths = (Path(str(file.locate())) for file in distribution.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def sizes(folder: Path) -> Counter[str]:
    """Return the bytes of each package that is installed in a folder."""
    return Counter({each.name: size_of(each) for each in distributions(path=[str(folder)])})


def total(paths: Iterable[Path]) -> int:
    """Return the bytes of files."""
    return sum(path.stat().st_size for path in paths if path.is_file())


def main() -> int:
    """Install into a folder of its own, build the wheel, and print."""
    with tempfile.TemporaryDirectory() as name:
        installed, wheels = Path(name, "installed"), Path(name, "wheels")
        pip(*INSTALL, installed, "--requirement", ROOT / "requirements.txt")
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
        subprocess.run([*build, "--outdir", wheels, ROOT], check=True, stdout=subprocess.DEVNULL)
        found = sizes(installed)
        megabytes = total(installed.rglob("*")) / MEGABYTE
        wheel = next(wheels.glob("*.whl")).stat().st_size
    print(f"requirements.txt: {len(found)} packages, {megabytes:.0f} MB installed")
    print(f"wheel: {wheel / 1000:.0f} kB\n\n| package | MB |\n|---|---|")
    for package, size in found.most_common(LARGEST):
        print(f"| {package} | {size / MEGABYTE:.1f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
