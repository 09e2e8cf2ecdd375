"""Our own visits, as a command: a file of addresses in, a file of what was seen out.

A fourth argument is a file that says where the hosts of a farm on loopback are.
"""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import sys
from pathlib import Path
from typing import Any

from rollkeeper.grammar.ip_addresses import refusal
from rollkeeper.probes.web.scheduling import visit_all
from rollkeeper.probes.web.settings import Address, WebSettings
from rollkeeper.probes.web.websites import loop_factory


def farm(file: str) -> dict[str, Any]:
    """Return the settings under which a farm on loopback is the internet."""
    book = json.loads(Path(file).read_text("utf-8"))

    def resolve(host: str, port: int) -> list[Address]:
        place = book["addresses"].get(f"{host}:{port}")
        if place is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such site on the farm")
        return [Address(*place)]

    return {"resolve": resolve, "guard": lambda ip: None if ip in book["allowed"] else refusal(ip)}


def main() -> int:
    """Visit every address of a file."""
    addresses, authorities, output, *book = sys.argv[1:]
    gc.disable()  # as the command line of Rollkeeper does
    settings = WebSettings(
        authorities=Path(authorities), ask_https=False, **(farm(book[0]) if book else {})
    )
    urls = Path(addresses).read_text("utf-8").split()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        found = runner.run(visit_all(urls, settings))
    seen = {url: [each.status, each.failure and each.failure.name] for url, each in found.items()}
    Path(output).write_text(json.dumps(seen), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
