"""Time from an acknowledged write to the message of each subscriber, by region."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from loadtests.measurement.percentiles import Distribution, distribution
from loadtests.subscriptions.audience import Audience, AudienceError
from loadtests.subscriptions.prices import PriceWriter
from loadtests.subscriptions.subscriber import Subscriber

QUERY: Final = """subscription Watch($id: ID!) { menuChanged(storeId: $id) {
  version menu { categories { items { id price { amountMinor } } } } } }"""
_OPEN_S: Final = 300.0
_ARRIVE_S: Final = 30.0
_POLL_S: Final = 0.05


def latencies(
    url: str,
    writer: PriceWriter,
    regions: Sequence[str],
    *,
    subscriptions: int,
    changes: int,
    on_progress: Callable[[str], object],
) -> Mapping[str, Distribution]:
    """Open subscriptions to one store, change a price again and again; return the times.

    Args:
        url: Of the edge, `ws://host:port`.
        writer: Changes the price of one item of one store.
        regions: Where the subscribers are, in turn; with fewer subscriptions than regions, one in
            each.
        subscriptions: How many are open.
        changes: How many prices are set, each after the one before has arrived everywhere.
        on_progress: Gets lines for people.

    Returns:
        Region to the distribution of milliseconds, over all of its subscribers and all changes. A
        subscriber whose message comes before the acknowledgement counts as 0.

    Raises:
        AudienceError: Subscriptions could not be opened, or a change did not arrive in 30 s.
    """
    places = [regions[at % len(regions)] for at in range(max(subscriptions, len(regions)))]
    audience = Audience(
        [
            Subscriber(url, QUERY, {"id": writer.store}, place=place, keeps_all=False)
            for place in places
        ]
    )
    found: dict[str, list[float]] = {region: [] for region in regions}
    try:
        audience.gather(_OPEN_S)
        on_progress(f"{len(places)} subscriptions are open")
        for _ in range(changes):
            price, acknowledged = writer.set_next()
            _wait(audience, writer, price)
            for one in audience.subscribers:
                state = one.states[-1]
                found[one.place].append(max(0.0, state.at - acknowledged) * 1000)
    finally:
        audience.close()
    return {region: distribution(values) for region, values in found.items()}


def _wait(audience: Audience, writer: PriceWriter, price: int) -> None:
    deadline = time.monotonic() + _ARRIVE_S
    late = list(audience.subscribers)
    while late := [one for one in late if writer.price_in(one.states[-1].data) != price]:
        if time.monotonic() > deadline:
            raise AudienceError(
                f"{len(late)} of {len(audience.subscribers)} subscribers do not show a price that "
                f"was acknowledged {_ARRIVE_S:g} s ago",
                "nothing else may run on the machine; ask for fewer subscriptions",
                detail="\n".join(audience.refused()),
            )
        time.sleep(_POLL_S)
