"""What a change of one store costs by its subscribers: evaluations, posts, CPU of the fan-out.

The fan-out of the primary region runs in this process, over the tables of a local cloud, so that
its CPU time can be measured. Messages are signed as for API Gateway, and not sent.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadtests.subscriptions.latency import QUERY
from localcloud.layout import CloudLayout
from services.domain.errors import CarteError
from services.domain.live import topics
from services.live.evaluation import Evaluator
from services.live.fan_out import FanOut
from services.live.management_api import ManagementApi
from services.live.posting import Posting
from services.live.query import LiveQuery
from services.live.report import Report
from services.storage.binding import Binding
from services.storage.catalogs import CatalogRepository
from services.storage.fast.connection import Endpoint
from services.storage.fast.signing import Credentials
from services.storage.lazy_services import LazyServices
from services.storage.live_records import Group, Subscription
from services.storage.live_table import FreshTable, LiveTable, live_table
from services.storage.stores import StoreRepository
from services.storage.watched_topics import direct

_TABLE: Final = "carte-live"
_ROUNDS: Final = 3
_HOST: Final = "carte-live.execute-api.us-east-1.amazonaws.com"


@dataclass(frozen=True, slots=True)
class ChangeCost:
    """What one change cost.

    Attributes:
        subscriptions: How many subscriptions of one operation there are.
        evaluations: How often the operation was run.
        posts: Messages that were sent.
        cpu_ms: CPU of the fan-out, milliseconds, the median of three changes.
    """

    subscriptions: int
    evaluations: int
    posts: int
    cpu_ms: float


def change_costs(layout: CloudLayout, store: str, counts: Sequence[int]) -> list[ChangeCost]:
    """Measure a change of a store at each of these numbers of subscribers.

    Rows of subscriptions are written into the region's table of connections, and removed after.

    Args:
        layout: A local cloud that is up.
        store: A store of it.
        counts: Numbers of subscribers.
    """
    return costs_over(*processes_over(layout), store, counts)


def processes_over(layout: CloudLayout) -> tuple[LiveTable, Evaluator]:
    """Return what a Lambda of live updates works with in the primary region of a local cloud."""
    region = layout.region(layout.primary)
    binding = Binding(region.name, layout.table, region.endpoint, 30.0, fast_reads=True)
    replica = FreshTable(binding)
    evaluator = Evaluator(
        LazyServices(
            replica,
            StoreRepository(replica),
            version="measured",
            regions=layout.region_names,
            catalogs=CatalogRepository(replica, max_age_s=0),
        )
    )
    return live_table(binding, _TABLE, time.time), evaluator


def costs_over(
    table: LiveTable, evaluator: Evaluator, store: str, counts: Sequence[int]
) -> list[ChangeCost]:
    """Measure over a table of connections; see `change_costs`.

    Raises:
        CarteError: The fan-out failed.
    """
    found = []
    for number in counts:
        query = LiveQuery.of(QUERY, None, {"id": store}, None)
        # A topic that no client watches, so that no subscription of others is counted.
        topic = f"{topics.STORE}measured-{number}"
        # All that a state of it concerns: else the fan-out would add to the subscriptions, and
        # find that there are no such connections.
        group = Group(query.dump(), evaluator.evaluate(query).topics | {topic})
        also = tuple(direct(sorted(group.topics - {topic})))
        members = [
            Subscription(f"measured-{at}", "1", query.group, also=also) for at in range(number)
        ]
        table.topics.write_shared(query.group, group)
        table.topics.follow(members, [topic])
        try:
            found.append(_measured(table, evaluator, topic, number))
        finally:
            for one in members:
                table.topics.drop(topic, one)
    return found


def _measured(table: LiveTable, evaluator: Evaluator, topic: str, number: int) -> ChangeCost:
    credentials = Credentials("AKIDEXAMPLE", "measured")
    api = ManagementApi(
        f"https://{_HOST}/live",
        "us-east-1",
        lambda: credentials,
        (_HOST, Endpoint(_HOST, 443)),
        most_idle=0,
    )

    def sign(method: str, connection: str, body: bytes) -> int:
        api.request(method, connection, body, credentials)
        return 200

    def refuse(_: list[dict[str, Any]]) -> None:
        raise AssertionError("a store's topic leads to no other topic")

    fan_out = FanOut(
        table, evaluator.evaluate, evaluator.rights, Posting(sign), refuse, sleep=lambda _: None
    )
    event = {"Records": [{"messageId": "1", "body": topics.entry(0, topic, 0)["MessageBody"]}]}
    fan_out.answer(event, Report())  # compiles the operation, opens connections
    took: list[float] = []
    for _ in range(_ROUNDS):
        report = Report()
        before = time.process_time()
        fan_out.answer(event, report)
        took.append((time.process_time() - before) * 1000)
        if report.faults or report.posts != number:
            raise CarteError(
                f"the fan-out reached {report.posts} of {number} subscribers",
                detail="".join(report.faults[:1]),
            )
    return ChangeCost(number, report.evaluations, report.posts, sorted(took)[_ROUNDS // 2])
