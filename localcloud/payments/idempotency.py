"""Idempotency keys as Stripe documents them ("Idempotent requests"), which localstripe lacks."""

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Final

from localcloud.payments.answers import refusal
from localcloud.payments.records import Answer, KnownKey, Records

LIVE_S: Final = 24 * 3600.0
MOST_KEY: Final = 255  # characters
# Nothing was carried out, so the key stays free: not authorized, conflict, too many requests.
_NOT_KEPT: Final = frozenset({401, 404, 409, 429})


class IdempotencyKeys:
    """Answers repetitions: same key and parameters, same answer.

    Other parameters: 400. While the first request is still being answered: 409.
    """

    def __init__(self, records: Records, clock: Callable[[], float] = time.time) -> None:
        self._records = records
        self._clock = clock
        self._running: dict[str, str] = {}
        self.live_s = LIVE_S

    async def answered(
        self, key: str, request: bytes, carry_out: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """Return the answer of a request, and whether it is that of an earlier one.

        Args:
            key: The key; empty: the request is carried out in any case.
            request: Method, path and parameters.
            carry_out: Carries the request out.
        """
        if not key:
            return await carry_out(), False
        if len(key) > MOST_KEY:
            return refusal(400, "invalid_request_error", "the key is too long"), False
        fingerprint = hashlib.sha256(request).hexdigest()
        known = self._records.key(key, self._clock() - self.live_s)
        used_for = known.fingerprint if known else self._running.get(key, fingerprint)
        if used_for != fingerprint:
            message = "Keys for idempotent requests can only be used with the same parameters."
            return refusal(400, "idempotency_error", message), False
        if known is not None:
            return known.answer, True
        if key in self._running:
            message = "There is another request in progress with this Idempotent-Key."
            code = "idempotency_key_in_use"
            return refusal(409, "idempotency_error", message, code=code), False
        self._running[key] = fingerprint
        try:
            answer = await carry_out()
        finally:
            del self._running[key]
        if answer.status not in _NOT_KEPT:
            self._records.keep_key(key, KnownKey(fingerprint, answer), self._clock())
        return answer, False
