"""Checks read-your-writes where only one client writes: its own store's listings, its sales."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from loadtests.checker.findings import Violation
from loadtests.checker.history import Attempt, CheckOperation, History, Read
from loadtests.checker.region_state import RegionState
from services.storage import keys


class _LastListings:
    """The last listing that a client set for each item of its own stores.

    Attributes:
        unknown: Operations that may have come about or not; while there are some, nothing is sure.
        listed: Store and item to the operation that listed it, or took it off the menu.
    """

    def __init__(self, alone: Collection[str]) -> None:
        self._alone = alone
        self._acknowledged: set[str] = set()
        self.unknown: set[str] = set()
        self.listed: dict[tuple[str, str], CheckOperation] = {}

    def learn(self, operation: CheckOperation, attempt: Attempt) -> None:
        store = _store(operation)
        if store not in self._alone or operation.id in self._acknowledged:
            return
        if attempt.outcome == "unknown":
            self.unknown.add(operation.id)
        elif attempt.outcome == "ok":
            self._acknowledged.add(operation.id)
            self.unknown.discard(operation.id)
            for path in operation.sets:
                item, _, name = path.rpartition("/")
                if name == "listed":
                    self.listed[store, item] = operation


def check_listing(
    history: History, events: Sequence[Attempt | Read], alone: Collection[str]
) -> Iterator[Violation]:
    """Yield menus that contradict a client's own last edit of items that nobody else edits."""
    last = _LastListings(alone)
    for event in events:
        if isinstance(event, Attempt):
            last.learn(history.operations[event.operation], event)
        elif event.store in alone and not last.unknown:
            yield from _unlisted(last, event)


def _unlisted(last: _LastListings, read: Read) -> Iterator[Violation]:
    for (store, item), operation in last.listed.items():
        listed = bool(operation.sets[f"{item}/listed"])
        if store == read.store and (item in read.prices) is not listed:
            yield Violation(
                "stale",
                f"{operation.document.pk} {item}/listed read by client {read.client}",
                f"at {read.sent:.2f} s the menu in {read.region} "
                f"{'lacked' if listed else 'had'} it, although it had written {listed}",
                (operation.id,),
            )


def check_sales(
    history: History, events: Sequence[Attempt | Read], state: RegionState
) -> Iterator[Violation]:
    """Sales that the client's own region does not show; only that region writes its counters."""
    applied = state.applications()
    least: defaultdict[tuple[str, str], int] = defaultdict(int)
    counted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in events:
        if isinstance(event, Attempt):
            operation = history.operations[event.operation]
            where = [entry.stamp.region for entry in applied.get(operation.id, ())]
            store = _store(operation)
            if event.outcome == "ok" and where == [event.region]:
                for item, pieces in operation.sold.items():
                    if operation.id not in counted[store, item]:
                        counted[store, item].append(operation.id)
                        least[store, item] += pieces
            continue
        for (store, item), pieces in least.items():
            shown = event.sold.get(item, 0)
            if store == event.store and shown < pieces:
                yield Violation(
                    "stale",
                    f"{keys.stock(store).pk} {item} sold, read by client {event.client}",
                    f"at {event.sent:.2f} s {event.region} showed {shown} sold there, although "
                    f"this client alone had sold {pieces}",
                    tuple(counted[store, item]),
                )


def _store(operation: CheckOperation) -> str:
    return operation.document.pk.removeprefix(keys.STORE_PREFIX)
