"""What `rollkeeper init` proposes: a policy for each list, a roster where one has to be made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rollkeeper.grammar.logo_paths import logo_path
from rollkeeper.grammar.wording import counted
from rollkeeper.grammar.yaml_writer import document, scalar
from rollkeeper.loading.discovery import FoundEntry, FoundList, NotUnderstood
from rollkeeper.loading.discovery.lists import visible
from rollkeeper.loading.discovery.logos import LogoPlaces
from rollkeeper.loading.discovery.words import slug
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.tree import dotted

SCHEMA = (
    "https://raw.githubusercontent.com/rollkeeper/rollkeeper/main/schemas/v1/policy.schema.json"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a proposed policy, and where its value comes from."""

    key: str
    value: str
    path: str
    line: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class ProposedProgramme:
    """A programme for one list: its policy's settings, and its roster unless the list is one."""

    name: str
    found: FoundList
    settings: tuple[Setting, ...]
    entries: tuple[FoundEntry, ...] = ()
    notes: tuple[NotUnderstood, ...] = ()

    @property
    def policy_path(self) -> str:
        """The path of the policy file."""
        return f"policies/{self.name}.yaml"

    @property
    def roster_path(self) -> str:
        """The path of the roster."""
        return next(each.value for each in self.settings if each.key == "roster")

    @property
    def in_place(self) -> bool:
        """Whether the list stays where it is, as the roster."""
        return self.found.within is not None

    def files(self) -> dict[str, bytes]:
        """Return the files to write, by path."""
        written = {self.policy_path: _policy(self).encode()}
        if not self.in_place:
            header = f"# Made of {_where(self.found)} by `rollkeeper init`.\n"
            roster = document([entry.fields for entry in self.entries])
            written[self.roster_path] = (header + roster).encode()
        return written


def _where(found: FoundList) -> str:
    if found.kind == "one file to an entry":
        return f"the files in {found.path}"
    return f"{found.path}, lines {found.first} to {found.last},"


def _policy(programme: ProposedProgramme) -> str:
    lines = [f"# yaml-language-server: $schema={SCHEMA}"]
    fields = [each for each in programme.settings if each.key.startswith("fields.")]
    lines += [
        f"{each.key}: {scalar(each.value)}" for each in programme.settings if each not in fields
    ]
    if fields:
        lines.append("fields:")
        lines += [f"  {each.key.partition('.')[2]}: {each.value}" for each in fields]
    return "\n".join(lines) + "\n"


def propose(found: Sequence[FoundList], logos: Sequence[LogoPlaces]) -> list[ProposedProgramme]:
    """Return a programme for each list; no two have one name."""
    names = _names(found)
    titles = _titles(found)
    return [_programme(*each) for each in zip(names, titles, found, logos, strict=True)]


def _names(found: Sequence[FoundList]) -> list[str]:
    """Return a name for each list: its file's, with its title or folder where that is not one."""
    names: list[str] = []
    stems = [slug([PurePosixPath(each.path).stem]) for each in found]
    for each, stem in zip(found, stems, strict=True):
        parents = PurePosixPath(each.path).parts[:-1]
        key = str(each.within[-1]) if each.within else each.title
        candidates = [stem] if stems.count(stem) == 1 and stem != "readme" else []
        candidates += [slug([stem, key]) if stem != "readme" else slug([key])]
        candidates += [slug([*parents[-depth:], stem, key]) for depth in range(1, len(parents) + 1)]
        candidates += [f"{candidates[0]}-{number}" for number in range(2, len(found) + 3)]
        free = (name for name in candidates if name and name not in names)
        names.append(next(free, f"list-{len(names) + 1}"))
    return names


def _titles(found: Sequence[FoundList]) -> list[str]:
    titles = [each.title for each in found]
    return [
        title if titles.count(title) == 1 else f"{title} ({PurePosixPath(each.path).stem})"
        for title, each in zip(titles, found, strict=True)
    ]


def _programme(name: str, title: str, found: FoundList, logos: LogoPlaces) -> ProposedProgramme:
    in_place = found.within is not None
    roster = found.path if in_place else f"rosters/{name}.yaml"
    settings = [
        Setting("title", title, found.path, found.title_line),
        Setting("roster", roster, found.path, found.first, "" if in_place else "made of this list"),
    ]
    if found.within:
        settings.append(Setting("entries", dotted(found.within), found.path, found.first))
    entries, notes = list(found.entries), list(logos.unknown)
    if not in_place:
        entries, cleaned = visible(found.entries)
        notes += cleaned
    chosen, said = _logo_folder(found, logos, in_place=in_place)
    settings += chosen
    notes += said
    if not in_place and chosen:
        entries = _with_logos(entries, logos)
    settings += _fields(found, entries, in_place=in_place)
    return ProposedProgramme(name, found, tuple(settings), tuple(entries), tuple(notes))


def _fields(
    found: FoundList, entries: Sequence[FoundEntry], *, in_place: bool
) -> Iterator[Setting]:
    """Return which key plays which role, where it is not the one that does so by itself."""
    keys = found.keys or {}
    nameless = [entry for entry in entries if "name" not in entry.fields]
    if in_place:
        for role, (key, line) in keys.items():
            if (key,) not in DEFAULT_ROLES[role] and not set(key) & set(".*"):
                yield Setting(f"fields.{role}", scalar(key, flow=True), found.path, line)
    if nameless:
        handle = keys.get("handle", ("github", 1))[0] if in_place else "github"
        line = nameless[0].lines.get("github", nameless[0].line)
        name = keys["name"][0] if in_place and "name" in keys else "name"
        value = handle if len(nameless) == len(entries) else f"[{name}, {handle}]"
        why = "the only field that says whom an entry is about"
        yield Setting("fields.name", value, nameless[0].path, line, why)


def _logo_folder(
    found: FoundList, logos: LogoPlaces, *, in_place: bool
) -> tuple[list[Setting], list[NotUnderstood]]:
    """Return the setting for the logo folder, or a note why it cannot be set."""
    texts = found.texts("logo")
    if not texts:
        return [], []
    first = texts[0][0]
    line = first.lines.get("logo", first.line)
    if logos.folder is None:
        addresses = (
            f"{counted(len(texts), 'entry')} with a logo: no logo is a file of the repository"
        )
        return [], [NotUnderstood(first.path, line, f"{addresses}, so no logo folder can be set")]
    other = [text for text, file in logos.files.items() if not _is_in(text, file, logos.folder)]
    if in_place and other:
        reason = (
            f"the logos are in {logos.folder}, but entries name them by another path, such as "
            f"`{other[0]}`; write paths within the folder and set `logos: {logos.folder}`"
        )
        return [], [NotUnderstood(first.path, line, reason)]
    why = f"{len(logos.files):,} of {counted(len(texts), 'logo')} are there"
    return [Setting("logos", logos.folder, first.path, line, why)], []


def _is_in(text: str, file: str, folder: str) -> bool:
    return file == f"{folder}/{logo_path(text, folder)}"


def _with_logos(entries: Sequence[FoundEntry], logos: LogoPlaces) -> list[FoundEntry]:
    """Return entries that name their logos as a roster does: by the file's name in the folder."""
    done = []
    for entry in entries:
        text = entry.fields.get("logo")
        file = logos.files.get(text) if isinstance(text, str) else None
        fields = dict(entry.fields)
        if file is not None:
            folder, _, name = file.rpartition("/")
            fields["logo"] = name if folder == logos.folder else file
        done.append(replace(entry, fields=fields))
    return done
