"""Which files of a repository the logos of a list are, and in which folder."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from rollkeeper.loading.discovery.lists import FoundList, NotUnderstood

_STEPS = re.compile(r"\A(?:\.\.?/)+")
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LogoPlaces:
    """The files that the logos of a list are, by reference, and the folder that has most of them.

    `unknown` are the references for which there is no file, or more than one.
    """

    folder: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[NotUnderstood, ...] = ()


def logo_places(found: FoundList, pictures: Sequence[str]) -> LogoPlaces:
    """Find the files of a list's logos: relative to the list, to the root, or below one folder.

    A site serves its pictures from a folder that the list does not name, such as `static/img`. It
    is the one folder in which most of the references lead to files.
    """
    role = "logo"
    texts = {text: entry for entry, text in found.texts(role) if not _REMOTE.match(text)}
    if not texts:
        return LogoPlaces()
    known = set(pictures)
    ends: dict[str, list[str]] = {}
    for picture in pictures:
        ends.setdefault(picture.rpartition("/")[2], []).append(picture)
    near = posixpath.dirname(found.path)
    files: dict[str, str] = {}
    open_references: dict[str, list[str]] = {}
    for text in texts:
        plain = _plain(text)
        relative = posixpath.normpath(posixpath.join(near, plain))
        rooted = posixpath.normpath(plain.lstrip("/"))
        direct = [each for each in (relative, rooted) if each in known]
        if direct:
            files[text] = direct[0]
            continue
        ending = _ending(plain)
        held = ends.get(ending.rpartition("/")[2], [])
        prefixes = [
            each[: -len(ending)] for each in held if each.endswith(f"/{ending}") or each == ending
        ]
        open_references[text] = prefixes
    best = _best(open_references, near)
    unknown = []
    for text, prefixes in open_references.items():
        if best is not None and best in prefixes:
            files[text] = best + _ending(_plain(text))
            continue
        entry = texts[text]
        line = entry.lines.get(role, entry.line)
        reason = (
            f"the logo `{text}` is none of the repository's pictures"
            if not prefixes
            else f"the logo `{text}` could be any of {len(prefixes)} files of that name"
        )
        unknown.append(NotUnderstood(entry.path, line, reason))
    folders = Counter(posixpath.dirname(file) for file in files.values())
    return LogoPlaces(folders.most_common(1)[0][0] if folders else None, files, tuple(unknown))


def _plain(reference: str) -> str:
    """Return the path of a reference, without what a browser would ask of it."""
    return unquote(reference.partition("?")[0].partition("#")[0])


def _ending(path: str) -> str:
    """Return a path without the steps at its start that lead elsewhere."""
    return _STEPS.sub("", path).lstrip("/")


def _best(references: Mapping[str, Sequence[str]], near: str) -> str | None:
    """Return the prefix under which most references are files; None where two are equally good."""
    counts = Counter(prefix for prefixes in references.values() for prefix in prefixes)
    if not counts:
        return None
    most = max(counts.values())
    best = [prefix for prefix, number in counts.items() if number == most]
    if len(best) > 1:
        shared = {each: len(posixpath.commonpath([f"/{each}", f"/{near}"])) for each in best}
        closest = max(shared.values())
        best = [each for each in best if shared[each] == closest]
    return best[0] if len(best) == 1 else None
