"""The regions' APIs as origins: one connection pool each, every answer bounded in time and size."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from localcloud.edge.bodies import AnswerTooLargeError, read_answer
from localcloud.edge.forwarding import response_headers
from localcloud.edge.metrics import RegionMetrics
from localcloud.edge.options import Options
from localcloud.edge.settings import OriginRegion

# uvicorn and hypercorn close idle connections after 5 s. Leaving them earlier keeps a POST, which
# may not be sent twice, off a connection that closes at that moment.
_IDLE: Final = 4.0
# API Gateway answers with at most 10 MB.
_MOST_BYTES: Final = 10 * 1024 * 1024

_THROTTLED: Final = 429

FailureKind = Literal["connect", "timeout", "closed", "too-large"]


class OriginError(Exception):
    """A region gave no complete answer."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        """Set the message, and the kind of failure that the metrics count."""
        super().__init__(message)
        self.kind = kind


class BadRequestHeadersError(ValueError):
    """The client's headers cannot be written into a request."""


@dataclass(frozen=True, slots=True)
class OriginAnswer:
    """A complete answer of a region; the body as encoded as it came."""

    status: int
    headers: CIMultiDict[str]
    body: bytes


class Origin:
    """The API of a region, with a connection pool.

    A frozen region can thus fill only its own pool, and whoever waits for a connection to it
    gives up after the connect time-out.
    """

    def __init__(self, region: OriginRegion, options: Options, metrics: RegionMetrics) -> None:
        """Open the pool; call it in a running event loop."""
        self.region = region.name
        self._base = region.api_url
        self._metrics = metrics
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=options.connections, keepalive_timeout=_IDLE),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("accept", "accept-encoding", "content-type", "user-agent"),
        )
        self._connect_s = options.connect_timeout

    async def fetch(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        patience_s: float,
    ) -> OriginAnswer:
        """Ask the region and read the whole answer.

        Args:
            method: HTTP method.
            target: Raw path and query, appended to the region's `api_url`.
            headers: As `forwarding.request_headers` made them.
            body: The request's body, or None.
            patience_s: Seconds that the whole answer may take, after the connection stands.

        Raises:
            OriginError: No complete answer came in time.
            BadRequestHeadersError: The headers cannot be sent.
        """
        metrics = self._metrics
        metrics.requests += 1
        metrics.in_flight += 1
        began = time.perf_counter()
        try:
            answer = await self._fetch(method, target, headers, body, patience_s)
        except OriginError as error:
            metrics.failures[error.kind] += 1
            raise
        finally:
            metrics.in_flight -= 1
        metrics.statuses[answer.status] += 1
        metrics.times.add((time.perf_counter() - began) * 1000)
        return answer

    async def _fetch(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        patience_s: float,
    ) -> OriginAnswer:
        try:
            async with self._session.request(
                method,
                URL(self._base + target, encoded=True),
                headers=headers,
                data=body,
                allow_redirects=False,
                timeout=_timeout(self._connect_s, patience_s),
            ) as response:
                content = await read_answer(response, _MOST_BYTES)
                passed = response_headers(response.headers)
                if method == "HEAD" and response.content_length is not None:
                    passed["content-length"] = str(response.content_length)
                if response.status == _THROTTLED:
                    # As the deployed gateway says; the emulator answers for a Lambda at its
                    # concurrency limit past the API's gateway responses.
                    passed.setdefault("retry-after", "1")
                return OriginAnswer(response.status, passed, content)
        except AnswerTooLargeError as error:
            raise OriginError("too-large", str(error)) from error
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise OriginError("connect", f"no connection to {self.region}: {error}") from error
        except TimeoutError as error:
            raise OriginError("timeout", f"{self.region} did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise OriginError("closed", f"{self.region} broke off: {error!r}") from error
        except ValueError as error:
            # aiohttp refuses line breaks, and surrogates stand for bytes that are not UTF-8.
            raise BadRequestHeadersError("a header holds bytes that cannot be sent") from error

    async def close(self) -> None:
        """Close the pool."""
        await self._session.close()


@lru_cache
def _timeout(connect: float, total: float) -> aiohttp.ClientTimeout:
    """Time-outs of a fetch; the time to connect is not part of the time to answer."""
    return aiohttp.ClientTimeout(total=connect + total, connect=connect, sock_read=total)


@asynccontextmanager
async def open_origins(
    regions: tuple[OriginRegion, ...], options: Options, metrics: Mapping[str, RegionMetrics]
) -> AsyncIterator[dict[str, Origin]]:
    """Open a pool to every region, and close them all at the end."""
    origins = {region.name: Origin(region, options, metrics[region.name]) for region in regions}
    try:
        yield origins
    finally:
        await asyncio.gather(*(origin.close() for origin in origins.values()))
