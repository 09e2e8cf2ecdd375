"""The catalogue: every module of this folder declares one family of rules.

A file dropped into this folder is a family; nothing else has to be told of it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from rollkeeper.rule import Rule, declared


@cache
def catalogue() -> Mapping[str, Rule]:
    """Give every rule that there is, by id."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return declared()
