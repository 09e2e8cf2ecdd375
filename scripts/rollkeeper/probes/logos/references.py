"""The one file that an entry's logo field means, if there is one.

Nothing here touches a file: a reference is compared with the names that the folder really has, so
that a file system which ignores case, or an odd string, can lead nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rollkeeper.grammar.characters import hidden_in, shown
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.logo import LogoDefect, name_key
from rollkeeper.model.logo_limits import MAX_REFERENCE

_ADDRESS = re.compile(r"\s*(?:(?:[a-z][a-z0-9+.-]+:)|//)", re.IGNORECASE)
_DATA = re.compile(r"\s*data:", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s\\%?#*\"'<>|:;&$`!(){}\[\]]")
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])\s*(?:\.|\Z)",
    re.IGNORECASE,
)
"""Names that mean a device on Windows, with any extension: a checkout there fails."""


@dataclass(frozen=True)
class LogoIndex:
    """The names that a logo folder has: regular files, symbolic links, and all others.

    `defect` says why the folder itself cannot be listed.
    """

    folder: str
    files: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    defect: LogoDefect | None = None

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The files, by their names without case and in one Unicode form."""
        return {name_key(name): name for name in sorted(self.files, reverse=True)}

    @cached_property
    def by_stem(self) -> Mapping[str, str]:
        """One file for each name without its extension."""
        return {_stem_key(name): name for name in sorted(self.files, reverse=True)}

    @property
    def names(self) -> frozenset[str]:
        """All names."""
        return self.files | self.links | self.others


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """What a reference leads to.

    `name` is the file in the folder, None where there is none to be opened; `defect` is what is
    wrong with the reference, `meant` a name in the folder that it means but does not lead to.
    """

    name: str | None
    defect: LogoDefect | None = None
    meant: str | None = None


def resolve(reference: str, index: LogoIndex) -> ResolvedReference:
    """Find the file that `reference` means; never raises."""
    defect = _refused(reference) or index.defect
    if defect:
        return _refused_file(reference, defect, index)
    steps = reference.split("/")
    while len(steps) > 1 and steps[0] == ".":
        steps = steps[1:]
    defect = _refused_steps(reference, steps, index.folder)
    if defect:
        return _refused_file(reference, defect, index)
    home = index.folder.split("/")
    if len(steps) > 1 and name_key("/".join(steps[:-1])) == name_key(index.folder):
        found = _in_folder(steps[-1], index)
        if steps[:-1] != home and found.name is not None:
            return ResolvedReference(found.name, _wrong_case(reference))
        return found
    if len(steps) > 1:
        message = f"{quoted(reference)} is not directly in {index.folder}"
        return ResolvedReference(None, LogoDefect("logo-outside-folder", message))
    return _in_folder(steps[0], index)


def _refused_file(reference: str, defect: LogoDefect, index: LogoIndex) -> ResolvedReference:
    """Refuse a reference, and name the file that it would lead to if only its name were safe."""
    folder, _, name = reference.rpartition("/")
    named = folder in {"", ".", index.folder} and name in index.names
    return ResolvedReference(None, defect, name if named else None)


def _refused(reference: str) -> LogoDefect | None:  # noqa: PLR0911 - one return for each kind of string
    """Refuse what cannot be the name of a file in the folder, whatever the folder has."""
    if _ADDRESS.match(reference):
        what = "is a whole picture written as text" if _DATA.match(reference) else "is an address"
        return LogoDefect("logo-hotlinked", f"{quoted(reference)} {what}")
    if reference.startswith(("/", "~")):
        return LogoDefect(
            "logo-outside-folder", f"{quoted(reference)} starts outside the repository"
        )
    if len(reference) > MAX_REFERENCE:
        return _unsafe(reference, f"has {len(reference):,} characters")
    hidden = next(hidden_in(reference, most=1), None)
    if hidden:
        return _unsafe(reference, f"has the character {shown(hidden[1])}")
    found = _UNSAFE.search(reference)
    if found:
        character = "a blank" if found.group().isspace() else f"the character {found.group()}"
        return _unsafe(reference, f"has {character}")
    if unicodedata.normalize("NFKC", reference) != unicodedata.normalize("NFC", reference):
        return _unsafe(reference, "has letters that only look like the plain ones")
    return None


def _refused_steps(reference: str, steps: list[str], folder: str) -> LogoDefect | None:
    if ".." in steps:
        return LogoDefect("logo-outside-folder", f"{quoted(reference)} leaves {folder} with `..`")
    if not all(step.strip(".") for step in steps):
        return _unsafe(reference, "has an empty part between its slashes or names no file")
    name = steps[-1]
    if name.startswith((".", "-")):
        return _unsafe(reference, f"starts with `{name[0]}`")
    if name.endswith(".") or ".." in name:
        return _unsafe(reference, "has one dot too many")
    if any(_DEVICES.match(step) for step in steps):
        return _unsafe(reference, "is the name of a device on Windows")
    return None


def _stem_key(name: str) -> str:
    return name_key(name.rpartition(".")[0] or name)


def _unsafe(reference: str, why: str) -> LogoDefect:
    return LogoDefect("logo-name-unsafe", f"{quoted(reference)} {why}")


def _wrong_case(reference: str) -> LogoDefect:
    message = f"is written {quoted(reference)}, which differs in case or in how accents are encoded"
    return LogoDefect("logo-wrong-case", message)


def _in_folder(name: str, index: LogoIndex) -> ResolvedReference:
    if name in index.files:
        return ResolvedReference(name)
    if name in index.links:
        message = f"{index.folder}/{cut(name)} is a symbolic link"
        return ResolvedReference(None, LogoDefect("logo-is-link", message), name)
    if name in index.others:
        message = f"{index.folder}/{cut(name)} is not a regular file"
        return ResolvedReference(None, LogoDefect("logo-missing", message), name)
    real = index.by_key.get(name_key(name))
    if real is not None:
        return ResolvedReference(real, _wrong_case(name))
    near = index.by_stem.get(_stem_key(name))
    hint = f"; did you mean {quoted(near)}?" if near else ""
    return ResolvedReference(
        None, LogoDefect("logo-missing", f"{index.folder} has no file {quoted(name)}{hint}")
    )
