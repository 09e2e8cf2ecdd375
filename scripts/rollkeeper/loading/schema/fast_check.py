"""A schema compiled to plain functions: whether a value is valid, twenty times as fast.

Nearly every entry of a roster is valid. Only one that is not is shown to the `jsonschema` library,
which can say why. The two must agree on every value: a test holds them against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeAlias

from rollkeeper.loading.schema.formats import check_of
from rollkeeper.loading.schema.patterns import matches

Json: TypeAlias = Any
"""Any JSON value: what stands in a schema, and what is held against it."""
Check = Callable[[Json], bool]
Schema: TypeAlias = Any
"""A schema, or a part of one: a mapping, True or False."""


class UnsupportedError(Exception):
    """The schema uses a keyword that has no quick form."""


def quick_check(schema: Schema, root: Schema) -> Check | None:
    """Compile a schema; None where only the library can judge it."""
    try:
        return _Compiler(root).check(schema)
    except UnsupportedError:
        return None


def canonical(value: Json) -> Hashable:
    """Return a value that is equal for equal JSON values only: 1 is 1.0 but not true."""
    if isinstance(value, dict):
        return ("map", frozenset((key, canonical(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(canonical(item) for item in value))
    return (isinstance(value, bool), value)


def is_blank(value: Json) -> bool:
    """Return whether a text holds nothing but blanks."""
    return isinstance(value, str) and not value.strip()


def allows_null(schema: Schema) -> bool:
    """Return whether a field's schema expressly takes null for a value."""
    if not isinstance(schema, Mapping):
        return False
    kinds = schema.get("type", ())
    if kinds == "null" or (isinstance(kinds, list) and "null" in kinds):
        return True
    return None in schema.get("enum", ()) or ("const" in schema and schema["const"] is None)


def is_given(value: Json, schema: Schema) -> bool:
    """Return whether a field has a value at all: null and blanks are none."""
    return allows_null(schema) if value is None else not is_blank(value)


def resolve(root: Schema, reference: str) -> Schema:
    """Follow a reference inside a schema; raises KeyError where it leads nowhere."""
    value = root
    for part in reference.removeprefix("#").split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _is_integer(value: Json) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


TYPES: Mapping[str, Check] = {
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": _is_integer,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}
_NO_QUICK_FORM = frozenset({"additionalItems", "multipleOf"})


class _Compiler:
    def __init__(self, root: Schema) -> None:
        self.root = root
        self.made: dict[int, Check] = {}
        self.kept: list[Schema] = []

    def check(self, schema: Schema) -> Check:
        """Make the check of one schema, once, so that one may refer to itself."""
        if schema is True or schema == {}:
            return _anything
        if schema is False:
            return _nothing
        key = id(schema)
        if key not in self.made:
            self.kept.append(schema)  # so that no other schema is given its id

            def later(value: Json) -> bool:
                return self.made[key](value)

            self.made[key] = later
            self.made[key] = self._make(schema)
        return self.made[key]

    def _make(self, schema: Schema) -> Check:
        if "$ref" in schema:
            return self.check(resolve(self.root, schema["$ref"]))
        checks = []
        done: set[str] = set()
        for keyword in schema:
            if keyword in _NO_QUICK_FORM:
                raise UnsupportedError(keyword)
            made = None
            if keyword in _OBJECT:
                if not done & _OBJECT:
                    made = self._object(schema)
            elif keyword in _PLAIN:
                made = _PLAIN[keyword](schema[keyword])
            elif keyword in _NESTED:
                made = _NESTED[keyword](self, schema[keyword], schema)
            done.add(keyword)
            if made is not None:
                checks.append(made)
        return _all_of(checks)

    def _object(self, schema: Schema) -> Check:
        """Check required, known and unknown fields together."""
        properties = schema.get("properties", {})
        fields = {name: self.check(part) for name, part in properties.items()}
        patterns = [(p, self.check(s)) for p, s in schema.get("patternProperties", {}).items()]
        other = self.check(schema.get("additionalProperties", True))
        is_complete = _complete(schema.get("required", ()), properties)

        def fits(name: str, item: Json) -> bool:
            parts = [part for pattern, part in patterns if matches(pattern, name)]
            if name not in fields and not parts:
                return other(item)
            return all(part(item) for part in parts)

        def check(value: Json) -> bool:
            if not isinstance(value, dict):
                return True
            if not is_complete(value):
                return False
            for name, item in value.items():
                field = fields.get(name)
                if field is not None and not field(item):
                    return False
                if (patterns or field is None) and not fits(name, item):
                    return False
            return True

        return check


def _complete(required: Iterable[str], properties: Mapping[str, Schema]) -> Check:
    """Check that every required field is there and has a value."""
    nullable = tuple(name for name in required if allows_null(properties.get(name)))
    strict = tuple(name for name in required if name not in nullable)

    def check(value: Json) -> bool:
        for name in strict:
            found = value.get(name)
            if found is None or (type(found) is str and not found.strip()):
                return False
        return all(name in value and not is_blank(value[name]) for name in nullable)

    return check


def _anything(_: Json) -> bool:
    return True


def _nothing(_: Json) -> bool:
    return False


def _all_of(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    if len(checks) == 2:  # noqa: PLR2004 - the commonest case, such as a type and a pattern
        first, second = checks
        return lambda value: first(value) and second(value)
    return lambda value: all(check(value) for check in checks)


def _type(wanted: Json) -> Check:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    checks = [TYPES[kind] for kind in kinds]
    return checks[0] if len(checks) == 1 else lambda value: any(check(value) for check in checks)


def _enum(wanted: Json) -> Check:
    if all(isinstance(item, str) for item in wanted):
        texts = frozenset(wanted)
        return lambda value: isinstance(value, str) and value in texts
    allowed = frozenset(map(canonical, wanted))
    return lambda value: canonical(value) in allowed


def _format(wanted: Json) -> Check | None:
    check = check_of(wanted)
    return check and (lambda value: not isinstance(value, str) or check(value))


def _sized(kind: type[str | list[Any] | dict[str, Any]], test: Callable[[int], bool]) -> Check:
    return lambda value: not isinstance(value, kind) or test(len(value))


def _numeric(test: Check) -> Check:
    number = TYPES["number"]
    return lambda value: not number(value) or test(value)


def _unique(wanted: Json) -> Check | None:
    return (lambda value: not isinstance(value, list) or not repeated(value)) if wanted else None


def repeated(values: list[Any]) -> list[int]:
    """Return the positions of the items that stood in the list before."""
    seen: set[Hashable] = set()
    again = []
    for position, value in enumerate(values):
        key = canonical(value)
        if key in seen:
            again.append(position)
        seen.add(key)
    return again


_PLAIN: Mapping[str, Callable[[Any], Check | None]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda wanted: _enum([wanted]),
    "pattern": lambda wanted: lambda v: not isinstance(v, str) or matches(wanted, v),
    "format": _format,
    "minLength": lambda least: _sized(str, lambda size: size >= least),
    "maxLength": lambda most: _sized(str, lambda size: size <= most),
    "minItems": lambda least: _sized(list, lambda size: size >= least),
    "maxItems": lambda most: _sized(list, lambda size: size <= most),
    "minProperties": lambda least: _sized(dict, lambda size: size >= least),
    "maxProperties": lambda most: _sized(dict, lambda size: size <= most),
    "minimum": lambda least: _numeric(lambda value: value >= least),
    "maximum": lambda most: _numeric(lambda value: value <= most),
    "exclusiveMinimum": lambda least: _numeric(lambda value: value > least),
    "exclusiveMaximum": lambda most: _numeric(lambda value: value < most),
    "uniqueItems": _unique,
}
_OBJECT = frozenset({"required", "properties", "patternProperties", "additionalProperties"})


def _items(compiler: _Compiler, wanted: Schema, _: Schema) -> Check:
    if isinstance(wanted, list):
        keyword = "items"
        raise UnsupportedError(keyword)
    item = compiler.check(wanted)

    def check(value: Json) -> bool:
        if not isinstance(value, list):
            return True
        return all(map(item, value))

    return check


def _contains(compiler: _Compiler, wanted: Schema, _: Schema) -> Check:
    item = compiler.check(wanted)
    return lambda value: not isinstance(value, list) or any(map(item, value))


def _names(compiler: _Compiler, wanted: Schema, _: Schema) -> Check:
    name = compiler.check(wanted)
    return lambda value: not isinstance(value, dict) or all(map(name, value))


def _dependencies(compiler: _Compiler, wanted: Mapping[str, Any], schema: Schema) -> Check:
    parts: dict[str, Check] = {}
    for name, part in wanted.items():
        needed = {"required": part, "properties": schema.get("properties", {})}
        parts[name] = compiler.check(needed if isinstance(part, list) else part)

    def check(value: Json) -> bool:
        if not isinstance(value, dict):
            return True
        return all(part(value) for name, part in parts.items() if name in value)

    return check


def _if(compiler: _Compiler, wanted: Schema, schema: Schema) -> Check:
    condition = compiler.check(wanted)
    then = compiler.check(schema.get("then", True))
    otherwise = compiler.check(schema.get("else", True))
    return lambda value: then(value) if condition(value) else otherwise(value)


def _several(least: int, most: int | None) -> Callable[[_Compiler, Schema, Schema], Check]:
    def make(compiler: _Compiler, wanted: Schema, _: Schema) -> Check:
        checks = [compiler.check(part) for part in wanted]
        highest = len(checks) if most is None else most
        lowest = len(checks) if least < 0 else least
        return lambda value: lowest <= sum(check(value) for check in checks) <= highest

    return make


def _not(compiler: _Compiler, wanted: Schema, _: Schema) -> Check:
    check = compiler.check(wanted)
    return lambda value: not check(value)


_NESTED: Mapping[str, Callable[[_Compiler, Any, Schema], Check]] = {
    "items": _items,
    "contains": _contains,
    "propertyNames": _names,
    "dependencies": _dependencies,
    "if": _if,
    "allOf": _several(-1, None),
    "anyOf": _several(1, None),
    "oneOf": _several(1, 1),
    "not": _not,
}
