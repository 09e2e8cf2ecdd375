"""Words by which a community's lists are known, in file names, keys and headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath

_STRONG = frozenset(
    {
        "adopter", "adopters", "partner", "partners", "ambassador", "ambassadors", "champion",
        "champions", "sponsor", "sponsors", "supporter", "supporters", "maintainer",
        "maintainers", "backer", "backers", "signatories", "evangelists",
    }
)  # fmt: skip
"""Words that say so wherever they are in the name of a data file or in a heading."""
_WEAK = _STRONG | {
    "users", "user", "vendors", "vendor", "members", "member", "team", "teams", "people",
    "companies", "organizations", "organisations", "contributors", "customers", "mentors",
    "teachers", "committers", "owners", "providers", "advisors", "leads", "reviewers",
    "approvers", "landscape", "showcase", "advocates", "sigs", "emeritus", "emeriti", "endusers",
    "workinggroups", "usergroups", "alumni", "alumnus",
}  # fmt: skip
"""Words that say so when a name is made of nothing else."""
_BESIDE = frozenset(
    {
        "list", "data", "our", "the", "all", "current", "active", "former", "past", "community",
        "project", "and", "of", "in", "who", "uses", "is", "using", "open", "source", "official",
        "core", "steering", "tsc", "board", "committee", "technical", "governance",
    }
)  # fmt: skip
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name: `partnersData`, `user-groups`, `ADOPTERS`."""
    return tuple(part.casefold() for part in _PARTS.findall(name[:200]))


@lru_cache(maxsize=4096)
def is_list_name(name: str) -> bool:
    """Return whether a name is that of a list of a community's own and of nothing else."""
    words = [word for word in words_of(name) if not word.isdigit() and word not in _BESIDE]
    return "".join(words) in _WEAK or (bool(words) and all(word in _WEAK for word in words))


@lru_cache(maxsize=4096)
def names_a_list(name: str) -> bool:
    """Return whether a name or heading is that of a list, or has the word for one in it."""
    return bool(_STRONG & set(words_of(name))) or is_list_name(name)


def has_strong_word(name: str) -> bool:
    """Return whether a heading has a word that says so wherever it is."""
    return bool(_STRONG & set(words_of(name)))


def path_names_a_list(path: str) -> bool:
    """Return whether a data file's own name says so, or that of the folder above it or the next."""
    pure = PurePosixPath(path)
    return names_a_list(pure.stem) or any(map(is_list_name, pure.parts[-3:-1]))


def title_of(text: str) -> str:
    """Return a title made of a name: `community_partners` becomes `Community partners`."""
    words = " ".join(_PARTS.findall(text)) or text.strip()
    return (
        words[:1].upper() + words[1:].lower() if words.isupper() else words[:1].upper() + words[1:]
    )


def slug(parts: Iterable[str]) -> str:
    """Return a name for files: lower-case letters, digits and single hyphens."""
    words = [_NO_SLUG.sub("-", part.casefold()).strip("-") for part in parts]
    return "-".join(filter(None, words))[:60].strip("-")
