"""What the bot has published on a pull request, and pull requests to publish about."""

from __future__ import annotations

from typing import Any

from forge.proposals import LOGO, ROLL
from standin import api

BOT = "github-actions[bot]"
OTHER_LOGO = LOGO.replace("M1 1h7v7h-7z", "M0 0h9v8h-9z")
NEW = "- name: Cedar\n  country: DE\n  logo: cedar.svg\n"
GOOD = {"partners.yaml": ROLL + NEW, "partners/logos/cedar.svg": OTHER_LOGO}
BAD = GOOD | {"partners.yaml": ROLL + NEW.replace("country", "land")}


def bodies(github: api.State, pull: dict[str, Any], author: str = BOT) -> list[str]:
    thread = github.comments.get(pull["number"], [])
    return [each["body"] for each in thread if each["user"]["login"] == author]


def body(github: api.State, pull: dict[str, Any]) -> str:
    (only,) = bodies(github, pull)
    return only


def title(github: api.State, pull: dict[str, Any]) -> str:
    return body(github, pull).splitlines()[1]


def labels(github: api.State, pull: dict[str, Any]) -> list[str]:
    return [label["name"] for label in github.issues[pull["number"] - 1]["labels"]]
