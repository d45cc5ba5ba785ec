"""Webhooks of the local provider: signed, at least once, with retries, in no certain order."""

import asyncio
import hashlib
import hmac
import random
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import aiohttp
import orjson

from localcloud.json_log import EventLog
from localcloud.payments.provider_faults import ProviderFaults
from localcloud.payments.records import Records

MOST_TRIES: Final = 16
_FIRST_RETRY_S: Final = 0.5
_LONGEST_RETRY_S: Final = 60.0
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10.0)
_AT_ONCE: Final = 8

_LOG: Final = EventLog("payments")


def signature(body: bytes, keys: Sequence[str], at: int) -> str:
    """Return the header `Stripe-Signature` of a webhook (Stripe, "Verify webhook signatures").

    Args:
        body: The body.
        keys: Signing secrets; while one is replaced, Stripe signs with both.
        at: When it is sent, Unix seconds (UTC).
    """
    signed = b"%d." % at + body
    made = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys]
    return ",".join((f"t={at}", *(f"v1={one}" for one in made)))


class Webhooks:
    """Delivers events to one address until they are accepted.

    Attributes:
        accepted: Deliveries that were answered with 2xx.
        refused: Deliveries that were answered with something else, or not at all.
        keys: Signing secrets, each of which signs every event.
    """

    def __init__(  # noqa: PLR0917 - what a delivery depends on
        self,
        session: aiohttp.ClientSession,
        url: str,
        keys: Sequence[str],
        records: Records,
        faults: Callable[[], ProviderFaults],
        random_source: random.Random | None = None,
    ) -> None:
        """Take the address and the secrets; nothing is delivered yet.

        Args:
            session: Makes the requests.
            url: Where events are posted to; empty: nowhere, as long as no address is registered.
            keys: Signing secrets.
            records: Keeps events until they are delivered.
            faults: Returns the faults that are active.
            random_source: Draws what faults do; a fresh source when None.
        """
        self._session = session
        self._url = url
        self.keys: Sequence[str] = keys
        self._records = records
        self._faults = faults
        self._random = random_source or random.Random()
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self.accepted = 0
        self.refused = 0

    def resume(self) -> None:
        """Go on with what an earlier process did not deliver."""
        for event, body, tries in self._records.undelivered():
            self._start(event, body, tries)

    def emit(self, kind: str, about: Any) -> None:
        """Send an event.

        Args:
            kind: Stripe's `type`.
            about: The object that it is about, as it is now.
        """
        if not self._url:
            return
        event = f"evt_{secrets.token_hex(12)}"
        body = orjson.dumps(
            {
                "id": event,
                "object": "event",
                "type": kind,
                "created": int(time.time()),
                "livemode": False,
                "data": {"object": about},
            }
        )
        self._records.keep_event(event, body, 0)
        for _ in range(self._faults().copies(self._random)):
            self._start(event, body, 0)

    async def close(self) -> None:
        """Stop delivering; what was not delivered is kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, event: str, body: bytes, tries: int) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(event, body, tries))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: str, body: bytes, tries: int) -> None:
        await asyncio.sleep(self._faults().delay_s(self._random))
        while not await self._accepted(body):
            tries += 1
            if tries >= MOST_TRIES:
                _LOG.warning("webhook given up", id=event, tries=tries)
                break
            self._records.keep_event(event, body, tries)
            await asyncio.sleep(min(_LONGEST_RETRY_S, _FIRST_RETRY_S * 2 ** (tries - 1)))
        self._records.delivered(event)

    async def _accepted(self, body: bytes) -> bool:
        """Post an event once; return whether it was accepted."""
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature(body, self.keys, int(time.time())),
        }
        try:
            async with (
                self._slots,
                self._session.post(
                    self._url,
                    data=body,
                    headers=headers,
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                ) as response,
            ):
                done = 200 <= response.status < 300  # noqa: PLR2004 - HTTP's successes
        except (aiohttp.ClientError, OSError, TimeoutError):
            done = False
        self.accepted += done
        self.refused += not done
        return done
