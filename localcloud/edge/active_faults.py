"""The active faults, as the fault controller lists them, and ending them before their time."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import aiohttp
import orjson

from localcloud.edge.bodies import AnswerTooLargeError, read_answer
from localcloud.exceptions import LocalCloudError

_PATIENCE_S: Final = 0.5
_HEAL_PATIENCE_S: Final = 60.0  # bringing a killed region back waits for its process
_MOST_ANSWER_BYTES: Final = 64 * 1024
_KEPT_S: Final = 0.8
_OK: Final = 200


class HealingError(LocalCloudError):
    """The fault controller did not end a fault; the message says why, the hint what to do."""


class ActiveFaults:
    """Reads the active faults from the fault controller, at most about once a second.

    Attributes:
        timeline: When the latest faults began and ended, the oldest first, as last read.
    """

    def __init__(self, url: str) -> None:
        """Take the URL of the fault controller; no request is sent yet."""
        self._url = url
        self._faults: list[Any] | None = None
        self.timeline: list[Any] = []
        self._read_at = -_KEPT_S
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self) -> list[Any] | None:
        """Return the active faults, or None if the fault controller does not answer."""
        if time.monotonic() - self._read_at >= _KEPT_S:
            self._read_at = time.monotonic()
            self._faults = await self._ask()
        return self._faults

    async def heal(self, fault_id: str | None) -> dict[str, Any]:
        """End one fault before its time, or all where `fault_id` is None.

        Returns:
            `healed`: the ids of the faults that ended. `unhealed`: what is not back in its normal
            state yet, which the controller retries.

        Raises:
            HealingError: The controller refuses it, or does not answer within a minute.
        """
        url = self._url if fault_id is None else f"{self._url}/{quote(fault_id, safe='')}"
        headers = {"content-type": "application/json"}
        try:
            async with (
                asyncio.timeout(_HEAL_PATIENCE_S),
                self._opened().delete(url, headers=headers) as response,
            ):
                answer = orjson.loads(await read_answer(response, _MOST_ANSWER_BYTES))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, AnswerTooLargeError):
            raise HealingError(
                "the fault controller does not answer", "`carte status` shows what runs"
            ) from None
        finally:
            self._read_at = -_KEPT_S  # what is active is read anew
        known = answer if isinstance(answer, Mapping) else {}
        if response.status != _OK:
            raise HealingError(
                str(known.get("error", "the fault controller refuses it")),
                str(known.get("next", "try again")),
            )
        return {name: known.get(name, []) for name in ("healed", "unhealed")}

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def _ask(self) -> list[Any] | None:
        try:
            async with asyncio.timeout(_PATIENCE_S), self._opened().get(self._url) as response:
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
