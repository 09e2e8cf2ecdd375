"""Communities of any size, made from a fixed seed."""

from __future__ import annotations

import json
import random
import shutil
from itertools import islice
from pathlib import Path

WORDS = [
    "alder",
    "birch",
    "cedar",
    "dogwood",
    "elm",
    "fir",
    "ginkgo",
    "hazel",
    "iris",
    "juniper",
    "kauri",
    "larch",
    "maple",
    "nutmeg",
    "oak",
    "pine",
    "quince",
    "rowan",
    "spruce",
    "teak",
    "ulmo",
    "viburnum",
    "willow",
    "yew",
]
TIERS = ("gold", "silver", "bronze")
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "website", "contact"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 100},
            "website": {"type": "string", "pattern": "^https?://"},
            "description": {"type": "string", "maxLength": 600},
            "contact": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "email": {"type": "string"},
                    "github": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,39}$"},
                },
            },
            "logo": {"type": "string"},
            "status": {"enum": ["active", "withdrawn", "pending"]},
            "tier": {"enum": list(TIERS)},
            "since": {"type": "string"},
            "offerings": {"type": "array", "items": {"enum": ["consulting", "training"]}},
            "members": {"type": "array", "items": {"type": "string"}},
        },
    },
}
POLICY = """\
title: Partners
roster: partners.yaml
schema: partners.schema.json
{logos}requirements:
  - id: two-members
    when: entry.status == "active"
    expect: size(entry.members) >= 2
    message: a partner needs two or more community members
  - id: known-tier
    expect: entry.tier in ["gold", "silver", "bronze"]
    message: a partner has a tier
"""


def entry(number: int, chance: random.Random, logo: str) -> str:
    """Return one partner, about 470 bytes of YAML; numbers keep the roster in order."""
    first, second = chance.choice(WORDS), chance.choice(WORDS)
    prose = " ".join(chance.choices(WORDS, k=18)).capitalize()
    handle = f"{first}-{second}-{number}"
    return f"""\
- name: A{number:05d} {first.title()} {second.title()} Cloud
  website: https://www.{handle}.example/en/products
  description: >-
    {prose}.
  contact: {{email: "team[at]{first}-{number}.example", github: {handle}}}
  logo: {logo}
  status: active
  tier: {chance.choice(TIERS)}
  since: 2023-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}
  offerings:
    - consulting
    - training
  members:
    - {first}-{number}-one
    - {second}-{number}-two
"""


def make(folder: Path, size: int, logos: list[Path] | None = None) -> Path:
    """Write a community of `size` partners; with logos, each partner has one of its own."""
    chance = random.Random(size)
    (folder / "policies").mkdir(parents=True, exist_ok=True)
    names = [f"logo-{number}.svg" for number in range(size)]
    if logos is not None:
        target = folder / "logos"
        target.mkdir(exist_ok=True)
        for source, name in zip(islice(logos, size), names, strict=True):
            shutil.copyfile(source, target / name)
    text = "".join(entry(number, chance, names[number]) for number in range(size))
    (folder / "partners.yaml").write_text(text, encoding="utf-8")
    policy = POLICY.format(logos="logos: logos\n" if logos is not None else "")
    (folder / "policies" / "partners.yaml").write_text(policy, encoding="utf-8")
    (folder / "policies" / "partners.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return folder
