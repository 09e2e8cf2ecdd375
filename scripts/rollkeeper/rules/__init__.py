"""The catalogue: every module of this folder declares one family of rules.

A file or a folder in here is a family; nothing else has to name it.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from rollkeeper.model.rule import Catalogue
from rollkeeper.rules.declaring import declared


@cache
def catalogue() -> Catalogue:
    """Return every rule that there is, by id."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
    return declared()
