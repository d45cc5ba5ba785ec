"""Puts topics into the queue of live updates when what they are about changes in this replica.

The table's stream has one reader per region (see `sold_out`), and clients that are slow to take
their messages must not hold up repairs: so the sending is another Lambda's, and this only names
the topics. Where the queue takes some of them not, the batch is repeated from the first record that
names one of them (see `batch`): nobody else would ever name them, and open pages would show what
was before until the next change.
"""

import time
from collections.abc import Callable, Iterator

from services.convergence.queue_batch import QueueBatch, Send
from services.convergence.repair import Change
from services.domain.live.topics import MARKET, ORDER, ORDERS, REGIONS, STORE, entry
from services.domain.orders.listing import store_of_board
from services.domain.orders.part import read_listing
from services.storage import keys


class LiveTopics:
    """Looks at the changes in one region's stream."""

    def __init__(self, send: Send, clock: Callable[[], float] = time.time) -> None:
        """Take what sends the entries, and a clock, as `QueueBatch` does."""
        self._batch = QueueBatch(send, entry, clock)

    def look_at(self, change: Change) -> None:
        """Note the topics that a change concerns.

        Raises:
            InvalidDocumentError: An image is no item of an order.
        """
        for topic in topics_of(change):
            self._batch.add(topic)

    def is_waiting(self, change: Change) -> bool:
        """Return whether the queue has not taken a topic that a change concerns.

        Raises:
            InvalidDocumentError: An image is no item of an order.
        """
        return any(map(self._batch.is_waiting, topics_of(change)))

    def flush(self) -> int:
        """Send what was noted; return the number of topics. What `send` raises is raised."""
        return self._batch.flush()


def topics_of(change: Change) -> Iterator[str]:
    """Yield the topics that a change concerns.

    Raises:
        InvalidDocumentError: An image is no item of an order.
    """
    pk, sk = change.key
    if pk.startswith(keys.JOURNAL_PREFIX):
        # The first assortment of a store is no record that the stream's mapping passes on.
        pk, sk = keys.of_journal_partition(pk)
    if pk.startswith(keys.STORE_PREFIX):
        yield STORE + pk.removeprefix(keys.STORE_PREFIX)
    elif pk.startswith(keys.CATALOG_PREFIX):
        # Replication may bring the pointer before the version that it names.
        if sk == keys.CURRENT or sk.startswith(keys.VERSION_PREFIX):
            yield MARKET + pk.removeprefix(keys.CATALOG_PREFIX)
    elif pk.startswith(keys.ORDER_PREFIX):
        if sk == keys.NOTICES:
            return  # nobody is shown which notices are reserved
        yield ORDER + pk.removeprefix(keys.ORDER_PREFIX)
        if sk.startswith(keys.FACTS_PREFIX) and change.new is not None:
            board = read_listing(change.new.body).board
            if board is not None:
                yield ORDERS + store_of_board(board)
    elif pk == keys.REGIONS and sk.startswith(keys.DRAIN_PREFIX):
        yield REGIONS
