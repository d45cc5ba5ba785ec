"""Sends GraphQL requests of commands: to one region, or through an edge, where they fail over."""

import json
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    import httpx

    from clients.failover import Attempted

_TIMEOUT_S: Final = 15.0
_BAD_STATUS: Final = 400
_SERVICE_FAILED: Final = 500
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)  # RFC 6750, section 2.1
# What to do about an error of the API, by its code (graphql_schema/errors.py).
_HINTS: Final[Mapping[str, str]] = {
    "UNAUTHENTICATED": "give a valid staff token by --token: `carte token --role ROLE` signs one "
    'for a local cloud; docs/people.md, "Signing in", has how to get one elsewhere',
    "FORBIDDEN": "`carte people roles` shows what each role permits; give the token of somebody "
    "who has one of those",
    "BAD_USER_INPUT": "correct what the message names, and run it again",
}
_IN_FRONT_HINT: Final = (
    "something in front of the API answered, such as a firewall, a proxy or the sign-in page of a "
    "network; wait some minutes where it limits requests, or try another network"
)
_ANY_HINT: Final = "`carte query` shows the whole answer"
_BUSY_HINT: Final = (
    "run it again in some seconds; `carte status` shows what is wrong with a local cloud"
)
# Of a GET, in bytes: below what the firewall takes (`infra_cdk/constructs/firewall.py`).
LONGEST_QUERY: Final = 6000
ORIGIN_SECRET: Final = "CARTE_ORIGIN_SECRET"  # noqa: S105 - the name of a variable
"""Environment variable of the secret that a deployed region's own API takes requests by, where the
deployment has an edge (docs/operations.md, "Rotate keys")."""


def send(
    url: str,
    body: Mapping[str, Any],
    *,
    place: str | None = None,
    token: str | None = None,
    fails_over: bool,
    by_post: bool = False,
) -> tuple[int, dict[str, str], Any]:
    """Send a GraphQL request; return status, headers by lower-case name, and the decoded answer.

    Args:
        url: An edge or the API of a region, without a path.
        body: `query`, and `variables` where it has some.
        place: Where the client claims to be, for the local edge; None: nowhere.
        token: Staff token; None: none is sent.
        fails_over: Whether `url` is an edge: a region that is dead, silent or failing is left for
            the next one. A mutation may be sent again, as each carries its `operationId`.
        by_post: Whether queries go by POST as well, so that no variable is in an address.

    Raises:
        CarteError: There is no answer, or it is no JSON; or the environment has an origin secret
            that must not be sent there.
        UnusableInputError: The token is none.
    """
    import asyncio

    import httpx

    from clients.failover import NoAnswerError

    headers = {"accept": "application/graphql-response+json, application/json;q=0.9"}
    if place:
        headers["x-carte-place"] = place
    if token:
        headers["authorization"] = f"Bearer {checked_token(token)}"
    secret = os.environ.get(ORIGIN_SECRET, "").strip()
    if secret:
        headers["referer"] = _shown(secret, url)
    try:
        response = asyncio.run(
            _answered(url.rstrip("/"), body, headers, fails_over=fails_over, by_post=by_post)
        )
    except (httpx.HTTPError, httpx.InvalidURL, NoAnswerError) as error:
        reasons = [str(one) or type(one).__name__ for one in (error, error.__cause__) if one]
        raise CarteError(
            f"{url} does not answer: {': '.join(dict.fromkeys(reasons))}",
            "`carte status` shows what is wrong with a local cloud; else look at the address",
        ) from error
    lower = {name.lower(): value for name, value in response.headers.items()}
    return response.status_code, lower, _decoded(url, response.status_code, response.content)


def data_of(status: int, answer: Any) -> dict[str, Any]:
    """Return the data of an answer of GraphQL.

    Args:
        status: The status of the answer.
        answer: As `send` returns it.

    Raises:
        CarteError: It has errors: the first one's message, and what to do about it; or it is none
            of GraphQL.
    """
    body = answer if isinstance(answer, dict) else {}
    entries, data = body.get("errors"), body.get("data")
    errors = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    if not errors and not isinstance(data, dict):
        raise CarteError(f"the answer with status {status} is no GraphQL response", _IN_FRONT_HINT)
    if status < _BAD_STATUS and not errors and isinstance(data, dict):
        return data
    if not errors:
        raise CarteError(f"the API answers {status}", _any_hint(status))
    code = (errors[0].get("extensions") or {}).get("code")
    raise CarteError(str(errors[0].get("message")), _HINTS.get(str(code), _any_hint(status)))


def _any_hint(status: int) -> str:
    return _BUSY_HINT if status >= _SERVICE_FAILED else _ANY_HINT


def checked_token(token: str) -> str:
    """Return a token for a header.

    Raises:
        UnusableInputError: No header can hold it, or it is more than a token.
    """
    if not _TOKEN.fullmatch(token):
        raise UnusableInputError(
            "--token is no token: it has characters that no token has",
            "give the token alone, without `Bearer` and without line breaks, such as "
            '--token "$(carte token --role chain:admin)"',
        )
    return token


async def _answered(
    url: str,
    body: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    fails_over: bool,
    by_post: bool,
) -> "httpx.Response":
    import httpx

    from clients.carte_client import body_of, is_retryable, retry_after
    from clients.documents import operations
    from clients.failover import PATHS, Attempted, Memory, Timing, fail_over
    from clients.loopback import is_loopback

    # A read goes as a GET, which the edge may answer from its cache.
    text = urlencode({name: _text(value) for name, value in body.items()})
    only_reads = all(one.kind == "query" for one in operations(body["query"]))
    reads = only_reads and len(text) < LONGEST_QUERY and not by_post
    async with httpx.AsyncClient(
        headers=headers, timeout=_TIMEOUT_S, trust_env=not is_loopback(url)
    ) as http:

        async def attempt(path: int) -> "Attempted[httpx.Response]":
            to = url + PATHS[path]
            response = await (http.get(f"{to}?{text}") if reads else http.post(to, json=body))
            retryable = is_retryable(response.status_code, body_of(response))
            return Attempted(response, retryable, retry_after(response.headers.get("retry-after")))

        if not fails_over:
            return (await attempt(0)).value
        return await fail_over(attempt, Memory(Timing(timeout_s=_TIMEOUT_S)))


def _shown(secret: str, url: str) -> str:
    """Return the origin secret for a header.

    Raises:
        CarteError: The request would carry it unencrypted over a network, or no header can hold it.
    """
    from clients.loopback import is_loopback

    if urlsplit(url).scheme != "https" and not is_loopback(url):
        raise CarteError(
            f"{ORIGIN_SECRET} is set, and {url} is not encrypted",
            f"give an address that begins with https://, or unset {ORIGIN_SECRET}",
        )
    if not (secret.isascii() and secret.isprintable()):
        raise CarteError(
            f"{ORIGIN_SECRET} holds characters that no header can",
            "set it to the SecretString of carte-origin-<number>, as AWS prints it",
        )
    return secret


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _decoded(url: str, status: int, content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        text = content[:2000].decode("utf-8", "replace")
        raise CarteError(
            f"{url} answered {status} and no JSON",
            f"if this is carte's address, {_IN_FRONT_HINT}",
            detail=text,
        ) from error
