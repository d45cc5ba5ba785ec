"""Draws mutations, each for a cell (store and item) that shows afterwards what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, product
from typing import Any, Final

from loadtests.drills.records import Cell, WriteKind
from loadtests.drills.traffic.plan import TrafficPlan

# Above every price of the catalogs, so that none is mistaken for a client's.
FIRST_PRICE: Final = 500_000
# AcknowledgedPrices are what staleness is measured by, so half of all mutations set one.
_ORDER: Final[tuple[WriteKind, ...]] = ("price", "sale", "price", "count")
_MOST_SOLD: Final = 9

_ACTIONS: Final = {
    "price": "updateAssortment",
    "count": "recordStockCount",
    "sale": "recordSale",
}
_INPUTS: Final = {
    "price": "UpdateAssortmentInput",
    "count": "RecordStockCountInput",
    "sale": "RecordSaleInput",
}


@dataclass(slots=True)
class Operation:
    """A mutation that a client wants; every attempt sends the same bytes."""

    id: str
    place: str
    cell: Cell
    attempts: int = 0


class Writes:
    """Draws operations. A price's cell is set again and again, but never by two at once.

    Counts and sales take a cell that was not taken before: what stands there afterwards shows
    one operation alone, also whether it counted twice.
    """

    def __init__(self, plan: TrafficPlan) -> None:
        self._name = plan.name
        self._operation_count = 0
        self._value = FIRST_PRICE
        self._prices = {
            place: cycle([(store, item) for item in items for store in plan.stores])
            for place, items in plan.prices.items()
        }
        self._cells = {place: len(items) * len(plan.stores) for place, items in plan.prices.items()}
        self._kinds = {place: cycle(_ORDER) for place in plan.places}
        self._fresh: dict[WriteKind, Iterator[tuple[str, str]]] = {
            "count": iter([(store, item) for item, store in product(plan.counts, plan.stores)]),
            "sale": iter([(store, item) for item, store in product(plan.sales, plan.stores)]),
        }
        self._open: set[tuple[str, str]] = set()

    def next(self, place: str, kind: WriteKind | None = None) -> Operation | None:
        """The next operation of a place; None: every cell it may write is taken."""
        wanted = next(self._kinds[place]) if kind is None else kind
        order: list[WriteKind] = [wanted, *(one for one in _ORDER if one != wanted)]
        for one in order:
            cell = self._cell(place, one)
            if cell is not None:
                self._operation_count += 1
                return Operation(f"{self._name}:{place}-{self._operation_count}", place, cell)
        return None

    def finished(self, operation: Operation) -> None:
        """Free an operation's cell, because the outcome is known."""
        self._open.discard((operation.cell.store, operation.cell.item))

    def _cell(self, place: str, kind: WriteKind) -> Cell | None:
        if kind != "price":
            found = next(self._fresh[kind], None)
            pieces = 1 + self._operation_count % _MOST_SOLD
            return Cell(kind, *found, pieces) if found else None
        for _ in range(self._cells[place]):
            found = next(self._prices[place])
            if found not in self._open:
                self._open.add(found)
                self._value += 1
                return Cell("price", *found, self._value)
        return None


def document_of(cell: Cell) -> str:
    """The mutation's GraphQL text."""
    action, kind = _ACTIONS[cell.kind], _INPUTS[cell.kind]
    return (
        f"mutation Drill($input: {kind}!) "
        f"{{ {action}(input: $input) {{ errors {{ __typename message }} }} }}"
    )


def variables_of(operation: Operation) -> dict[str, Any]:
    """The mutation's variables."""
    cell = operation.cell
    line: dict[str, Any] = {"itemId": cell.item}
    match cell.kind:
        case "price":
            lines = {"lines": [{**line, "priceMinor": cell.value}]}
        case "count":
            lines = {"counts": [{**line, "pieces": cell.value}]}
        case "sale":
            lines = {"lines": [{**line, "pieces": cell.value}]}
    return {"input": {"operationId": operation.id, "storeId": cell.store, **lines}}


def payload_errors(data: Any) -> str:
    """The typed errors of a mutation's answer, in words; empty: it was done."""
    payload = next(iter(data.values())) if isinstance(data, dict) and data else None
    if not isinstance(payload, dict):
        return "no payload"
    return ",".join(sorted({str(error.get("__typename")) for error in payload["errors"]}))
