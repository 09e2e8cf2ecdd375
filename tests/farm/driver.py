"""Runs the command line, or a crowd of visits, with the farm in place of the internet.

`driver.py FARM.json check …` is the program itself; `driver.py FARM.json crowd` reads addresses
from standard input, visits all at once and tells what it saw and used. The guard is opened for the
farm by an argument in Python: nothing else can.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from patience import peak
from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.jobs import cli
from rollkeeper.probes.web import websites
from rollkeeper.probes.web.scheduling import visit_all
from rollkeeper.probes.web.settings import Address, WebSettings


def arguments(book: dict[str, Any]) -> dict[str, Any]:
    """Return the settings under which the farm of a book is the internet."""
    addresses: dict[str, list[Any]] = book["addresses"]
    ips = {ip for ip, _ in addresses.values()}

    def resolve(host: str, port: int) -> list[Address]:
        labels = host.split(".")
        for at in range(len(labels)):
            known = addresses.get(f"{'.'.join(labels[at:])}:{port}")
            if known:
                return [Address(*known)]
        raise socket.gaierror(socket.EAI_NONAME, "no such site on the farm")

    return {
        "guard": lambda ip: None if ip in ips else refusal(ip),
        "resolve": resolve,
        "authorities": Path(book["authorities"]),
    }


def crowd(settings: WebSettings) -> dict[str, Any]:
    """Visit the addresses of standard input, and tell of it."""
    urls = sys.stdin.read().split()
    with asyncio.Runner(loop_factory=websites.loop_factory()) as runner:
        found = runner.run(visit_all(urls, settings))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seen = Counter(
        f"{each.url.split('.')[1]} {each.status or each.failure}" for each in found.values()
    )
    return {
        "mib": peak() / 1024,
        "cpu": used.ru_utime + used.ru_stime,
        "seen": dict(seen),
    }


def main() -> int:
    book = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    farm = arguments(book)
    if sys.argv[2] == "crowd":
        settings = WebSettings(
            **farm, total_seconds=6.0, at_once_per_domain=10_000, pause_seconds=0.0
        )
        sys.stdout.write(json.dumps(crowd(settings)))
        return 0
    vars(websites)["WebSettings"] = partial(WebSettings, **farm)
    del sys.argv[1]
    return cli.console()


if __name__ == "__main__":
    sys.exit(main())
