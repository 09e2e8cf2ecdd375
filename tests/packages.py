"""An environment that has the packages of one requirements file, and no others."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
_OF_PYTHON = frozenset({"pip", "setuptools", "_distutils_hack", "rollkeeper"})
_MISSING = """\
import sys
from importlib.abc import MetaPathFinder


class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"{requirements} has nothing for {{name}}", name=name)


sys.meta_path.insert(0, Missing())
"""


def pinned(requirements: str) -> dict[str, str]:
    """Return the versions in a requirements file, by the names of the packages."""
    text = (ROOT / requirements).read_text(encoding="utf-8")
    return {_normal(name): version for name, version in _PINNED.findall(text)}


def missing(requirements: str) -> set[str]:
    """Return the modules that are installed here and would not be with that file alone."""
    kept = set(pinned(requirements))
    owners = packages_distributions().items()
    return {name for name, of in owners if not {_normal(each) for each in of} & kept} - _OF_PYTHON


def only(requirements: str, folder: Path) -> Path:
    """Write a folder that hides all other packages from a Python that has it in PYTHONPATH."""
    folder.mkdir(exist_ok=True)
    text = _MISSING.format(names=missing(requirements), requirements=requirements)
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    return folder


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
