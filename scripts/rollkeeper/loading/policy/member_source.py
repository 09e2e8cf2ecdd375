"""The `members` and `lists` of a policy file: outside lists that a roster is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rollkeeper.grammar.urls import InvalidHost, parse
from rollkeeper.loading.policy.sections import PolicyReader, leaves_root, read_path
from rollkeeper.model.policy import Absence, MemberSource, OutsideList, Severity
from rollkeeper.model.tree import FieldPath, List, Map, Value, field_path, key_place_of

KEYS = ("file", "url", "entries", "field", "role")
LIST_KEYS = ("name", "file", "url", "entries", "field", "compare", "missing", "except")
ROLES = ("organisation", "name")
MAX_LISTS = 20
"""Outside lists that one programme is compared with."""
_SECTION = "members"
_RULE = "differs-from-list"


def read_members(reading: PolicyReader) -> MemberSource | None:
    """Read where the list of members is; None where the policy names none, or a wrong one."""
    given = reading.data.get(_SECTION)
    if given is None:
        return None
    before = len(reading.errors)
    reading.settings(_SECTION, KEYS)
    if not isinstance(given, Map):
        return None
    role = reading.text(given, (_SECTION,), "role", needed=False)
    if role is not None and role not in ROLES:
        reading.error((_SECTION, "role"), f"`role` must be one of {', '.join(ROLES)}")
    source = _source(reading, given, (_SECTION,), role)
    return source if len(reading.errors) == before else None


def read_lists(reading: PolicyReader) -> tuple[OutsideList, ...]:
    """Read the lists of others; each needs a name of its own and a place."""
    lists: dict[str, OutsideList] = {}
    for path, given in reading.items("lists", LIST_KEYS):
        before = len(reading.errors)
        name = reading.text(given, path, "name") or ""
        source = _source(reading, given, path, "name")
        missing = given.get("missing", Absence.BOTH)
        if missing not in tuple(Absence):
            reading.error((*path, "missing"), f"`missing` must be one of {', '.join(Absence)}")
        leaves_out = given.get("except", List())
        if not isinstance(leaves_out, List) or not all(
            isinstance(each, str) for each in leaves_out
        ):
            reading.error((*path, "except"), "`except` must be a list of names")
        compared = dict(_compared(reading, given, path))
        if name in lists:
            reading.error((*path, "name"), f"another list is called `{name}` too; choose another")
        if len(lists) == MAX_LISTS:
            reading.error(path, f"there are more than {MAX_LISTS} lists")
        if len(reading.errors) == before:
            names = tuple(map(str, leaves_out)) if isinstance(leaves_out, List) else ()
            lists[name] = OutsideList(name, source, compared, Absence(str(missing)), names)
    _refuse_severity(reading)
    return tuple(lists.values())


def _refuse_severity(reading: PolicyReader) -> None:
    """Refuse to make more than a notice of what is on somebody else's list."""
    rules = reading.data.get("rules")
    given = rules.get(_RULE) if isinstance(rules, Map) else None
    severity = given.get("severity") if isinstance(given, Map) else given
    if severity in (Severity.ERROR, Severity.WARNING):
        message = f"`{_RULE}` is always a notice: others keep the list, so no change fails by it"
        reading.error(("rules", _RULE), message)


def _compared(
    reading: PolicyReader, given: Map, path: FieldPath
) -> Iterator[tuple[str, tuple[FieldPath, ...]]]:
    """Return what is compared: roles or fields of an entry, and where an item has the same."""
    compare = given.get("compare", Map())
    if not isinstance(compare, Map):
        message = "`compare` must be a mapping, such as {website: homepage_url}"
        reading.error((*path, "compare"), message)
        return
    for key, value in compare.items():
        if read_path(key) is None:
            message = f"`{key}` must be a role, or a field of the roster"
            reading.error((*path, "compare", key), message, on_key=True)
        else:
            yield key, _paths(reading, value, (*path, "compare", key))


def _source(reading: PolicyReader, given: Map, path: FieldPath, role: str | None) -> MemberSource:
    """Read where a list is and where in it the names are; errors are noted."""
    texts: Mapping[str, str | None] = {
        key: reading.text(given, path, key, needed=False) for key in ("file", "url", "entries")
    }
    file, url = texts["file"], texts["url"]
    if ("file" in given) == ("url" in given):
        what = "`members`" if path == (_SECTION,) else "each of `lists`"
        reading.error(path, f"{what} must have either `file` or `url`", on_key=True)
    if file is not None and leaves_root(file):
        message = "`file` must be a path inside the community's folder, without `..`"
        reading.error((*path, "file"), message)
    if url is not None:
        _check_address(reading, url, (*path, "url"))
    fields = _paths(reading, given.get("field", "name"), (*path, "field"))
    entries = field_path(texts["entries"]) if texts["entries"] else ()
    return MemberSource(file, url, entries, fields, role, key_place_of(reading.data, path))


def _check_address(reading: PolicyReader, url: str, path: FieldPath) -> None:
    read = parse(url)
    if isinstance(read, InvalidHost):
        reading.error(path, f"`url`: {read.message}")
    elif read.scheme != "https":
        reading.error(path, "`url` must start with `https://`")


def _paths(reading: PolicyReader, value: Value, path: FieldPath) -> tuple[FieldPath, ...]:
    paths = [read_path(each) for each in (value if isinstance(value, List) else [value])]
    if None in paths or not paths:
        message = f"`{path[-1]}` must be a field such as `name`, or a list of fields"
        reading.error(path, message)
    return tuple(each for each in paths if each is not None)
