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
from rollkeeper.grammar.logo_paths import logo_path
from rollkeeper.grammar.wording import cut, quoted
from rollkeeper.model.logo import LogoDefect, name_key
from rollkeeper.model.logo_limits import MAX_REFERENCE

_ADD = "add the file in the same change, or correct the name"
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
    """What a logo folder and the folders in it hold, by paths within it.

    `above` are the files in the folder that it is in. `defect` says why the folder cannot be
    listed.
    """

    folder: str
    files: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    defect: LogoDefect | None = None

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The files, by their paths without case and in one Unicode form."""
        return {name_key(name): name for name in sorted(self.files, reverse=True)}

    @cached_property
    def by_stem(self) -> Mapping[str, str]:
        """One file for each name without its folder and extension; `_` and `-` are the same."""
        return {_stem_key(name): name for name in sorted(self.files, reverse=True)}

    @property
    def names(self) -> frozenset[str]:
        """All names but those of folders."""
        return self.files | self.links | self.others


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """What a reference leads to.

    `name` is the path of the file in the folder, None where there is none to be opened; `defect` is
    what is wrong with the reference, `meant` a name in the folder that it means but does not lead
    to, and `near` one that was perhaps meant.
    """

    name: str | None
    defect: LogoDefect | None = None
    meant: str | None = None
    near: str | None = None


def resolve(reference: str, index: LogoIndex, prefix: str | None = None) -> ResolvedReference:
    """Find the file that `reference` means; never raises.

    `prefix` is what stands before the path within the folder, where the policy says it.
    """
    defect = _refused(reference) or index.defect
    if defect:
        return _refused_file(reference, defect, index, prefix)
    path = logo_path(reference, index.folder, prefix)
    defect = _refused_steps(reference, path.split("/"), index.folder)
    if defect:
        return _refused_file(reference, defect, index, prefix)
    found = _in_folder(path, index)
    if found.name is None:
        other = logo_path(reference, index.folder, prefix, any_case=True)
        real = index.by_key.get(name_key(other))
        if real is not None:
            return ResolvedReference(real, _wrong_case(reference))
    return found


def _refused_file(
    reference: str, defect: LogoDefect, index: LogoIndex, prefix: str | None
) -> ResolvedReference:
    """Refuse a reference, and name the file that it would lead to if only its name were safe."""
    name = logo_path(reference, index.folder, prefix)
    return ResolvedReference(None, defect, name if name in index.names else None)


def _refused(reference: str) -> LogoDefect | None:  # noqa: PLR0911 - one return for each kind of string
    """Refuse what cannot be the name of a file in the folder, whatever the folder has."""
    if _ADDRESS.match(reference):
        what = "is a whole picture written as text" if _DATA.match(reference) else "is an address"
        return LogoDefect("logo-hotlinked", f"{quoted(reference)} {what}")
    if reference.startswith("~"):
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
    for name in steps:
        if name.startswith((".", "-")):
            return _unsafe(reference, f"has a name that starts with `{name[0]}`")
        if name.endswith(".") or ".." in name:
            return _unsafe(reference, "has one dot too many")
    if any(_DEVICES.match(step) for step in steps):
        return _unsafe(reference, "is the name of a device on Windows")
    return None


def _stem_key(name: str) -> str:
    own = name.rpartition("/")[2]
    return name_key(own.rpartition(".")[0] or own).replace("_", "-")


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
    if name in index.others | index.folders:
        message = f"{index.folder}/{cut(name)} is not a regular file; {_ADD}"
        return ResolvedReference(None, LogoDefect("logo-missing", message), name)
    real = index.by_key.get(name_key(name))
    if real is not None:
        return ResolvedReference(real, _wrong_case(name))
    return _missing(name, index)


def _missing(name: str, index: LogoIndex) -> ResolvedReference:
    message = f"{index.folder} has no file {quoted(name)}"
    near = index.by_stem.get(_stem_key(name))
    if near is not None:
        message = f"{message}; did you mean {quoted(near)}?"
    elif name in index.above:
        folder = index.folder.rpartition("/")[0] or "the top folder"
        message = f"{message}, but {folder} has one; move it into {index.folder}"
    else:
        message = f"{message}; {_ADD}"
    return ResolvedReference(None, LogoDefect("logo-missing", message), near=near)
