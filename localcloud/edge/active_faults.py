"""The faults that are at work, as the cloud's fault controller tells them."""

import asyncio
import time
from typing import Any, Final

import aiohttp
import orjson

_PATIENCE_S: Final = 0.5
_KEPT_S: Final = 0.8
_OK: Final = 200


class ActiveFaults:
    """OriginFetcher the fault controller, at most about once a second; it may not be there."""

    def __init__(self, url: str) -> None:
        """Know where it answers."""
        self._url = url
        self._told: list[Any] | None = None
        self._asked = -_KEPT_S
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self) -> list[Any] | None:
        """The active faults, or None where nobody answers that question."""
        if time.monotonic() - self._asked >= _KEPT_S:
            self._asked = time.monotonic()
            self._told = await self._ask()
        return self._told

    async def _ask(self) -> list[Any] | None:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with asyncio.timeout(_PATIENCE_S), self._session.get(self._url) as response:
                document = orjson.loads(await response.read())
                told = document.get("faults") if response.status == _OK else None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError):
            return None
        return told if isinstance(told, list) else None

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()
