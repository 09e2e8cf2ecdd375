"""Every list of a repository: which files are read, and what was found in them."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rollkeeper.loading.discovery.data_lists import list_of_files, lists_in
from rollkeeper.loading.discovery.documents import DATA_FORMATS, read_document
from rollkeeper.loading.discovery.lists import Document, FoundList, NotUnderstood
from rollkeeper.loading.discovery.logos import LogoPlaces, logo_places
from rollkeeper.loading.discovery.markdown_lists import PAGES, lists_of_page
from rollkeeper.loading.discovery.search import Repository, search
from rollkeeper.loading.discovery.words import is_list_name, path_names_a_list
from rollkeeper.model.list_limits import MAX_FOUND_ENTRIES

_NEAR_THE_TOP = 2
"""Folders below which a README's headings are read as well."""
_FEWEST_FILES = 3
"""Files of a folder from which on they may be one to an entry."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found in a repository.

    `nothing` names the files whose names promise a list and that have none.
    """

    lists: tuple[FoundList, ...]
    logos: tuple[LogoPlaces, ...]
    nothing: tuple[NotUnderstood, ...]
    left_out: tuple[NotUnderstood, ...]


@dataclass
class _Finds:
    lists: list[FoundList] = field(default_factory=list)
    nothing: list[NotUnderstood] = field(default_factory=list)
    entries: int = 0

    def add(self, found: FoundList) -> None:
        if not found.entries:
            self.nothing.extend(found.not_understood)
        elif self.entries + len(found.entries) > MAX_FOUND_ENTRIES:
            reason = f"not taken: all lists together have more than {MAX_FOUND_ENTRIES:,} entries"
            self.nothing.append(NotUnderstood(found.path, found.first, reason))
        else:
            self.lists.append(found)
            self.entries += len(found.entries)


def discover(root: Path, *, only: Collection[str] = (), without: Collection[str] = ()) -> Discovery:
    """Find the lists below `root`, in the order of their paths.

    `only` names files or folders that have lists, whatever they are called; `without` files that
    are rosters already.
    """
    repository = search(root, everywhere=bool(only))
    paths = [path for path in repository.files if path not in without]
    finds = _Finds()
    if only:
        paths = [path for path in paths if _is_named(path, only)]
    single, folders = _split(paths, certain=bool(only))
    for path in single:
        _look_into(repository, path, finds, certain=bool(only))
    for folder, files in folders.items():
        _look_into_folder(repository, folder, files, finds, certain=bool(only))
    finds.lists.sort(key=lambda found: (found.path, found.first))
    pictures = repository.pictures
    missing = [
        NotUnderstood(name, 1, "there is no such file, or it is not searched")
        for name in only
        if not any(_is_named(path, [name]) for path in paths)
    ]
    return Discovery(
        lists=tuple(finds.lists),
        logos=tuple(logo_places(found, pictures) for found in finds.lists),
        nothing=(*missing, *finds.nothing),
        left_out=tuple(repository.left_out),
    )


def _is_named(path: str, names: Collection[str]) -> bool:
    plain = [posixpath.normpath(name) for name in names]
    return any(path == name or path.startswith(f"{name}/") for name in plain)


def _split(paths: Sequence[str], *, certain: bool) -> tuple[list[str], dict[str, list[str]]]:
    """Return the files to read one by one, and the folders whose files may be one to an entry."""
    wanted = [path for path in paths if certain or _promises(path)]
    siblings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in wanted:
        pure = PurePosixPath(path)
        if pure.suffix.casefold() in DATA_FORMATS and not pure.stem.startswith(("_", "README")):
            siblings[str(pure.parent), pure.suffix.casefold()].append(path)
    folders = {
        folder: files
        for (folder, suffix), files in siblings.items()
        if len(files) >= _FEWEST_FILES
        and folder != "."
        and suffix in {".yaml", ".yml", ".toml", ".json", *PAGES}
        and (certain or path_names_a_list(f"{folder}/x"))
    }
    inside = {path for files in folders.values() for path in files}
    return [path for path in wanted if path not in inside], folders


def _promises(path: str) -> bool:
    """Return whether a file may have a list, by its name and its place."""
    pure = PurePosixPath(path)
    suffix = pure.suffix.casefold()
    if suffix in PAGES:
        inside = any(map(is_list_name, pure.parts[-2:-1]))
        readme = pure.stem.casefold() == "readme" and len(pure.parts) <= _NEAR_THE_TOP + 1
        return readme or inside or is_list_name(pure.stem)
    return suffix in DATA_FORMATS and path_names_a_list(path)


def _look_into(repository: Repository, path: str, finds: _Finds, *, certain: bool) -> None:
    data = repository.read(path)
    if data is None:
        return
    for found in _lists_of(path, data, certain=certain):
        finds.add(found)


def _lists_of(path: str, data: bytes, *, certain: bool) -> Iterator[FoundList]:
    if PurePosixPath(path).suffix.casefold() in PAGES:
        yield from lists_of_page(path, data, certain=certain)
        return
    document = read_document(path, data)
    if document is not None:
        yield from lists_in(document, certain=certain)
        if document.data is None and document.not_understood:
            yield FoundList(
                path, document.kind, "", 1, 1, 1, (), not_understood=document.not_understood
            )


def _look_into_folder(
    repository: Repository, folder: str, files: Sequence[str], finds: _Finds, *, certain: bool
) -> None:
    """Take the files of a folder as one list, or else each for itself."""
    documents: list[Document] = []
    texts: dict[str, bytes] = {}
    for path in files:
        data = repository.read(path)
        if data is None:
            continue
        texts[path] = data
        document = read_document(path, data)
        if document is not None:
            documents.append(document)
    found = list_of_files(folder, documents) if documents else None
    if found is not None and found.entries:
        finds.add(found)
        return
    for path, data in texts.items():
        for each in _lists_of(path, data, certain=certain):
            finds.add(each)
