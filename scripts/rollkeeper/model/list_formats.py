"""The formats of lists that `rollkeeper import` reads."""

from __future__ import annotations

from collections.abc import Mapping

LIST_FORMATS: Mapping[str, str] = {
    "markdown": ".md",
    "yaml": ".yaml",
    "json": ".json",
    "csv": ".csv",
    "tsv": ".tsv",
    "toml": ".toml",
    "javascript": ".js",
}
"""By the name of a format, how the names of its files end."""
