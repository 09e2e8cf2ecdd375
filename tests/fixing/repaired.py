"""A community whose roster is to be repaired."""

from __future__ import annotations

from pathlib import Path

from communities import loaded
from rollkeeper.model.roster import Programme

SCHEMA = """{"type": "array", "items": {"properties": {
  "name": {"type": "string"}, "tier": {"enum": ["gold", "silver"]},
  "since": {"type": "string", "format": "date"}}}}"""


def programme_of(root: Path, roster: str | bytes, policy: str = "") -> Programme:
    (root / "policies").mkdir(exist_ok=True)
    if "rules:" not in policy:
        policy += "rules: {unsorted: error}\n"
    lines = f"title: Partners\nroster: partners.yaml\nschema: partners.schema.json\n{policy}"
    (root / "policies" / "partners.yaml").write_text(lines, encoding="utf-8")
    (root / "policies" / "partners.schema.json").write_text(SCHEMA, encoding="utf-8")
    (root / "partners.yaml").write_bytes(roster if isinstance(roster, bytes) else roster.encode())
    return loaded(root).programmes[0]
