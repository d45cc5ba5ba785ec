"""An order: the set of facts that one or more regions recorded about it; merging is union."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Self, TypeVar, cast

from services.domain.documents.layout import Body
from services.domain.orders.fact_layout import dump_fact, dump_facts, load_facts
from services.domain.orders.facts import Data, Fact
from services.domain.stamp import Stamp

D = TypeVar("D", bound=Data)


@dataclass(frozen=True)
class Order:
    """What is known about an order; what is made of its facts is made once, so it has a `__dict__`.

    Attributes:
        order_id: The order's id.
        facts: Fact id to fact.
    """

    order_id: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, order_id: str, facts: Iterable[Fact]) -> Self:
        """Return the order with these facts, in whatever order they come."""
        return reduce(lambda order, fact: order.with_fact(fact), facts, cls(order_id, {}))

    def with_fact(self, fact: Fact) -> Self:
        """Return the order with one more fact; a fact that is known already changes nothing."""
        known = self.facts.get(fact.id)
        kept = fact if known is None else _earlier(known, fact)
        return self if kept is known else replace(self, facts={**self.facts, fact.id: kept})

    def merge(self, other: Self) -> Self:
        """Return the union of both: commutative, associative and idempotent."""
        joined = dict(self.facts)
        for name, fact in other.facts.items():
            known = joined.get(name)
            joined[name] = fact if known is None else _earlier(known, fact)
        return replace(self, facts=dict(sorted(joined.items())))

    def part_of(self, region: str) -> Self:
        """Return only the facts that one region recorded: the item that only it writes."""
        own = {name: fact for name, fact in self.facts.items() if fact.stamp.region == region}
        return replace(self, facts=own)

    def history(self) -> list[Fact]:
        """Return all facts in the one order that every region shows: by stamp, then by id."""
        return list(self._history)

    @cached_property
    def _history(self) -> Sequence[Fact]:
        return sorted(self.facts.values(), key=lambda fact: (fact.stamp, fact.id))

    @cached_property
    def _by_kind(self) -> Mapping[type[object], Sequence[tuple[Fact, object]]]:
        found: defaultdict[type[object], list[tuple[Fact, object]]] = defaultdict(list)
        for fact in self._history:
            found[type(fact.data)].append((fact, fact.data))
        return found

    def of_kind(self, kind: type[D]) -> list[tuple[Fact, D]]:
        """Return the facts of a kind with their data, earliest first."""
        # No kind is a subclass of another one.
        return cast("list[tuple[Fact, D]]", [*self._by_kind.get(kind, ())])

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [fact.stamp for fact in self.facts.values()]

    def dump(self) -> Body:
        """Return its stored layout; equal orders have equal layouts.

        Raises:
            OrderFullError: The order has more facts or bytes than an order may have.
        """
        return dump_facts(self.facts.values())

    @classmethod
    def load(cls, order_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape; the message names the wrong fact.
        """
        return cls.of(order_id, load_facts(body))


def _earlier(one: Fact, other: Fact) -> Fact:
    """Return the repetition that counts: the earlier; where stamps are equal, by content."""
    return min((one, other), key=lambda fact: (fact.stamp, json.dumps(dump_fact(fact))))
