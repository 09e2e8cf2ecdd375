"""A community's folder read into programmes: first its policies, then the rosters they are for."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from rollkeeper.grammar.globs import is_glob, matches
from rollkeeper.grammar.wording import listed
from rollkeeper.loading.addressing import addressed
from rollkeeper.loading.entry_defects import EntryDefects
from rollkeeper.loading.policy.extending import HERE, SUFFIXES, is_base
from rollkeeper.loading.policy.policy_file import PolicyError, read_policy
from rollkeeper.loading.policy.sections import ConfigError, unknown
from rollkeeper.loading.roster_files import list_files, read_files, together
from rollkeeper.loading.schema import SchemaError, Validator, compile_schema
from rollkeeper.loading.terms import terms_of
from rollkeeper.loading.waiver_comments import waiver_comments
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import Defect, Entry, Programme, Roster
from rollkeeper.model.rule import Catalogue
from rollkeeper.model.tree import START, List

POLICIES = "policies"


@dataclass(frozen=True, slots=True)
class Community:
    """A community's folder and its programmes, in the order of their names.

    `unread` has by path the reasons why rosters were not read at all, and `notes` what else was not
    looked at, by what it is.
    """

    root: Path
    programmes: tuple[Programme, ...]
    unread: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def read_policies(
    root: Path,
    catalogue: Catalogue,
    *,
    policies: Path | None = None,
    names: Collection[str] = (),
) -> tuple[Policy, ...]:
    """Read the policies of the community at `root`, all or those with the given names.

    `policies` is their folder, by default the community's own: on a pull request it is the base
    branch's, so that a change cannot relax the rules that judge it.
    Raises PolicyError with every error in every policy.
    """
    folder = policies if policies is not None else root / POLICIES
    shown = f"{folder.name}/"
    files: dict[str, Path] = {}
    errors: tuple[ConfigError, ...] = ()
    for file in policy_files(folder):
        twin = files.setdefault(file.stem, file)
        if twin is not file:
            message = f"{twin.name} is a policy of the same name; keep one of the two"
            errors += (ConfigError(shown + file.name, START, message),)
    if not files:
        message = (
            "no policy found; write one for each roster, such as policies/partners.yaml, "
            "or let `rollkeeper init` propose them"
        )
        found = _passed_over(folder, shown)
        message += f"; {listed(found)} cannot be one" if found else ""
        raise PolicyError((ConfigError(shown, START, message),))
    missing = [unknown("programme", name, files) for name in names if name not in files]
    if missing:
        raise PolicyError(tuple(ConfigError(shown, START, message) for message in missing))
    read = {name: read_policy(file, shown + file.name, catalogue) for name, file in files.items()}
    errors += tuple(error for _, wrong in read.values() for error in wrong)
    if errors:
        # Several policies can extend one file that has an error.
        raise PolicyError(tuple(dict.fromkeys(errors)))
    usable = [policy for policy, _ in read.values() if policy is not None]
    within = Path(os.path.relpath(folder, root)).as_posix()
    wide = [each for each in usable if is_glob(each.roster) and _reaches(each.roster, within)]
    if wide:
        message = f"`roster` also matches what is in {shown}; choose a narrower pattern"
        raise PolicyError(tuple(ConfigError(each.path, START, message) for each in wide))
    extended = {base for policy in usable for base in policy.bases}
    passed_over = (*_passed_over(folder, shown), *_unextended(folder, shown, extended))
    usable[0] = replace(usable[0], passed_over=passed_over)
    return tuple(policy for policy in usable if not names or policy.name in names)


def _reaches(pattern: str, folder: str) -> bool:
    """Return whether a pattern can match a file in a folder, whatever its name."""
    above = pattern.rpartition("/")[0]
    return matches(f"{above}/*".lstrip("/"), f"{folder}/x")


def policy_files(folder: Path) -> list[Path]:
    """Return the policies of programmes in a folder, in the order of their names."""
    return [each for each in _policy_files(folder) if not is_base(each.name)]


def _policy_files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.glob("*") if each.suffix in SUFFIXES and each.is_file())


def _unextended(folder: Path, shown: str, extended: Collection[str]) -> Iterator[str]:
    """Return the files that are there to be extended and are not."""
    for each in _policy_files(folder):
        if is_base(each.name) and HERE + each.name not in extended:
            yield shown + each.name


def _passed_over(folder: Path, shown: str) -> tuple[str, ...]:
    """Return what lies in the folder like a policy and is not read, a folder with a slash."""
    names = []
    for each in sorted(folder.iterdir()) if folder.is_dir() else ():
        if each.is_dir():
            inside = (file for suffix in SUFFIXES for file in each.rglob(f"*{suffix}"))
            if next(inside, None) is not None:
                names.append(f"{shown}{each.name}/")
        elif each.suffix not in SUFFIXES and each.suffix.casefold() in SUFFIXES:
            names.append(shown + each.name)
    return tuple(names)


def load(
    root: Path,
    policies: Sequence[Policy],
    *,
    earlier: bool = False,
    texts: Mapping[str, bytes | None] = MappingProxyType({}),
    unread: Mapping[str, str] = MappingProxyType({}),
) -> Community:
    """Read the programmes of the community at `root` that have the given policies.

    `earlier` says that this is an older state: rosters that did not exist yet are empty ones.
    `texts` holds files of rosters, by path, that replace those in the folder, None where one is not
    there; `unread` has the reasons why some are not read at all.
    Raises PolicyError where a schema cannot be used or a roster does not exist; what is wrong with
    a roster is never raised but kept in it.
    """
    validators = []
    errors: list[ConfigError] = []
    for policy in policies:
        try:
            validators.append(compile_schema(policy.schema, policy.dates))
        except SchemaError as error:
            place = policy.own.get(("schema",), START)
            errors.append(ConfigError(policy.path, place, f"the schema cannot be used: {error}"))
        if not earlier and not _exists(root, policy.roster, texts, unread):
            message = f"the roster {policy.roster} does not exist"
            if is_glob(policy.roster):
                message = f"no file matches the roster {policy.roster}"
            errors.append(ConfigError(policy.path, policy.own.get(("roster",), START), message))
    if errors:
        raise PolicyError(tuple(errors))
    pairs = zip(policies, validators, strict=True)
    read = tuple(_programme(root, texts, unread, *pair) for pair in pairs)
    return Community(root, read, unread)


def _exists(
    root: Path, pattern: str, texts: Mapping[str, bytes | None], unread: Mapping[str, str]
) -> bool:
    """Return whether there is the file of a roster, or one of several."""
    if not is_glob(pattern):
        return pattern in unread or os.path.lexists(root / pattern)
    if any(matches(pattern, path) for path in (*texts, *unread)):
        return True
    listing = list_files(root, pattern)
    return bool(listing.paths or listing.refused or listing.too_many)


def _programme(
    root: Path,
    texts: Mapping[str, bytes | None],
    unread: Mapping[str, str],
    policy: Policy,
    validator: Validator,
) -> Programme:
    if not is_glob(policy.roster) and not _exists(root, policy.roster, texts, unread):
        return Programme(policy, Roster(policy.roster, "", List()), (), ())
    read = read_files(root, policy, texts, unread)
    if isinstance(read, Roster):
        return Programme(policy, read, (), ())
    files: list[Roster] = []
    entries: list[Entry] = []
    for file in read:
        roster, found = _of_file(policy, validator, file, len(entries))
        files.append(roster)
        entries.extend(found)
    roster = together(policy.roster, files) if is_glob(policy.roster) else files[0]
    most = policy.limits["max_entries"]
    if len(entries) > most:
        defect = replace(_too_many(len(entries), most), path=files[0].path)
        roster, entries = replace(roster, data=None, defects=(*roster.defects, defect)), []
    terms = terms_of(entries, policy)
    comments = tuple(each for file in files for each in waiver_comments(file, entries, policy))
    return Programme(policy, roster, tuple(entries), terms, comments=comments)


def _too_many(number: int, most: int) -> Defect:
    message = (
        f"the roster has {number:,} entries, more than {most:,}; "
        "split it, or raise `limits: {max_entries}` in the policy"
    )
    return Defect("yaml-limit", message, START)


def _of_file(
    policy: Policy, validator: Validator, roster: Roster, before: int
) -> tuple[Roster, list[Entry]]:
    """Return one file of a roster with all its defects, and its entries, numbered from `before`."""
    if roster.data is None:
        return roster, []
    found = addressed(roster, policy)
    if len(found.entries) <= policy.limits["max_entries"]:
        work = EntryDefects(policy, roster, found, before)
        roster = replace(roster, defects=(*work.hidden(), *found.defects, *work.of(validator)))
    entries = [
        Entry(
            policy.name,
            roster.path,
            before + number,
            each.at,
            each.data,
            roster,
            policy.roles,
            each.origins,
        )
        for number, each in enumerate(found.entries)
    ]
    return roster, entries
