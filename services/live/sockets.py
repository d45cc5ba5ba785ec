"""Answers the events of a WebSocket API: a connection, its messages, its end."""

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

from graphql_schema.errors import BAD_USER_INPUT, INTERNAL_MESSAGE, RETRYABLE
from services.domain import faults
from services.domain.live.subprotocol import SUBPROTOCOL
from services.domain.principal import Principal
from services.live import protocol
from services.live.addresses import address_of, counted_as
from services.live.evaluation import Evaluate, Evaluation, Rights
from services.live.posting import MAX_BYTES
from services.live.protocol import Complete, Init, Ping, ProtocolError, Subscribe
from services.live.query import LiveQuery
from services.live.report import Report
from services.storage.bounded_cache import BoundedCache
from services.storage.capacity import Capacity
from services.storage.exceptions import CatalogNotReplicatedError
from services.storage.live_addresses import TooManyConnectionsError
from services.storage.live_connections import RefusedInitError
from services.storage.live_records import Connection, Group, Subscription
from services.storage.live_subscriptions import EndedSubscriptionError, RefusedSubscriptionError
from services.storage.live_table import LiveTable

CONNECT: Final = "CONNECT"
DISCONNECT: Final = "DISCONNECT"
TOO_MANY: Final = "TOO_MANY_SUBSCRIPTIONS"
TOO_LARGE: Final = "RESPONSE_TOO_LARGE"
_OK: Final = 200
_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_TOO_MANY_REQUESTS: Final = 429
_UNAVAILABLE: Final = 503
_READS: Final = 2  # of the state, where the first one meets a fault
# Of one event. The Lambda has ten: what was begun may take three more, then the client gets errors.
_BUDGET_S: Final = 5.0
_ROUNDS: Final = 3  # of reading a state again, because it concerns further topics
_REMEMBERED_BYTES: Final = 1 << 20  # of connections, and of what operations concern
_OVERHEAD: Final = 500  # bytes that one of these takes beside its names
SUBPROTOCOL_HEADER: Final = "Sec-WebSocket-Protocol"

Answer = dict[str, Any]


class Tokens(Protocol):
    """Verifies tokens; see `staff_tokens.TokenVerifier`."""

    def verified(self, header: str) -> tuple[Principal, int]:
        """Return the principal of an Authorization header, and when its token expires."""
        ...


class Closing(Protocol):
    """Sends the last message of a connection and closes it."""

    def post(self, connection: str, message: str) -> object:
        """Send a message."""
        ...

    def close(self, connection: str) -> object:
        """Close the connection."""
        ...


class Sockets:
    """Answers events; its answers to messages are sent to the client by API Gateway."""

    def __init__(
        self,
        table: LiveTable,
        evaluate: Evaluate,
        rights: Rights,
        tokens: Tokens,
        posting: Closing,
        *,
        refused: type[Exception],
        secrets: frozenset[str] = frozenset(),
        per_address: int = 0,
        departs: Callable[[], bool] = lambda: False,
        verifies: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the tables and what checks clients; nothing is read yet.

        Args:
            table: Connections and subscriptions.
            evaluate: Returns the state of a subscription.
            rights: Returns which roles of a person hold.
            tokens: Verifies the tokens of staff.
            posting: Reaches connections.
            refused: What `tokens` raises for a token that is not valid.
            secrets: Of which the edge sends one in the header Referer; empty: it sends none.
            per_address: Open connections that an address may have; 0: they are not counted.
            departs: Whether a client that sends a ping is to connect to another region.
            verifies: Whether this ping is to check that the connection is still stored.
            clock: Returns Unix seconds.
        """
        self._connections = table.connections
        self._subscriptions = table.subscriptions
        self._watched = table.topics
        self._evaluate = evaluate
        self._rights = rights
        self._tokens = tokens
        self._posting = posting
        self._refused = refused
        self._secrets = secrets
        self._per_address = per_address
        self._departs = departs
        self._verifies = verifies
        self._clock = clock
        # But for its subscriptions, an initialised connection stays as it is.
        self._initialised: BoundedCache[str, Connection] = BoundedCache(_REMEMBERED_BYTES)
        # What each operation concerned when it was last run, by the group of its subscriptions.
        self._topics: BoundedCache[str, frozenset[str]] = BoundedCache(_REMEMBERED_BYTES)

    def answer(self, event: Mapping[str, Any], report: Report) -> Answer:
        """Answer an event of a WebSocket API."""
        about = event["requestContext"]
        connection, kind = about["connectionId"], about["eventType"]
        if kind == CONNECT:
            try:
                with Capacity(time.monotonic() + _BUDGET_S):
                    return self._connect(about, event.get("headers") or {}, report)
            except Exception as error:  # noqa: BLE001 - the client comes again
                report.note([error])
                return {"statusCode": _UNAVAILABLE}
        if kind == DISCONNECT:
            report.disconnects += 1
            try:
                with Capacity(time.monotonic() + _BUDGET_S):
                    self._connections.close(connection)
            except Exception as error:  # noqa: BLE001 - the next message to it finds it gone
                report.note([error])
            return {"statusCode": _OK}
        report.messages += 1
        try:
            with Capacity(time.monotonic() + _BUDGET_S):
                reply = self._receive(connection, event.get("body") or "", report)
        except ProtocolError as error:
            self._close(connection, error.code, error.reason, report)
            return {"statusCode": _OK}
        except Exception as error:  # noqa: BLE001 - the client comes again
            report.note([error])
            self._close(connection, protocol.TRY_AGAIN_LATER, INTERNAL_MESSAGE, report)
            return {"statusCode": _OK}
        return {"statusCode": _OK, **({"body": reply} if reply else {})}

    def _close(self, connection: str, code: int, reason: str, report: Report) -> None:
        report.closed[code] += 1
        try:
            self._posting.post(connection, protocol.farewell(code, reason))
            self._posting.close(connection)
        except Exception as error:  # noqa: BLE001 - its idle time-out ends it
            report.note([error])

    def _connect(
        self, about: Mapping[str, Any], headers: Mapping[str, str], report: Report
    ) -> Answer:
        lowered = {name.lower(): value for name, value in headers.items()}
        if self._secrets and lowered.get("referer") not in self._secrets:
            return {"statusCode": _FORBIDDEN}
        if not protocol.offers_subprotocol(lowered.get(SUBPROTOCOL_HEADER.lower())):
            # The handshake fails: no close code, but a status, as 4406 would say it.
            return {"statusCode": _BAD_REQUEST}
        key = None
        if self._per_address:
            key = counted_as(address_of(lowered, about, behind_edge=bool(self._secrets)))
        try:
            self._connections.open(about["connectionId"], key, self._per_address)
        except TooManyConnectionsError:
            report.refused += 1
            return {"statusCode": _TOO_MANY_REQUESTS}
        report.connects += 1
        return {"statusCode": _OK, "headers": {SUBPROTOCOL_HEADER: SUBPROTOCOL}}

    def _receive(self, connection: str, text: str, report: Report) -> str | None:
        """Return the message that answers a client's; None where none does.

        Raises:
            ProtocolError: The connection is to be closed.
        """
        message = protocol.read(text)
        if isinstance(message, Ping):
            if self._departs():
                raise ProtocolError(protocol.GOING_AWAY, "The region is drained; connect again")
            if self._verifies() and self._is_lost(connection, report):
                raise _unknown_connection()
            return protocol.pong()
        if isinstance(message, Init):
            return self._initialise(connection, message)
        if isinstance(message, Complete):
            self._subscriptions.complete(connection, message.id)
            return None
        if isinstance(message, Subscribe):
            return self._subscribed(connection, message, report)
        return None

    def _is_lost(self, connection: str, report: Report) -> bool:
        """Return whether changes find nothing of an open connection any more."""
        try:
            return self._connections.read(connection) is None
        except Exception as error:  # noqa: BLE001 - a ping is answered while the table is away
            report.note([error])
            return False

    def _initialise(self, connection: str, message: Init) -> str:
        now_ms = int(self._clock() * 1000)
        roles: frozenset[str] | None = None
        until, subject = 0, ""
        if message.authorization is not None:
            try:
                principal, until = self._tokens.verified(message.authorization)
            except self._refused as error:
                _check_init(self._connections.read(connection), now_ms)
                raise ProtocolError(protocol.FORBIDDEN, f"Forbidden: {error}") from error
            roles, subject = principal.roles, principal.subject
        earliest_ms = now_ms - protocol.INIT_TIMEOUT_MS
        try:
            known = self._connections.acknowledge(
                connection, roles, until, subject, earliest_ms=earliest_ms
            )
        except RefusedInitError as error:
            _check_init(error.connection, now_ms)
            raise
        size = sum(map(len, (connection, subject, *(known.roles or ())))) + _OVERHEAD
        self._initialised.keep(connection, known, size)
        return protocol.ack()

    def _subscribed(self, connection: str, message: Subscribe, report: Report) -> str | None:
        """Subscribe; a fault leaves nothing of the subscription, and the client may repeat it."""
        try:
            return self._subscribe(connection, message, report)
        except ProtocolError:
            raise
        except _SubscriptionError as error:
            return protocol.error_message(message.id, error.errors)
        except EndedSubscriptionError:
            return None
        except Exception as error:  # noqa: BLE001 - the client gets it as a message
            report.note([error])
            # What this raises closes the connection, so that no half of a subscription stays.
            self._subscriptions.unsubscribe(connection, message.id)
            return protocol.error_message(message.id, [_fault()])

    def _subscribe(self, connection: str, message: Subscribe, report: Report) -> str:
        """Store a subscription; return its first state.

        Raises:
            ProtocolError: The connection is to be closed.
            EndedSubscriptionError: The client has completed it.
            _SubscriptionError: The subscription is refused.
        """
        now_ms = int(self._clock() * 1000)
        known = self._initialised.find(connection)
        expected = None
        if known is not None:
            query, claimed = self._query(known, message, now_ms)
            expected = self._topics.find(query.group)
        if known is None or expected is None:
            # What is refused for the connection's sake costs no evaluation.
            known = self._connections.read(connection)
            _check_subscribe(known, message, now_ms)
            assert known is not None  # noqa: S101 - else it was refused
            query, claimed = self._query(known, message, now_ms)
            expected = self._topics.find(query.group) or self._first_topics(query, report)
        subscription = Subscription(connection, message.id, query.group, made_ms=now_ms)
        if claimed is not None:
            subscription = subscription._replace(
                until=known.until, subject=known.subject, roles=claimed
            )
        self._store(subscription, Group(query.dump(), expected), message, now_ms)
        try:
            reply = self._first_reply(subscription, query, expected, report)
        except _SubscriptionError:
            self._subscriptions.unsubscribe(connection, message.id)
            raise
        report.subscribed += 1
        return reply

    def _query(
        self, known: Connection, message: Subscribe, now_ms: int
    ) -> tuple[LiveQuery, tuple[str, ...] | None]:
        """Return what is evaluated for a subscription, and the roles that its token claims."""
        claimed = None if known.until and known.until * 1000 <= now_ms else known.roles
        roles = None if claimed is None else self._rights(known.subject, claimed)
        query = LiveQuery.of(message.document, message.operation_name, message.variables, roles)
        return query, claimed

    def _first_topics(self, query: LiveQuery, report: Report) -> frozenset[str]:
        """Return the topics that an operation concerns, which has not been run here lately.

        Raises:
            _SubscriptionError: It is refused, or concerns none.
        """
        first = self._evaluate(query)
        report.evaluations += 1
        report.note(first.faults)
        if first.data is None or not first.topics:
            raise _SubscriptionError(first.errors or [_nothing_to_watch()])
        return first.topics

    def _first_reply(
        self, subscription: Subscription, query: LiveQuery, expected: frozenset[str], report: Report
    ) -> str:
        """Return the message with the first state of a subscription; see `_first_state`."""
        state = self._first_state(subscription, query, expected, report)
        payload = protocol.payload_of(state.data, state.errors)
        reply = protocol.next_message(subscription.id, payload)
        if len(reply.encode()) > MAX_BYTES:
            text = f"the state has more than {MAX_BYTES} bytes; select less of it"
            raise _SubscriptionError([_error(text, TOO_LARGE)])
        return reply

    def _first_state(
        self, subscription: Subscription, query: LiveQuery, expected: frozenset[str], report: Report
    ) -> Evaluation:
        """Return the state of now of a stored subscription, which every later change finds.

        Raises:
            _SubscriptionError: It is refused, or cannot be read.
        """
        topics, state = expected, self._state(query, report)
        for _ in range(_ROUNDS):
            if state.topics <= topics:
                break
            # Such as the market of a store that was not there before. Read again afterwards, as
            # its changes in between have not found the subscription.
            before, topics = topics, topics | state.topics
            self._subscriptions.extend([subscription], topics - before)
            self._watched.write_shared(query.group, Group(query.dump(), topics))
            state = self._state(query, report)
        if state.topics != expected:
            self._topics.drop(query.group)
        self._topics.keep(query.group, state.topics, sum(map(len, state.topics)) + _OVERHEAD)
        return state

    def _store(
        self, subscription: Subscription, group: Group, message: Subscribe, now_ms: int
    ) -> None:
        try:
            self._subscriptions.subscribe(subscription, group, protocol.MAX_SUBSCRIPTIONS)
        except RefusedSubscriptionError as error:
            _check_subscribe(error.connection, message, now_ms)
            raise

    def _state(self, query: LiveQuery, report: Report) -> Evaluation:
        """Return the state now.

        Raises:
            _SubscriptionError: It is refused, or cannot be read.
        """
        for _ in range(_READS):
            state = self._evaluate(query)
            report.evaluations += 1
            report.note(state.faults)
            if _is_faulty(state):
                continue
            if state.data is None or not state.topics:
                raise _SubscriptionError(state.errors or [_nothing_to_watch()])
            return state
        raise _SubscriptionError([_fault()])


class _SubscriptionError(Exception):
    """A subscription is refused; its connection stays."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


def _unknown_connection() -> ProtocolError:
    """Return why an open connection is closed that the table has lost: no fault of its client."""
    return ProtocolError(
        protocol.GOING_AWAY, "This connection is not known any more; connect again"
    )


def _check_init(known: Connection | None, now_ms: int) -> None:
    """Refuse the initialisation of a connection that is not known, or not to be initialised.

    Raises:
        ProtocolError: The connection is to be closed.
    """
    if known is None:
        raise _unknown_connection()
    protocol.check_init(acknowledged=known.acknowledged, opened_ms=known.opened_ms, now_ms=now_ms)


def _check_subscribe(known: Connection | None, message: Subscribe, now_ms: int) -> None:
    """Refuse a subscription for the sake of its connection.

    Raises:
        ProtocolError: The connection is to be closed.
        _SubscriptionError: It has as many subscriptions as it may have.
    """
    if known is None:
        raise _unknown_connection()
    protocol.check_acknowledged(
        acknowledged=known.acknowledged, opened_ms=known.opened_ms, now_ms=now_ms
    )
    protocol.check_id(message.id, known.subscriptions)
    if len(known.subscriptions) >= protocol.MAX_SUBSCRIPTIONS:
        raise _SubscriptionError([_too_many()])


def _is_faulty(state: Evaluation) -> bool:
    """Return whether a state cannot be sent as that of now.

    An older catalog can, while the one in force has not arrived: its arrival is a change.
    """
    unarrived = [one for one in state.faults if isinstance(one, CatalogNotReplicatedError)]
    return len(unarrived) < len(state.faults) or bool(state.faults and state.errors)


def _too_many() -> dict[str, Any]:
    text = f"a connection has at most {protocol.MAX_SUBSCRIPTIONS} subscriptions"
    return _error(text, TOO_MANY)


def _nothing_to_watch() -> dict[str, Any]:
    return _error("there is nothing to watch of this id", BAD_USER_INPUT)


def _fault() -> dict[str, Any]:
    """Return the error that a fault of the service ends a subscription with."""
    return _error(INTERNAL_MESSAGE, faults.INTERNAL, RETRYABLE)


def _error(
    message: str, code: str, more: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **more}}
