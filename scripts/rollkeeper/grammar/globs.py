"""Paths with stars, by which a roster of several files is named.

`*` stands for any part of one name, `**` for any number of folders. Neither stands for a name that
begins with a dot. Matching takes time in proportion to the path: a name has one star at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ANY_FOLDERS = "**"
STAR = "*"


def is_glob(path: str) -> bool:
    """Return whether a path has stars."""
    return STAR in path


def why_no_glob(pattern: str) -> str | None:
    """Return in words what is wrong with the stars of a pattern; None where nothing is."""
    parts = pattern.split("/")
    if any(part != ANY_FOLDERS and part.count(STAR) > 1 for part in parts):
        return "a name in it can have one `*`; `**` stands alone, between slashes"
    if parts.count(ANY_FOLDERS) > 1:
        return "it can have `**` once"
    if parts[-1] == ANY_FOLDERS:
        return "it must end in the name of a file, such as `*.yaml`"
    return None


def matches_name(pattern: str, name: str) -> bool:
    """Return whether a name without slashes matches a part of a pattern."""
    before, star, after = pattern.partition(STAR)
    if not star:
        return name == pattern
    hidden = name.startswith(".") and not before
    fits = name.startswith(before) and name.endswith(after)
    return fits and not hidden and len(name) >= len(before) + len(after)


def matches(pattern: str, path: str) -> bool:
    """Return whether a path is the one of a pattern, or one of several."""
    if not is_glob(pattern):
        return path == pattern
    parts, names = pattern.split("/"), path.split("/")
    if ANY_FOLDERS not in parts:
        return _match_each(parts, names)
    cut = parts.index(ANY_FOLDERS)
    head, tail = parts[:cut], parts[cut + 1 :]
    between = names[cut : len(names) - len(tail)]
    return (
        len(names) >= len(head) + len(tail)
        and _match_each(head, names[:cut])
        and _match_each(tail, names[len(names) - len(tail) :])
        and not any(name.startswith(".") for name in between)
    )


def matches_any(patterns: Iterable[str], path: str) -> bool:
    """Return whether a path is one of some patterns'."""
    return any(matches(pattern, path) for pattern in patterns)


def fixed_folder(pattern: str) -> str:
    """Return the folder that everything that matches is in; empty where that is the root."""
    parts = pattern.split("/")[:-1]
    kept = []
    for part in parts:
        if is_glob(part):
            break
        kept.append(part)
    return "/".join(kept)


def _match_each(parts: Sequence[str], names: Sequence[str]) -> bool:
    return len(parts) == len(names) and all(map(matches_name, parts, names))
