"""Requests of the front to localstripe."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import orjson

from localcloud.payments.answers import Json
from localcloud.payments.records import Answer

_OK: Final = 200
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10.0, connect=1.0)


class Localstripe:
    """Localstripe behind the front."""

    def __init__(self, session: aiohttp.ClientSession, url: str, api_key: str) -> None:
        """Take the session and the address; nothing is requested yet.

        Args:
            session: Makes the requests.
            url: Its address.
            api_key: Any text that begins with `sk_`.
        """
        self._session = session
        self._url = url
        self._headers = {"authorization": f"Bearer {api_key}"}

    async def passed(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        """Pass a request on.

        Raises:
            aiohttp.ClientError: It does not answer.
        """
        fields: dict[str, Any] = {"params": form} if method == "GET" else {"data": form}
        async with self._session.request(
            method, self._url + path, headers=self._headers, timeout=_TIMEOUT, **fields
        ) as response:
            return Answer(response.status, await response.read())

    async def found(self, path: str, **query: str) -> Json | None:
        """Return an object or a list, or None if there is none."""
        got = await self.passed("GET", path, query)
        return orjson.loads(got.body) if got.status == _OK else None
