"""Figures that the edge does not see itself: replication lag, and repairs and orders from logs.

A part that does not answer in time has no figures; nothing waits for it longer than two seconds.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import aiohttp
import orjson

from localcloud.edge.bodies import AnswerTooLargeError, read_answer
from services.domain import log_lines

_TIMEOUT: Final = aiohttp.ClientTimeout(total=2)
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_LINES: Final = 2000  # of a log, in a minute
# Lines come to the log a little after what they tell.
_SETTLED_MS: Final = 3000
_LONGEST_MS: Final = 600_000  # looked back at, of a region that was away
_REPAIRS: Final = ("/carte/convergence", log_lines.REPAIRS)
_ORDERS: Final = ("/carte/fulfilment", log_lines.DUTIES_DONE)


class LoggedCounts(NamedTuple):
    """What a region's Lambdas logged; None: the log could not be read.

    Attributes:
        repairs: Documents that convergence repaired.
        orders: Steps of orders that were done.
    """

    repairs: int | None
    orders: int | None


class OutsideFigures:
    """Asks the replicator and the emulators of the regions."""

    def __init__(self, replicator_url: str, emulators: Mapping[str, str]) -> None:
        """Take the addresses to ask; no request is sent yet.

        Args:
            replicator_url: The address of the replicator's control API; empty: there is none.
            emulators: Region to the address of its emulator.
        """
        self._replicator = replicator_url
        self._emulators = {name: url for name, url in emulators.items() if url}
        self._read_until: dict[tuple[str, str], int] = {}
        self._session: aiohttp.ClientSession | None = None

    async def lags(self) -> dict[str, float]:
        """Return the replication lag of each region in seconds; regions without one are left out.

        The longest that a write of the last minute took to arrive, or has waited until now.
        """
        if not self._replicator:
            return {}
        try:
            async with self._opened().get(f"{self._replicator}/status") as response:
                status = orjson.loads(await read_answer(response, _MOST_BYTES))
            return lags_of(status)
        except (aiohttp.ClientError, OSError, TimeoutError, AnswerTooLargeError):
            return {}
        except (ValueError, LookupError, TypeError):
            return {}  # no status

    async def logged(self, now_ms: int) -> dict[str, LoggedCounts]:
        """Return what each region's Lambdas logged since the last call that read it.

        Args:
            now_ms: Unix milliseconds.
        """
        until = now_ms - _SETTLED_MS
        counted = await asyncio.gather(
            *(self._logged(name, url, until) for name, url in self._emulators.items())
        )
        return dict(zip(self._emulators, counted, strict=True))

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _logged(self, region: str, url: str, until: int) -> LoggedCounts:
        repairs, orders = await asyncio.gather(
            *(self._sum(region, url, group, name, until) for group, name in (_REPAIRS, _ORDERS))
        )
        return LoggedCounts(repairs, orders)

    async def _sum(self, region: str, url: str, group: str, name: str, until: int) -> int | None:
        """Return the sum of a metric in a log since it was last read; None: it cannot be read."""
        key = region, group
        since = self._read_until.get(key)
        if since is None:
            self._read_until[key] = until  # what was before this edge is not counted
            return None
        wanted = {
            "logGroupName": group,
            "startTime": max(since, until - _LONGEST_MS),
            "endTime": until - 1,
            # As the emulator reads patterns; most lines say that there was nothing.
            "filterPattern": f'"{name}": -"{name}":0',
            "limit": _MOST_LINES,
        }
        scope = f"local/20260101/{region}/logs/aws4_request"
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": "Logs_20140328.FilterLogEvents",
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, "
            "SignedHeaders=host;x-amz-target, Signature=0",
        }
        try:
            async with self._opened().post(
                url + "/", data=orjson.dumps(wanted), headers=headers
            ) as response:
                content = orjson.loads(await read_answer(response, _MOST_BYTES))
                missing = "ResourceNotFound" in str(content.get("__type", ""))
                total = 0 if missing else sum_of(content["events"], name)
        except (aiohttp.ClientError, OSError, TimeoutError, AnswerTooLargeError):
            return None
        except (ValueError, LookupError, TypeError, AttributeError):
            return None  # no events
        self._read_until[key] = until
        return total

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def lags_of(status: Mapping[str, Any]) -> dict[str, float]:
    """Return the replication lag of each region in seconds, from the replicator's status."""
    lags: dict[str, list[float]] = defaultdict(list)
    for pair in status["pairs"]:
        waits = pair["oldest_pending_ms"] if pair["pending"] else None
        known = [one for one in (pair["lag_ms_max"], waits) if one is not None]
        if known:
            lags[pair["to"]].append(max(known))
    return {name: round(max(found) / 1000, 3) for name, found in lags.items()}


def sum_of(events: list[Mapping[str, Any]], name: str) -> int:
    """Return the sum of a metric over log lines that are JSON; other lines do not count.

    A line by a dimension repeats a part of the line of all, which names more metrics than one.
    """
    total = 0
    for event in events:
        try:
            line = orjson.loads(event["message"])
        except ValueError:
            continue
        if isinstance(line, dict) and "DocumentType" not in line:
            total += int(line.get(name, 0))
    return total
