"""Our own visits, as a command: a file of addresses in, a file of what was seen out."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from pathlib import Path

from rollkeeper.probes.web.scheduling import visit_all
from rollkeeper.probes.web.settings import WebSettings
from rollkeeper.probes.web.websites import loop_factory


def main() -> int:
    """Visit every address of a file."""
    addresses, authorities, output, *flags = sys.argv[1:]
    gc.disable()  # as the command line of Rollkeeper does
    settings = WebSettings(authorities=Path(authorities), ask_https="ask-https" in flags)
    urls = Path(addresses).read_text("utf-8").split()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        found = runner.run(visit_all(urls, settings))
    seen = {url: [each.status, each.failure and each.failure.name] for url, each in found.items()}
    Path(output).write_text(json.dumps(seen), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
