"""Turns the edge's drain flags."""

from collections.abc import Sequence
from typing import Any

import aiohttp

from localcloud.faults.handle import Handle, HandleError
from localcloud.layout import CloudLayout


class DrainHandle(Handle):
    """The drain flag of a region, which the edge keeps on disk."""

    def __init__(self, session: aiohttp.ClientSession, layout: CloudLayout) -> None:
        self._session = session
        self._layout = layout

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """Drained while any fault says so."""
        url = self._layout.edge_url + "/_edge/drain"
        wish = {"region": subject, "drained": bool(values)}
        try:
            async with self._session.post(url, json=wish) as answer:
                if answer.status != 200:  # noqa: PLR2004
                    text = (await answer.text())[:300]
                    raise HandleError(f"the edge refuses to drain {subject}: {text}")
        except (aiohttp.ClientError, OSError) as error:
            raise HandleError(f"the edge does not answer: {error!r}") from error

    def knows(self, subject: str) -> bool:
        """Whether it is a region."""
        return subject in self._layout.region_names
