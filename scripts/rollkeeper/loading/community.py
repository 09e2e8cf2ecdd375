"""A community's folder read into programmes: first its policies, then the rosters they are for."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from rollkeeper.grammar.characters import without_hidden
from rollkeeper.grammar.dates import parse_date
from rollkeeper.grammar.wording import listed
from rollkeeper.loading.files import read_inside
from rollkeeper.loading.policy.policy_file import PolicyError, read_policy
from rollkeeper.loading.policy.sections import ConfigError, unknown
from rollkeeper.loading.schema import SchemaError, Validator, compile_schema, defects
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.policy import Policy
from rollkeeper.model.roster import Defect, Entry, Fix, FixKind, Programme, Roster, Term
from rollkeeper.model.rule import Catalogue
from rollkeeper.model.tree import START, FieldPath, List, Map, Place, Value, follow, path_at

POLICIES = "policies"
SUFFIXES = (".yaml", ".yml")
"""How the name of a policy file ends."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community's folder and its programmes, in the order of their names.

    `unread` has by path the reasons why rosters were not read at all.
    """

    root: Path
    programmes: tuple[Programme, ...]
    unread: Mapping[str, str] = field(default_factory=dict)


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
        message = "no policy found; write one for each roster, such as policies/partners.yaml"
        found = _passed_over(folder, shown)
        message += f"; {listed(found)} cannot be one" if found else ""
        raise PolicyError((ConfigError(shown, START, message),))
    missing = [unknown("programme", name, files) for name in names if name not in files]
    if missing:
        raise PolicyError(tuple(ConfigError(shown, START, message) for message in missing))
    read = {name: read_policy(file, shown + file.name, catalogue) for name, file in files.items()}
    errors += tuple(error for _, wrong in read.values() for error in wrong)
    if errors:
        raise PolicyError(errors)
    usable = [policy for policy, _ in read.values() if policy is not None]
    usable[0] = replace(usable[0], passed_over=_passed_over(folder, shown))
    return tuple(policy for policy in usable if not names or policy.name in names)


def policy_files(folder: Path) -> list[Path]:
    """Return the policy files in a folder, in the order of their names."""
    return sorted(each for each in folder.glob("*") if each.suffix in SUFFIXES and each.is_file())


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
    texts: Mapping[str, bytes] = MappingProxyType({}),
    unread: Mapping[str, str] = MappingProxyType({}),
) -> Community:
    """Read the programmes of the community at `root` that have the given policies.

    `earlier` says that this is an older state: rosters that did not exist yet are empty ones.
    `texts` holds rosters, by path, that replace those in the folder; `unread` has the reasons why
    some are not read at all.
    Raises PolicyError where a schema cannot be used or a roster does not exist; what is wrong with
    a roster is never raised but kept in it.
    """
    validators = []
    errors: list[ConfigError] = []
    for policy in policies:
        try:
            validators.append(compile_schema(policy.schema))
        except SchemaError as error:
            errors.append(ConfigError(policy.path, START, f"the schema cannot be used: {error}"))
        there = policy.roster in unread or os.path.lexists(root / policy.roster)
        if not earlier and not there:
            message = f"the roster {policy.roster} does not exist"
            errors.append(ConfigError(policy.path, START, message))
    if errors:
        raise PolicyError(tuple(errors))
    pairs = zip(policies, validators, strict=True)
    read = tuple(_programme(root, texts, unread, *pair) for pair in pairs)
    return Community(root, read, unread)


def _programme(
    root: Path,
    texts: Mapping[str, bytes],
    unread: Mapping[str, str],
    policy: Policy,
    validator: Validator,
) -> Programme:
    if policy.roster not in unread and not os.path.lexists(root / policy.roster):
        return Programme(policy, Roster(policy.roster, "", List()), (), ())
    data, why_not = texts.get(policy.roster), unread.get(policy.roster, "")
    if data is None and not why_not:
        data, why_not = read_inside(root, policy.roster, policy.limits["max_bytes"])
    if data is None:
        roster = Roster(policy.roster, "", None, (Defect("roster-shape", why_not, START),))
    else:
        roster = read_yaml(data, policy.roster, policy.limits)
    roster = replace(roster, defects=tuple(_in_entries(roster, policy.entries)))
    holder = follow(roster.data, policy.entries)
    most = policy.limits["max_entries"]
    if isinstance(holder, List) and len(holder) > most:
        message = (
            f"the roster has {len(holder):,} entries, more than {most:,}; "
            "split it, or raise `limits: {max_entries}` in the policy"
        )
        defect = Defect("yaml-limit", message, START)
        roster, holder = replace(roster, data=None, defects=(*roster.defects, defect)), None
    if roster.data is not None:
        found = (*_misshapen(holder, policy), *defects(validator, roster.data, policy.entries))
        roster = replace(roster, defects=(*roster.defects, *found))
    entries = tuple(
        Entry(policy.name, roster.path, index, (*policy.entries, index), item, roster, policy.roles)
        for index, item in enumerate(holder if isinstance(holder, List) else ())
        if isinstance(item, Map)
    )
    terms = tuple(term for entry in entries for term in _terms(entry))
    return Programme(policy, roster, entries, terms)


def _in_entries(roster: Roster, entries_at: FieldPath) -> Iterator[Defect]:
    """Return a roster's defects, hidden characters with the value that they are in.

    Several in one value are one defect: one edit removes them all.
    """
    depth = len(entries_at)
    known: set[FieldPath] = set()
    for defect in roster.defects:
        path = None
        if defect.rule == "yaml-encoding" and roster.data is not None:
            path = path_at(roster.data, *defect.place[:2])
        if path is None or path[:depth] != entries_at or len(path) <= depth:
            yield defect
        elif path not in known:
            known.add(path)
            entry, field = path[depth], path[depth + 1 :]
            text, fix = follow(roster.data, path), None
            clean = without_hidden(text) if isinstance(text, str) else ""
            if clean.strip():
                fix = Fix(FixKind.SET, "remove the hidden characters", clean)
            number = entry if isinstance(entry, int) else None
            yield replace(defect, entry=number, field=field, fix=fix)


def _misshapen(holder: Value, policy: Policy) -> Iterator[Defect]:
    """Report what is no list of entries, or the first that is no entry."""
    if not isinstance(holder, List):
        inside = f" under `{'.'.join(map(str, policy.entries))}`" if policy.entries else ""
        message = f"the roster must be a list of entries{inside}, each starting with `- `"
        yield Defect("roster-shape", message, START)
        return
    for index, item in enumerate(holder):
        if not isinstance(item, Map):
            message = "an entry must be a mapping of fields, such as `- name: Example Cloud`"
            yield Defect("roster-shape", message, Place(*holder.item_places[index]), entry=index)
            return  # the rule finds the others, of which there may be half a million


def _terms(entry: Entry) -> Iterator[Term]:
    found: list[tuple[FieldPath, date | None, date | None]] = []
    for path, value in entry.values("terms"):
        for number, item in enumerate(value if isinstance(value, List) else ()):
            if isinstance(item, Map):
                found.append(((*path, number), _day(item.get("start")), _day(item.get("end"))))
    latest = max((end for _, _, end in found if end is not None), default=None)
    for number, (path, start, end) in enumerate(found, start=1):
        yield Term(entry, number, path, start, end, last=end is not None and end == latest)


def _day(value: Value) -> date | None:
    day = parse_date(value) if isinstance(value, str) else None
    return day if isinstance(day, date) else None
