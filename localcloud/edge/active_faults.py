"""The active faults, as the fault controller lists them."""

import asyncio
import time
from typing import Any, Final

import aiohttp
import orjson

_PATIENCE_S: Final = 0.5
_KEPT_S: Final = 0.8
_OK: Final = 200


class ActiveFaults:
    """Reads the active faults from the fault controller, at most about once a second.

    Attributes:
        timeline: When the latest faults began and ended, the oldest first, as last read.
    """

    def __init__(self, url: str) -> None:
        """Prepare; no request is sent yet."""
        self._url = url
        self._faults: list[Any] | None = None
        self.timeline: list[Any] = []
        self._asked = -_KEPT_S
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self) -> list[Any] | None:
        """Return the active faults, or None if the fault controller does not answer."""
        if time.monotonic() - self._asked >= _KEPT_S:
            self._asked = time.monotonic()
            self._faults = await self._ask()
        return self._faults

    async def _ask(self) -> list[Any] | None:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with asyncio.timeout(_PATIENCE_S), self._session.get(self._url) as response:
                document = orjson.loads(await response.read())
                faults = document.get("faults") if response.status == _OK else None
                timeline = document.get("timeline")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError):
            return None
        if isinstance(timeline, list):
            self.timeline = timeline
        return faults if isinstance(faults, list) else None

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()
