"""Live updates of one region in a test's process: sockets, fan-out, and a gateway that records."""

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import boto3
import orjson

from services.convergence.live_topics import LiveTopics
from services.convergence.repair import Change
from services.domain.live.subprotocol import SUBPROTOCOL
from services.domain.live.topics import entry
from services.live.evaluation import Evaluate, Evaluation, Evaluator, Rights
from services.live.fan_out import FanOut
from services.live.group_sending import ANSWERED_MS
from services.live.posting import Posting
from services.live.query import LiveQuery
from services.live.report import Report
from services.live.sockets import Sockets
from services.staff_tokens import TokenRefusedError, TokenVerifier
from services.storage.binding import Binding
from services.storage.catalogs import CatalogRepository
from services.storage.identity import IssuerKeyRepository
from services.storage.lazy_services import LazyServices
from services.storage.live_requests import LiveRequests, through_botocore
from services.storage.live_table import FreshTable, LiveTable
from services.storage.people import PeopleRepository
from services.storage.stores import StoreRepository
from tests.support.chain import REGION
from tests.support.moto_table import lend_client
from tests.support.service import REGIONS
from tests.support.tokens import ISSUER

TABLE = "carte-live"


class LiveRegion:
    """The Lambdas of live updates over moto, and what they sent to each connection.

    Attributes:
        received: Messages by connection, in order.
        closed: Connections that were closed by the service.
        gone: Connections that clients left without a word: a post finds them gone.
        seconds: The time, Unix seconds.
        client: The client of the table of connections.
        replica: The region's replica of the table.
    """

    def __init__(
        self,
        per_address: int = 10_000,
        secrets: frozenset[str] = frozenset(),
        departs: Callable[[], bool] = lambda: False,
        verifies: Callable[[], bool] = lambda: False,
    ) -> None:
        self.received: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.closed: list[str] = []
        self.gone: set[str] = set()
        self.failing: dict[str, int] = {}
        self.queue: list[dict[str, Any]] = []
        self.slept: list[float] = []
        self.seconds = time.time()
        self._subscribed_s = 0.0
        self._names = (f"connection-{number}" for number in itertools.count(1))
        client: Any = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        self.client = client
        self.replica = replica = lend_client(FreshTable(Binding(REGION)))
        self._services = LazyServices(
            replica,
            StoreRepository(replica),
            version="1.2.3",
            regions=REGIONS,
            catalogs=CatalogRepository(replica, max_age_s=0),
        )
        self.evaluator = Evaluator(self._services)
        self._posting = posting = Posting(self._send, lambda _: None)
        self._options: dict[str, Any] = {
            "per_address": per_address,
            "secrets": secrets,
            "departs": departs,
            "verifies": verifies,
        }
        self.restart()
        # What the fan-out asks; tests have it fail, or take its time.
        self.state_of: Evaluate = self.evaluator.evaluate
        self.rights_of: Rights = self.evaluator.rights
        self.fan_out = FanOut(
            self.table,
            self._state_of,
            self._rights_of,
            posting,
            self.queue.extend,
            clock=lambda: self.seconds,
            sleep=self.slept.append,
        )
        self.report = Report()

    def _state_of(self, query: LiveQuery) -> Evaluation:
        return self.state_of(query)

    def _rights_of(self, subject: str, roles: Iterable[str]) -> tuple[str, ...]:
        return self.rights_of(subject, roles)

    def restart(self) -> None:
        """Go on with a process of the Lambda that remembers nothing of connections."""
        self.requests = LiveRequests(through_botocore(self.client), TABLE)
        self.table = LiveTable(self.requests, lambda: self.seconds)
        self.sockets = self._new_sockets()

    def _new_sockets(self) -> Sockets:
        return Sockets(
            self.table,
            self.evaluator.evaluate,
            self.evaluator.rights,
            TokenVerifier(ISSUER.oidc, IssuerKeyRepository(self.replica)),
            self._posting,
            refused=TokenRefusedError,
            **self._options,
            clock=lambda: self.seconds,
        )

    def _send(self, method: str, connection: str, body: bytes) -> int:
        if connection in self.failing:
            return self.failing[connection]
        if connection in self.gone or connection in self.closed:
            return 410
        if method == "DELETE":
            self.closed.append(connection)
            self.table.connections.close(connection)
        else:
            self.received[connection].append(orjson.loads(body))
        return 200

    def event(self, kind: str, connection: str, **more: Any) -> dict[str, Any]:
        """Handle an event as API Gateway sends it."""
        about = {"connectionId": connection, "eventType": kind}
        return self.sockets.answer({"requestContext": about, **more}, self.report)

    def connect(self, subprotocol: str | None = SUBPROTOCOL, address: str = "192.0.2.1") -> str:
        """Open a connection; return its id."""
        connection = next(self._names)
        headers = {} if subprotocol is None else {"Sec-WebSocket-Protocol": subprotocol}
        answer = self.knock(connection, headers, address)
        assert answer["statusCode"] == (200 if subprotocol == SUBPROTOCOL else 400)
        return connection

    def knock(self, connection: str, headers: dict[str, str], address: str) -> dict[str, Any]:
        """Ask for a connection; return what answers the handshake."""
        about = {
            "connectionId": connection,
            "eventType": "CONNECT",
            "identity": {"sourceIp": address},
        }
        return self.sockets.answer({"requestContext": about, "headers": headers}, self.report)

    def say(self, connection: str, message: Any) -> dict[str, Any] | None:
        """Send a message of the client; return what answers it."""
        text = message if isinstance(message, str) else orjson.dumps(message).decode()
        answer = self.event("MESSAGE", connection, body=text)
        return orjson.loads(answer["body"]) if "body" in answer else None

    def ready(self, authorization: str | None = None) -> str:
        """Open and initialise a connection."""
        connection = self.connect()
        payload = {} if authorization is None else {"authorization": authorization}
        ack = self.say(connection, {"type": "connection_init", "payload": payload})
        assert ack == {"type": "connection_ack"}
        return connection

    def subscribe(self, connection: str, name: str, query: str, **variables: Any) -> Any:
        """Subscribe; return the message that answers."""
        self._subscribed_s = self.seconds
        payload = {"query": query, "variables": variables}
        return self.say(connection, {"id": name, "type": "subscribe", "payload": payload})

    def closing(self, connection: str) -> int | None:
        """Return the close code that was sent to a connection before it was closed."""
        if connection not in self.closed:
            return None
        last = self.received[connection][-1]
        assert last["type"] == "ping"
        code: int = last["payload"]["closing"]["code"]
        return code

    def changed(self, *topics: str, at_once: bool = False) -> list[str]:
        """Deliver a batch of the queue; return the messages that come again.

        Args:
            topics: Those that changed.
            at_once: Before clients surely have the first states of their subscriptions.
        """
        if not at_once:
            self.seconds = max(self.seconds, self._subscribed_s + ANSWERED_MS / 1000)
        now_ms = int(self.seconds * 1000)
        records = [
            {"messageId": f"m{at}", "body": entry(at, topic, now_ms)["MessageBody"]}
            for at, topic in enumerate(topics)
        ]
        self.report = Report()
        failures = self.fan_out.answer({"Records": records}, self.report)["batchItemFailures"]
        return [one["itemIdentifier"] for one in failures]

    def delivered(self, body: str) -> list[str]:
        """Deliver one message of the queue; return it if it comes again."""
        self.report = Report()
        event = {"Records": [{"messageId": "m0", "body": body}]}
        failures = self.fan_out.answer(event, self.report)["batchItemFailures"]
        return [one["itemIdentifier"] for one in failures]

    def later(self) -> list[str]:
        """Deliver what is in the queue when it is due; return the messages that come again."""
        self.seconds += 30
        bodies = [one["MessageBody"] for one in self.queue]
        self.queue.clear()
        return [again for body in bodies for again in self.delivered(body)]

    def forget_people(self) -> None:
        """Let the time pass for which the roles of people are remembered."""
        self._services.people = PeopleRepository(self.replica)

    def topics_of(self, change: Change) -> list[str]:
        """Return the topics that the stream Lambda names for a change."""
        sent: list[dict[str, Any]] = []
        topics = LiveTopics(sent.extend)
        topics.look_at(change)
        topics.flush()
        return [one["MessageGroupId"] for one in sent]
