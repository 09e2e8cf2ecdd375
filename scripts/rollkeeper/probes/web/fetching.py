"""One file fetched whole from a website, under the guard and the limits of all visits."""

from __future__ import annotations

import asyncio

from rollkeeper.model.limits import MAX_MEMBER_LIST_BYTES, MEMBER_LIST_SECONDS
from rollkeeper.probes.web.settings import VisitError, WebSettings
from rollkeeper.probes.web.visitor import Visitor
from rollkeeper.probes.web.websites import loop_factory

_SETTINGS = WebSettings(total_seconds=MEMBER_LIST_SECONDS)


def fetch(
    url: str, settings: WebSettings = _SETTINGS, most: int = MAX_MEMBER_LIST_BYTES
) -> bytes | str:
    """Return the content of a file at an https address, or in our own words why there is none.

    It is never a part of the file: what was cut off, or has more than `most` bytes, is refused.
    """

    async def asked() -> bytes | str:
        visitor = Visitor(settings)
        try:
            return await visitor.fetch(url, most)
        except VisitError as error:
            return error.failure.value
        finally:
            visitor.close()

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(asked())
