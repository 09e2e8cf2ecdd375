"""One entry validated against its JSON Schema: three libraries, and the step as Rollkeeper does it.

The libraries take turns over the same entries, as the reader of rosters returns them and as plain
dictionaries. All must agree: each sees the valid entries first and then as many refused ones.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import fastjsonschema
import jsonschema
import jsonschema_rs

from made import SCHEMA, make
from measuring import DATA, ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from rollkeeper.loading.schema import compile_schema, defects
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.tree import List

ENTRIES, ROUNDS = 2_500, 15
ITEM: dict[str, Any] = SCHEMA["items"]  # type: ignore[assignment] # the schema's values are of several types
Accepts = Callable[[Any], bool]


def validators() -> dict[str, Accepts]:
    """Return what decides whether one entry is valid, by name."""
    split = compile_schema(SCHEMA).split(())
    if split is None:
        message = "the schema does not say what an entry is"
        raise ValueError(message)
    linear = jsonschema_rs.RegexOptions()
    compiled = fastjsonschema.compile(ITEM)

    def fast(entry: Any) -> bool:  # noqa: ANN401 - any JSON value
        try:
            compiled(entry)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    return {
        "Rollkeeper": lambda entry: bool(split[1].accepts(entry)),
        "jsonschema-rs": jsonschema_rs.Draft7Validator(ITEM, pattern_options=linear).is_valid,
        "fastjsonschema": fast,
        "jsonschema": jsonschema.Draft7Validator(ITEM).is_valid,
    }


def measured(accepts: Accepts, entries: list[Any]) -> float:
    """Return the microseconds that an entry takes."""
    started = time.perf_counter()
    for entry in entries:
        accepts(entry)
    return (time.perf_counter() - started) / len(entries) * 1e6


def main() -> int:
    """Measure and print."""
    text = (make(DATA / "small", ENTRIES) / "partners.yaml").read_bytes()
    read = read_yaml(text, "partners.yaml").data
    if not isinstance(read, List):
        return 1
    plain = json.loads(json.dumps(read))
    kinds = {"from the reader": list(read), "plain": plain}
    refused = [{**entry, "tier": "lead"} for entry in plain]
    judges = validators()
    wrong = [
        name
        for name, accepts in judges.items()
        if not all(map(accepts, plain)) or any(map(accepts, refused))
    ]
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for name, accepts in judges.items():
            for kind, entries in kinds.items():
                times.setdefault((name, kind), []).append(measured(accepts, entries))
    print(f"{ENTRIES:,} entries, medians of {ROUNDS} rounds in turn, µs for each entry\n")
    print("| library | entries from the reader | plain dictionaries |\n|---|---|---|")
    for name in judges:
        figures = (statistics.median(times[name, kind]) for kind in kinds)
        print(f"| {name} | {' | '.join(f'{figure:.1f}' for figure in figures)} |")
    refusing = {"items": {**ITEM, "maxProperties": 1}}
    started = time.perf_counter()
    found = len(list(defects(compile_schema(refusing), read)))
    each = (time.perf_counter() - started) / ENTRIES * 1e6
    print(f"\n{found:,} refused entries put into words: {each:.0f} µs each")
    print(f"libraries that disagree: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
