"""What clients sent in a round of restarts, and whether the regions show what was acknowledged."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, Final

from loadtests.checker.graphql_client import StoreAnswer

PRICE: Final = "updateAssortment"
SALE: Final = "recordSale"


@dataclass(slots=True)
class Write:
    """An operation of a client.

    Attributes:
        name: Its operationId.
        action: Name of the mutation.
        item: Id of the item that is priced or sold.
        value: The price, or the pieces.
        acknowledged: Monotonic seconds of the first acknowledgement; None: there is none yet.
        region: The region that acknowledged it.
    """

    name: str
    action: str
    item: str
    value: int
    acknowledged: float | None = None
    region: str = ""


@dataclass(slots=True)
class Client:
    """A client of a round.

    Attributes:
        number: Its number.
        region: The region that it writes in.
        item: The item that only this client sets prices of.
        writes: What it sent so far.
    """

    number: int
    region: str
    item: str
    writes: list[Write] = field(default_factory=list)


@dataclass(slots=True)
class Round:
    """The result of a round.

    Attributes:
        prices: Prices that a region acknowledged.
        sales: The same of sales.
        repeated: Operations without an answer that were sent again after the restart.
        excused: Writes that a region without its disk may have lost.
        lost_prices: Items whose last acknowledged price does not stand.
        lost_sales: Pieces of acknowledged sales that no counter has.
        doubled_sales: Pieces in the counters that nobody sold.
        unequal: Regions that show something else than the first.
        sent_a_second: Operations that clients sent a second, before the cloud was ended.
        joined_s: Seconds from when replication had come to rest until nothing was wrong any more.
        lost: Of each lost price what stands, and what its client sent.
    """

    prices: int = 0
    sales: int = 0
    repeated: int = 0
    excused: int = 0
    lost_prices: int = 0
    lost_sales: int = 0
    doubled_sales: int = 0
    unequal: int = 0
    sent_a_second: float = 0.0
    joined_s: float = 0.0
    lost: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """Everything that must be 0."""
        return self.lost_prices + self.lost_sales + self.doubled_sales + self.unequal

    @property
    def shows_something(self) -> bool:
        """Whether prices and sales were acknowledged that a stop could lose or double."""
        return self.prices > 0 and self.sales > 0


def summary(rounds: Mapping[str, Sequence[Round]]) -> dict[str, Any]:
    """Return the sums of all rounds, and the verdict.

    Args:
        rounds: Way to end the cloud to its rounds.
    """
    every = [one for many in rounds.values() for one in many]
    not_summed = {"sent_a_second", "joined_s", "lost"}
    names = [name for name in Round.__dataclass_fields__ if name not in not_summed]
    verdict = "ok" if every and all(one.shows_something for one in every) else "inconclusive"
    return {
        "rounds": {how: len(many) for how, many in rounds.items()},
        **{name: sum(getattr(one, name) for one in every) for name in names},
        "least_sent_a_second": min((one.sent_a_second for one in every), default=0.0),
        "longest_joined_s": max((one.joined_s for one in every), default=0.0),
        "verdict": "violated" if any(one.faults for one in every) else verdict,
    }


def judged(
    begun: Round, views: Sequence[StoreAnswer], clients: Sequence[Client], excused: AbstractSet[str]
) -> Round:
    """Return a round with what the regions show compared with what was acknowledged.

    Args:
        begun: What is known of the round besides.
        views: What each region shows of the round's store.
        clients: All of the round.
        excused: Names of the writes that may be lost.
    """
    result = replace(begun, unequal=sum(view != views[0] for view in views[1:]), lost=[])
    result.excused = len(excused)
    for one in clients:
        acknowledged = [write for write in one.writes if write.acknowledged is not None]
        prices = [write for write in acknowledged if write.action == PRICE]
        sales = [write for write in acknowledged if write.action == SALE]
        result.prices += len(prices)
        result.sales += len(sales)
        shown = views[0].prices.get(one.item)
        sure = [write for write in prices if write.name not in excused]
        if sure and shown not in may_stand(one, sure[-1]):
            result.lost_prices += 1
            result.lost.append(f"{one.item}: {shown}; sent {_history(one)}")
        line = views[0].stock.get(one.item)
        sold = sum(line.sold.values()) if line else 0
        least = sum(write.value for write in sales if write.name not in excused)
        most = sum(write.value for write in one.writes if write.action == SALE)
        result.lost_sales += max(0, least - sold)
        result.doubled_sales += max(0, sold - most)
    return result


def may_stand(one: Client, sure: Write) -> set[int]:
    """Return the prices that may stand after a client's last acknowledged one that cannot be lost.

    It or a later one, and any that had no answer: a request that its client no longer waits for may
    take effect after the next one.
    """
    return {
        write.value
        for write in one.writes
        if write.action == PRICE and (write.value >= sure.value or write.acknowledged is None)
    }


def _history(client: Client) -> str:
    """Return the prices that a client sent, each with the seconds at which it was acknowledged."""
    prices = [write for write in client.writes if write.action == PRICE]
    return ", ".join(
        f"{one.value} no answer"
        if one.acknowledged is None
        else f"{one.value} {one.acknowledged:.2f}"
        for one in prices
    )
