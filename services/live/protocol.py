"""graphql-transport-ws as pure functions: a client's message in, what to do about it out.

Source: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. API Gateway closes a
connection with the code 1000 whatever a server wishes, so before it is closed the wished code is
sent in the payload of a `ping`, which every client may ignore (`farewell`).
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

import orjson

from services.domain.live.subprotocol import SUBPROTOCOL

BAD_MESSAGE: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
INIT_TIMEOUT: Final = 4408
DUPLICATE_ID: Final = 4409
INIT_TWICE: Final = 4429
GOING_AWAY: Final = 1012  # "service restart", of the registry of RFC 6455: not the client's fault
TRY_AGAIN_LATER: Final = 1013  # of the same registry: a fault of the service

MAX_MESSAGE: Final = 64 * 1024  # bytes; API Gateway takes 128 KB
MAX_ID: Final = 128  # characters
MAX_SUBSCRIPTIONS: Final = 20  # of one connection
INIT_TIMEOUT_MS: Final = 10_000
_QUOTED: Final = 60  # characters of a client's text in a reason


class ProtocolError(Exception):
    """The client broke the protocol, and the connection is to be closed.

    Attributes:
        code: The close code of the protocol.
        reason: The close reason.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class Init(NamedTuple):
    """`connection_init`; `authorization` is what a request's header of that name would say."""

    authorization: str | None


class Ping(NamedTuple):
    """`ping`."""


class Pong(NamedTuple):
    """`pong`."""


class Subscribe(NamedTuple):
    """`subscribe`."""

    id: str
    document: str
    operation_name: str | None
    variables: dict[str, Any]


class Complete(NamedTuple):
    """`complete`: the client wants no more of a subscription."""

    id: str


Message = Init | Ping | Pong | Subscribe | Complete


def offers_subprotocol(header: str | None) -> bool:
    """Return whether a Sec-WebSocket-Protocol header offers graphql-transport-ws."""
    return SUBPROTOCOL in [one.strip() for one in (header or "").split(",")]


def read(text: str) -> Message:
    """Return a client's message.

    Raises:
        ProtocolError: 4400, the message is none that a client may send.
    """
    if len(text) > MAX_MESSAGE or len(text.encode("utf-8", "replace")) > MAX_MESSAGE:
        raise ProtocolError(BAD_MESSAGE, f"Message is larger than {MAX_MESSAGE} bytes")
    try:
        message = orjson.loads(text)
    except ValueError as error:  # also half a surrogate pair
        raise ProtocolError(BAD_MESSAGE, "Message is no JSON") from error
    if not isinstance(message, dict):
        raise ProtocolError(BAD_MESSAGE, "Message is no JSON object")
    kind = message.get("type")
    payload = message.get("payload")
    if kind == "connection_init":
        return Init(_authorization(_object(payload, "connection_init")))
    if kind in {"ping", "pong"}:
        _object(payload, kind)
        return Ping() if kind == "ping" else Pong()
    if kind == "complete":
        return Complete(_id(message))
    if kind == "subscribe":
        return _subscribe(_id(message), payload)
    shown = str(kind)[:_QUOTED] if isinstance(kind, str) else "none"
    raise ProtocolError(BAD_MESSAGE, f"Message type {shown} is not one that a client sends")


def check_acknowledged(*, acknowledged: bool, opened_ms: int, now_ms: int) -> None:
    """Refuse a `subscribe` of a connection that was not acknowledged.

    Args:
        acknowledged: Whether `connection_ack` was sent.
        opened_ms: When the connection was opened, Unix milliseconds (UTC).
        now_ms: Now, likewise.

    Raises:
        ProtocolError: 4408 after the time to initialise, 4401 before.
    """
    if acknowledged:
        return
    check_init_in_time(opened_ms=opened_ms, now_ms=now_ms)
    raise ProtocolError(UNAUTHORIZED, "Unauthorized")


def check_init(*, acknowledged: bool, opened_ms: int, now_ms: int) -> None:
    """Refuse a second `connection_init`, and one that comes too late.

    Raises:
        ProtocolError: 4429 or 4408.
    """
    if acknowledged:
        raise ProtocolError(INIT_TWICE, "Too many initialisation requests")
    check_init_in_time(opened_ms=opened_ms, now_ms=now_ms)


def check_init_in_time(*, opened_ms: int, now_ms: int) -> None:
    """Refuse a message that comes without initialisation after the time for it.

    API Gateway wakes no Lambda by a clock, so a silent connection is closed by its idle time-out,
    ten minutes.

    Raises:
        ProtocolError: 4408.
    """
    if now_ms - opened_ms > INIT_TIMEOUT_MS:
        raise ProtocolError(INIT_TIMEOUT, "Connection initialisation timeout")


def check_id(subscription_id: str, known: Collection[str]) -> None:
    """Refuse an id that another subscription of the connection has.

    Raises:
        ProtocolError: 4409.
    """
    if subscription_id in known:
        shown = subscription_id[:_QUOTED]
        raise ProtocolError(DUPLICATE_ID, f"Subscriber for {shown} already exists")


def ack() -> str:
    """Return the message `connection_ack`."""
    return '{"type":"connection_ack"}'


def pong() -> str:
    """Return the message `pong`."""
    return '{"type":"pong"}'


def payload_of(data: Any, errors: list[dict[str, Any]]) -> str:
    """Return the payload of `next`, which many subscriptions may share."""
    return orjson.dumps({"data": data, **({"errors": errors} if errors else {})}).decode()


def next_message(subscription_id: str, payload: str) -> str:
    """Return the message `next`, with a payload of `payload_of`."""
    return f'{{"id":{_quoted(subscription_id)},"type":"next","payload":{payload}}}'


def error_message(subscription_id: str, errors: list[dict[str, Any]]) -> str:
    """Return the message `error`, which ends a subscription."""
    return orjson.dumps({"id": subscription_id, "type": "error", "payload": errors}).decode()


def farewell(code: int, reason: str) -> str:
    """Return the `ping` that says why the connection is closed next.

    Args:
        code: The close code that the protocol has for it; API Gateway sends 1000.
        reason: For people.
    """
    closing = {"code": code, "reason": reason}
    return orjson.dumps({"type": "ping", "payload": {"closing": closing}}).decode()


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _object(payload: Any, kind: str) -> Mapping[str, Any]:
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise ProtocolError(BAD_MESSAGE, f"The payload of {kind} is no object")
    return payload


def _authorization(payload: Mapping[str, Any]) -> str | None:
    """Return the token of a `connection_init`, under the name of the header in any case."""
    for name, value in payload.items():
        if name.lower() == "authorization" and value is not None:
            if not isinstance(value, str):
                raise ProtocolError(BAD_MESSAGE, f"{name} in connection_init is no string")
            return value
    return None


def _id(message: Mapping[str, Any]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ID:
        raise ProtocolError(BAD_MESSAGE, f"id is no string of 1 to {MAX_ID} characters")
    return found


def _subscribe(subscription_id: str, payload: Any) -> Subscribe:
    if not isinstance(payload, dict):
        raise ProtocolError(BAD_MESSAGE, "The payload of subscribe is no object")
    document, name = payload.get("query"), payload.get("operationName")
    if not isinstance(document, str):
        raise ProtocolError(BAD_MESSAGE, "The payload of subscribe has no query")
    if name is not None and not isinstance(name, str):
        raise ProtocolError(BAD_MESSAGE, "operationName is no string")
    _object(payload.get("extensions"), "subscribe.extensions")
    variables = _object(payload.get("variables"), "subscribe.variables")
    return Subscribe(subscription_id, document, name, dict(variables))
