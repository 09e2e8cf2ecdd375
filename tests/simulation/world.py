"""A community of a simulated year at the stand-in for GitHub: rosters in git, and people who edit them."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from simulation import people, sites
from simulation.people import Ambassador
from simulation.sites import FOR_GOOD, Site
from standin import api

FIRST_DAY = date(2027, 1, 4)
GRACE_DAYS = 14
STEPS = (60, 30, 7)
"""So many days before the end of a term there is a reminder."""
KEEPER = "keeper"
"""The maintainer of the community."""
PARTNERS, AMBASSADORS = "partners.yaml", "ambassadors.yaml"
_POLICIES = {
    "policies/partners.yaml": f"""\
title: Partners
roster: {PARTNERS}
schema: partners.schema.json
page: PARTNERS.md
layout: {{kind: partners}}
timezone: UTC
""",
    "policies/ambassadors.yaml": f"""\
title: Ambassadors
roster: {AMBASSADORS}
schema: ambassadors.schema.json
page: AMBASSADORS.md
layout: {{kind: ambassadors, avatars: false}}
timezone: UTC
rules:
  term-ended: {{grace_days: {GRACE_DAYS}}}
  term-ending-soon: {{days: {list(STEPS)}}}
""",
}
_PARTNER = {
    "type": "object",
    "required": ["name", "website"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "website": {"type": "string"},
        "contact": {"type": "object"},
        "status": {"enum": ["active", "withdrawn"]},
    },
}
_AMBASSADOR = {
    "type": "object",
    "required": ["name", "github"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "github": {"type": "string"},
        "github_id": {"type": "integer"},
        "email": {"type": "string"},
        "status": {"enum": ["active", "alumni"]},
        "terms": {"type": "array"},
    },
}
_GIT = ("git", "-c", "user.name=Keeper", "-c", "user.email=keeper@mail.example")


@dataclass(frozen=True)
class Size:
    """How large a simulation is, and from which seed everything follows."""

    nights: int
    partners: int
    ambassadors: int
    seed: int = 10


@dataclass
class World:
    """The truth, and what GitHub has of it: `github.git` holds the rosters."""

    folder: Path
    github: api.State
    size: Size
    chance: random.Random = field(init=False)
    sites: list[Site] = field(init=False)
    ambassadors: list[Ambassador] = field(init=False)
    corrected: set[int] = field(default_factory=set)
    """The numbers of the partners whose roster entry was corrected by hand."""

    def __post_init__(self) -> None:
        size = self.size
        self.chance = random.Random(size.seed)
        self.sites = [sites.made(each, self.chance, size.nights) for each in range(size.partners)]
        self.ambassadors = people.made(size.ambassadors, self.chance, FIRST_DAY, size.nights)
        for person in self.ambassadors:
            self.github.add_person(person.login, person.id)
        self.github.roles[KEEPER] = "maintain"
        self.github.add_person(KEEPER, 600_000)
        self._work = self.folder / "people"
        self._publish()

    def _publish(self) -> None:
        """Put the rosters into the repository at GitHub as they are on the first day."""
        hosted = self.folder / "hosted.git"
        self._run(
            "init", "--quiet", "--bare", "--initial-branch=main", str(hosted), where=self.folder
        )
        self._run("init", "--quiet", "--initial-branch=main", str(self._work), where=self.folder)
        self._run("remote", "add", "origin", str(hosted))
        lists = {"partners": _PARTNER, "ambassadors": _AMBASSADOR}
        for name, schema in lists.items():
            text = json.dumps({"type": "array", "items": schema})
            self._write(f"policies/{name}.schema.json", text)
        for path, text in _POLICIES.items():
            self._write(path, text)
        self._write(PARTNERS, "".join(map(_partner, self.sites)))
        self._write(AMBASSADORS, "".join(each.entry() for each in self.ambassadors))
        self._record("Begin")
        self.github.git = hosted

    def _write(self, path: str, text: str) -> None:
        file = self._work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def _record(self, message: str) -> None:
        self._run("add", "--all")
        self._run("commit", "--quiet", "--allow-empty", "--message", message)
        self._run("push", "--quiet", "origin", "HEAD:main")

    def _run(self, *arguments: str, where: Path | None = None) -> str:
        done = subprocess.run(
            [*_GIT, *arguments], cwd=where or self._work, check=True, capture_output=True, text=True
        )
        return done.stdout

    def day(self, night: int) -> date:
        """Return the date of a night, which are counted from 0."""
        return FIRST_DAY + timedelta(days=night)

    def begins(self, night: int) -> datetime:
        """Return the moment at which the schedule starts a night: late, by what was measured."""
        drift = random.Random(f"{self.size.seed}/{night}").randrange(97, 405)
        moment = datetime.combine(self.day(night), datetime.min.time(), UTC)
        return moment + timedelta(hours=3, minutes=17 + drift)

    def site_of(self, url: str) -> Site:
        """Return the website of an address."""
        found = re.search(r"(?:partner|other)-(\d{4})\.", url)
        assert found is not None, url
        return self.sites[int(found[1])]

    def live(self, night: int) -> None:
        """Let everything happen at GitHub that happens to accounts before a night."""
        self.github.now = self.begins(night).strftime("%Y-%m-%dT%H:%M:%SZ")
        for person, known in zip(self.ambassadors, self.github.people, strict=False):
            if person.renamed is not None and night >= person.renamed:
                known.login = person.new_login
            known.there = person.gone is None or night < person.gone

    def file(self, path: str) -> str:
        """Return a file of the default branch at GitHub."""
        return self._run("show", f"main:{path}", where=self.github.git)

    def edit(self, path: str, change: Callable[[str], str], message: str) -> bool:
        """Let the maintainer change a file on the default branch; return whether it changed."""
        self._run("fetch", "--quiet", "origin", "main")
        self._run("reset", "--quiet", "--hard", "FETCH_HEAD")
        before = (self._work / path).read_text(encoding="utf-8")
        after = change(before)
        if after != before:
            self._write(path, after)
            self._record(message)
        return after != before

    def renew(self, person: Ambassador, day: date) -> None:
        """Let somebody write a further term into the roster, from the end of the old one."""
        start = person.end + timedelta(days=1)
        term = f"    - {{start: {start}, end: {start + people.TERM}}}\n"
        last = f"    - {{start: {person.start}, end: {person.end}}}\n"
        assert self.edit(AMBASSADORS, lambda text: text.replace(last, last + term), "Renew")
        person.renewals.append(day)

    def correct(self, site: Site, night: int) -> None:
        """Let the maintainer correct a website that moved away, or withdraw one that was sold."""
        assert any(each.matter in FOR_GOOD and night >= each.first for each in site.episodes)
        self.corrected.add(site.number)
        line, new = (f"  website: {url}\n" for url in (site.url, site.other_url))
        self.edit(PARTNERS, lambda text: text.replace(line, new), "Correct an address")


def _partner(site: Site) -> str:
    return f"""\
- name: {site.name}
  website: {site.url}
  contact: {{email: "team{site.number:04d}[at]mail.example"}}
"""
