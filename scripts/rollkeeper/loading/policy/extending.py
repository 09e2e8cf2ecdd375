"""The `extends` of a policy file: which presets and which other policy files it starts from."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from rollkeeper.grammar.wording import nearest, quoted
from rollkeeper.loading.policy.sections import PolicyReader, unknown
from rollkeeper.model.limits import MAX_BASES
from rollkeeper.model.tree import FieldPath, List, Place, Value, place_of

SUFFIXES = (".yaml", ".yml")
"""How the name of a policy file ends."""
BASE_PREFIX = "_"
"""How the name of a policy file begins that others extend and that is no programme itself."""
HERE = "./"
"""How `extends` begins with a file beside the policy, and not with a preset."""
_HOW = f"write the name of a preset, or {HERE} and the name of a file in this folder"


@dataclass(frozen=True, slots=True)
class BaseName:
    """A preset or a file that a policy extends, and where it says so."""

    name: str
    path: str
    place: Place

    @property
    def file(self) -> str | None:
        """The name of the file beside the policy, or None for a preset."""
        return self.name.removeprefix(HERE) if self.name.startswith(HERE) else None


def is_base(name: str) -> bool:
    """Return whether a file of policies is only there to be extended, by its name."""
    return name.startswith(BASE_PREFIX)


def read_extends(reading: PolicyReader, presets: Collection[str]) -> tuple[BaseName, ...]:
    """Read what a policy extends, in the order in which it is laid over one another."""
    value = reading.data.get("extends")
    if "extends" not in reading.data:
        return ()
    items = value if isinstance(value, List) else [value]
    found = []
    for number, item in enumerate(items):
        path: FieldPath = ("extends", number) if isinstance(value, List) else ("extends",)
        wrong = "; ".join(_wrong(item, presets))
        if wrong:
            reading.error(path, wrong)
        else:
            found.append(BaseName(str(item), reading.path, place_of(reading.data, path)))
    if len(found) > MAX_BASES:
        reading.error(("extends",), f"`extends` may list {MAX_BASES} files and presets")
    return tuple(found[:MAX_BASES])


def _wrong(item: Value, presets: Collection[str]) -> Iterator[str]:
    if not isinstance(item, str) or not item.strip():
        yield f"`extends` must be text or a list of texts: {_HOW}"
    elif item.startswith(HERE):
        name = item.removeprefix(HERE)
        if "/" in name or "\\" in name or posixpath.splitext(name)[1] not in SUFFIXES:
            yield f"{quoted(item)} must be a file in the same folder, such as ./_base.yaml"
    elif posixpath.splitext(item)[1] in SUFFIXES:
        yield f"{quoted(item)} is no preset; for a file in the same folder write `./_base.yaml`"
    elif item not in presets:
        yield unknown("preset", item, presets)


def why_not_a_base(folder: Path, name: str) -> str | None:
    """Return why a file cannot be extended, or None where it is there and plain."""
    try:
        mode = os.lstat(folder / name).st_mode
    except (OSError, ValueError):
        near = nearest(name, [each.name for each in folder.iterdir() if each.suffix in SUFFIXES])
        hint = f"; did you mean {quoted(HERE + near)}?" if near else ""
        return f"there is no file {quoted(name)} in this folder{hint}"
    return None if stat.S_ISREG(mode) else f"{quoted(name)} is a link or a folder, not a file"
