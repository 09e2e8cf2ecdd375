"""The `members` of a policy file: an outside list that organisations are compared with."""

from __future__ import annotations

from rollkeeper.grammar.urls import InvalidHost, parse
from rollkeeper.loading.policy.sections import PolicyReader, leaves_root, read_path
from rollkeeper.model.policy import MemberSource
from rollkeeper.model.tree import FieldPath, List, Map, field_path, key_place_of

KEYS = ("file", "url", "entries", "field", "role")
ROLES = ("organisation", "name")
_SECTION = "members"


def read_members(reading: PolicyReader) -> MemberSource | None:
    """Read where the list of members is; None where the policy names none, or a wrong one."""
    before = len(reading.errors)
    given = reading.data.get(_SECTION)
    if given is None:
        return None
    reading.settings(_SECTION, KEYS)
    if not isinstance(given, Map):
        return None
    texts = {
        key: reading.text(given, (_SECTION,), key, needed=False)
        for key in ("file", "url", "entries", "role")
    }
    file, url, role = texts["file"], texts["url"], texts["role"]
    if ("file" in given) == ("url" in given):
        reading.error((_SECTION,), "`members` must have either `file` or `url`", on_key=True)
    if file is not None and leaves_root(file):
        message = "`file` must be a path inside the community's folder, without `..`"
        reading.error((_SECTION, "file"), message)
    if url is not None:
        _check_address(reading, url)
    if role is not None and role not in ROLES:
        reading.error((_SECTION, "role"), f"`role` must be one of {', '.join(ROLES)}")
    fields = _fields(reading, given)
    if len(reading.errors) > before:
        return None
    entries = field_path(texts["entries"]) if texts["entries"] else ()
    place = key_place_of(reading.data, (_SECTION,))
    return MemberSource(file, url, entries, fields, role, place)


def _check_address(reading: PolicyReader, url: str) -> None:
    read = parse(url)
    if isinstance(read, InvalidHost):
        reading.error((_SECTION, "url"), f"`url`: {read.message}")
    elif read.scheme != "https":
        reading.error((_SECTION, "url"), "`url` must start with `https://`")


def _fields(reading: PolicyReader, given: Map) -> tuple[FieldPath, ...]:
    value = given.get("field", "name")
    paths = [read_path(each) for each in (value if isinstance(value, List) else [value])]
    if None in paths or not paths:
        message = "`field` must be a field such as `name`, or a list of fields"
        reading.error((_SECTION, "field"), message)
    return tuple(path for path in paths if path is not None)
