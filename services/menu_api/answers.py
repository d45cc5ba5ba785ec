"""Builds the answers of the GraphQL endpoint: status, body, headers, and the log fields."""

from collections.abc import Sequence
from typing import Any, Final

from graphql_schema.errors import INTERNAL_MESSAGE
from services.menu_api.execution import Executed
from services.menu_api.http_caching import NO_STORE, cached, lasting, uncached
from services.menu_api.messages import Payload, Request, Response, json_response
from services.menu_api.negotiation import Agreed
from services.menu_api.refusals import RefusedRequestError
from services.menu_api.response_cache import CachedResponse
from services.storage.reads import Reads

RETRY_AFTER_S: Final = 2
STALE: Final = "x-carte-stale"
_METHOD_NOT_ALLOWED: Final = 405


class Outcome:
    """A response, and the fields of its log line.

    Attributes:
        operation: Name of the operation; None where there is none, or none was read.
        faults: What faults of ours raised.
        cache: How the response cache took part: `hit`, `checked`, `miss` or `stale`; None: not at
            all.
    """

    __slots__ = ("cache", "faults", "operation", "response")

    def __init__(
        self,
        response: Response,
        operation: str | None = None,
        faults: Sequence[BaseException] = (),
        cache: str | None = None,
    ) -> None:
        self.response = response
        self.operation = operation
        self.faults = faults
        self.cache = cache


def refused(error: RefusedRequestError, agreed: Agreed, operation: str | None = None) -> Outcome:
    """Return the answer to a request that is refused before anything runs."""
    body = {"errors": [{"message": str(error), "extensions": {"code": error.code}}]}
    response = json_response(error.status, body, agreed.content_type)
    response.headers["cache-control"] = NO_STORE
    if error.status == _METHOD_NOT_ALLOWED:
        response.headers["allow"] = "POST"
    return Outcome(response, operation)


def cacheable(
    request: Request,
    agreed: Agreed,
    entry: CachedResponse,
    *,
    shared: bool,
    cache: str | None = None,
) -> Outcome:
    """Return an answer without errors; caches may keep it unless the request was a POST.

    Args:
        request: The request.
        agreed: The media type.
        entry: The response.
        shared: Whether a cache gives the answer to everyone, so that no condition may change it.
        cache: How the response cache took part.
    """
    if request.method == "POST":
        response = uncached(request, 200, agreed.content_type, entry.payload)
    else:
        if entry.headers is None:
            entry.headers = lasting(agreed.content_type, entry.payload, entry.hint)
        again = cache is not None and cache != "miss"
        response = cached(
            request, entry.payload, entry.headers, again=again, conditional=not shared
        )
    return Outcome(response, entry.operation, cache=cache)


def stale(
    request: Request,
    agreed: Agreed,
    found: tuple[CachedResponse, int],
    faults: Sequence[BaseException],
) -> Outcome:
    """Return an outdated answer, marked as stale, because a new one could not be made.

    Args:
        request: The request.
        agreed: The media type.
        found: The response, and the seconds since it was last known to be current.
        faults: The faults that prevented a new answer.
    """
    entry, age_s = found
    response = uncached(request, 200, agreed.content_type, entry.payload)
    response.headers[STALE] = str(age_s)
    return Outcome(response, entry.operation, faults, "stale")


def executed(
    request: Request,
    agreed: Agreed,
    payload: Payload,
    done: Executed,
    *,
    outdated: Reads | None,
) -> Outcome:
    """Return an answer that no cache may keep: with errors, personal, or made of outdated data.

    Args:
        request: The request.
        agreed: The media type.
        payload: The body.
        done: The result of the operation.
        outdated: What the request read, some of it perhaps from a memory that is out of date;
            None: none of it is.
    """
    status = 200 if done.executed or agreed.legacy else 400
    response = uncached(request, status, agreed.content_type, payload)
    faults = list(done.faults)
    if outdated is not None and outdated.outdated is not None:
        response.headers[STALE] = str(int(outdated.outdated_s))
        faults.append(outdated.outdated)
    return Outcome(response, done.operation, faults)


def unavailable(
    agreed: Agreed, faults: Sequence[BaseException], operation: str | None = None
) -> Outcome:
    """Return the answer where a fault of ours left nothing usable: 503, and no `data`.

    Caches and failovers in front recognize a fault by the status, and a client repeats the request
    in another region at once, or here after Retry-After.
    """
    from services.domain.faults import shown
    from services.storage.fault_codes import code_of

    codes = dict.fromkeys(shown(code_of(fault)) for fault in faults)
    errors: list[dict[str, Any]] = [
        {"message": INTERNAL_MESSAGE, "extensions": {"code": code, "retryable": True}}
        for code in codes
    ]
    response = json_response(503, {"errors": errors}, agreed.content_type)
    response.headers["cache-control"] = NO_STORE
    response.headers["retry-after"] = str(RETRY_AFTER_S)
    return Outcome(response, operation, faults)
