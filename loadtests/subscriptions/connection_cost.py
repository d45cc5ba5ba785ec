"""What a connection with one subscription costs the Lambda that answers it: CPU and evaluations.

Its code runs in this process, over the tables of a local cloud, so that its CPU time can be
measured. The gateway, which has a part in each message, is not in it.
"""

import time
from dataclasses import dataclass
from typing import Any, Final

import orjson

from loadtests.subscriptions.change_cost import processes_over
from loadtests.subscriptions.latency import QUERY
from localcloud.layout import CloudLayout
from services.domain.errors import CarteError
from services.domain.live.subprotocol import SUBPROTOCOL
from services.domain.principal import Principal
from services.live.evaluation import Evaluator
from services.live.posting import Posting
from services.live.report import Report
from services.live.sockets import CONNECT, DISCONNECT, SUBPROTOCOL_HEADER, Answer, Sockets
from services.storage.live_table import LiveTable

_MESSAGE: Final = "MESSAGE"
_MOST: Final = 100_000  # connections of an address
_ADDRESS: Final = "192.0.2.1"  # of RFC 5737: no client's


@dataclass(frozen=True, slots=True)
class ConnectionCost:
    """What a connection cost, on average of those after the first.

    Attributes:
        connections: How many were opened, one after the other.
        opened_ms: CPU of the handshake, initialisation and subscription, milliseconds.
        closed_ms: CPU of its end, milliseconds.
        evaluations: How often the operation was run.
    """

    connections: int
    opened_ms: float
    closed_ms: float
    evaluations: float


def connection_costs(layout: CloudLayout, store: str, number: int) -> ConnectionCost:
    """Measure connections to the primary region of a local cloud that watch a store's menu.

    Args:
        layout: A local cloud that is up.
        store: A store of it.
        number: How many connections.
    """
    return connections_over(*processes_over(layout), store, number)


def connections_over(
    table: LiveTable, evaluator: Evaluator, store: str, number: int
) -> ConnectionCost:
    """Measure over a table of connections; see `connection_costs`.

    Raises:
        CarteError: A connection was refused.
    """

    def post(*_: Any) -> int:
        raise CarteError("a connection was closed while it was opened")

    sockets = Sockets(
        table,
        evaluator.evaluate,
        evaluator.rights,
        _Guests(),
        Posting(post),
        refused=CarteError,
        per_address=_MOST,
    )
    subscribe = {
        "id": "1",
        "type": "subscribe",
        "payload": {"query": QUERY, "variables": {"id": store}},
    }

    def handled(kind: str, name: str, report: Report, **more: Any) -> Answer:
        about = {"connectionId": name, "eventType": kind, "identity": {"sourceIp": _ADDRESS}}
        return sockets.answer({"requestContext": about, **more}, report)

    def opened(name: str, report: Report) -> None:
        handled(CONNECT, name, report, headers={SUBPROTOCOL_HEADER: SUBPROTOCOL})
        handled(_MESSAGE, name, report, body='{"type":"connection_init"}')
        answer = handled(_MESSAGE, name, report, body=orjson.dumps(subscribe).decode())
        if report.faults or '"next"' not in answer.get("body", ""):
            raise CarteError(
                f"a connection that watches {store} got no state",
                detail="".join(report.faults[:1]) or str(answer),
            )

    opened("measured-first", Report())  # compiles the operation, opens connections
    names, report = [f"measured-{at}" for at in range(number)], Report()
    began = time.process_time()
    for name in names:
        opened(name, report)
    between = time.process_time()
    for name in names:
        handled(DISCONNECT, name, report)
    ended = time.process_time()
    handled(DISCONNECT, "measured-first", report)
    return ConnectionCost(
        number,
        (between - began) * 1000 / number,
        (ended - between) * 1000 / number,
        report.evaluations / number,
    )


class _Guests:
    """Verifies the tokens of clients that show none."""

    def verified(self, header: str) -> tuple[Principal, int]:
        """Refuse a token."""
        raise CarteError(f"a guest shows a token of {len(header)} characters")
