"""The front before localstripe: authentication, idempotency keys, faults, and its control API."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import aiohttp
import orjson
from aiohttp import web

from localcloud.control_plane import ForeignRequestError, RequestHead, require_local
from localcloud.json_log import EventLog
from localcloud.payments.answers import refusal
from localcloud.payments.idempotency import IdempotencyKeys
from localcloud.payments.operations import Operations
from localcloud.payments.provider_faults import ProviderFaults
from localcloud.payments.records import Answer, Records

MOST_BODY: Final = 64 * 1024
CONTROL: Final = "/_control"
_MOST_SECONDS: Final = 7 * 24 * 3600.0

_LOG: Final = EventLog("payments")


class Front:
    """Answers requests as Stripe would, and lets the fault controller change how.

    Attributes:
        faults: The faults that are active.
        requests: Requests to the provider.
        lost: Those of them whose answer was lost on purpose.
        replayed: Those of them that were answered from an idempotency key.
        unauthorized: Those of them that were refused for their API key.
    """

    def __init__(
        self,
        operations: Operations,
        records: Records,
        api_key: str,
        random_source: random.Random | None = None,
        *,
        sign_with: Callable[[Sequence[str]], object] = lambda _: None,
    ) -> None:
        """Take what answers requests; begin without faults, with counts of 0.

        Args:
            operations: Carries requests out.
            records: What the front remembers.
            api_key: The secret key that is accepted.
            random_source: Draws what faults do; a fresh source when None.
            sign_with: Has webhooks signed with other secrets, as when one is rolled.
        """
        self.faults = ProviderFaults()
        self.requests = 0
        self.lost = 0
        self.replayed = 0
        self.unauthorized = 0
        self._operations = operations
        self._records = records
        self._keys = IdempotencyKeys(records)
        self._api_keys = frozenset({api_key})
        self._sign_with = sign_with
        self._random = random_source or random.Random()

    def application(self) -> web.Application:
        """Build the web application."""
        application = web.Application(client_max_size=MOST_BODY)
        application.router.add_get("/health", self._health)
        application.router.add_get(CONTROL, self._shown)
        application.router.add_put(CONTROL, self._set)
        application.router.add_delete(f"{CONTROL}/keys", self._forget_keys)
        application.router.add_route("*", "/v1/{rest:.*}", self._request)
        return application

    async def _request(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or key not in self._api_keys:
            self.unauthorized += 1
            return _response(refusal(401, "invalid_request_error", "Invalid API Key provided."))
        body = await request.read()
        form = await _form(request)
        repeats = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        fingerprint = b"\0".join((request.method.encode(), request.path.encode(), body))

        async def carry_out() -> Answer:
            if request.method == "POST" and self.faults.fails(self._random):
                return refusal(500, "api_error", "The provider failed, on purpose.")
            try:
                return await self._operations.carry_out(request.method, request.path, form)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                _LOG.warning("cannot carry out", path=request.path, error=repr(error)[:300])
                return refusal(500, "api_error", "The provider cannot carry this out.")

        answer, replayed = await self._keys.answered(repeats, fingerprint, carry_out)
        self.replayed += replayed
        if request.method == "POST" and self.faults.loses(self._random):
            self.lost += 1
            assert request.transport is not None  # noqa: S101 - the request has just been read
            request.transport.abort()
        return _response(answer, {"Idempotent-Replayed": "true"} if replayed else {})

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _shown(self, request: web.Request) -> web.Response:
        if (refused := _refused(request)) is not None:
            return refused
        return web.json_response(
            {
                "requests": self.requests,
                "lost": self.lost,
                "replayed": self.replayed,
                "unauthorized": self.unauthorized,
                "undelivered": len(self._records.undelivered()),
                "searchLagSeconds": self._operations.search_lag_s,
            }
        )

    async def _set(self, request: web.Request) -> web.Response:
        """Set faults, a list of their values, how long the search lags, and which keys are valid.

        `apiKeys` are those that are accepted, `webhookSecrets` those that sign; one at least.
        """
        if (refused := _refused(request)) is not None:
            return refused
        try:
            wanted = orjson.loads(await request.read())
            if "faults" in wanted:
                self.faults = ProviderFaults.combined(wanted["faults"])
            if "searchLagSeconds" in wanted:
                lag = float(wanted["searchLagSeconds"])
                self._operations.search_lag_s = min(max(0.0, lag), _MOST_SECONDS)
            if "apiKeys" in wanted:
                self._api_keys = frozenset(_keys(wanted["apiKeys"]))
            if "webhookSecrets" in wanted:
                self._sign_with(_keys(wanted["webhookSecrets"]))
        except (ValueError, TypeError, AttributeError):
            return web.json_response(
                {"error": "the body is wrong", "next": 'send {"faults": [{"lost": 0.5}]}'},
                status=400,
            )
        return web.json_response({"set": True})

    async def _forget_keys(self, request: web.Request) -> web.Response:
        if (refused := _refused(request)) is not None:
            return refused
        return web.json_response({"forgotten": self._records.forget_keys()})


def _keys(value: Any) -> list[str]:
    """Return keys, one at least.

    Raises:
        ValueError: It is no list of texts, or empty.
    """
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise ValueError("no list of keys")
    return value


def _refused(request: web.Request) -> web.Response | None:
    """Return the refusal of a request that does not come from a program of this machine."""
    try:
        require_local(RequestHead(request.method, request.headers))
    except ForeignRequestError as error:
        body = {"error": error.message, "next": error.hint}
        return web.json_response(body, status=error.status)
    return None


async def _form(request: web.Request) -> Mapping[str, str]:
    """Return the parameters of a request, as its query and its form have them."""
    posted: Any = await request.post() if request.method == "POST" else {}
    return {
        **request.query,
        **{name: value for name, value in posted.items() if isinstance(value, str)},
    }


def _response(answer: Answer, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        status=answer.status,
        body=answer.body,
        headers=headers,
        content_type="application/json",
    )
