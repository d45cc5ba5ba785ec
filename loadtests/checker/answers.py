"""Rules for answers: a retry gets the first answer again, and APIs show what tables hold."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from loadtests.checker.findings import Violation, distinct
from loadtests.checker.history import History
from loadtests.checker.region_state import RegionState
from loadtests.checker.waste import is_refused_as_unknown
from services.storage import keys

# Expected under contention; every other refusal of a well-formed operation is a fault.
_EXPECTED = {"TooBusyError"}


@dataclass(frozen=True, slots=True)
class StockAnswer:
    """Stock of one item as a region's API returns it.

    Attributes:
        sold: Region to net sales.
    """

    left: int | None
    counted: int | None
    sold: Mapping[str, int]


Inventories = Mapping[str, Mapping[str, Mapping[str, StockAnswer]]]
"""Region to store to item."""


def check_retries(history: History, state: RegionState) -> list[Violation]:
    """Check that all acknowledgements of an operation that one region applied are equal.

    Where a retry came to another region before replication did, two regions applied it, each to
    what it held; then both answers were true.
    """
    found = []
    for name, attempts in history.by_operation().items():
        record = state.records.get(name)
        answers = {
            json.dumps(one.answer, sort_keys=True) for one in attempts if one.outcome == "ok"
        }
        if record is not None and len(record.applied) == 1 and len(answers) > 1:
            found.append(
                Violation("answers", name, f"was answered {' and '.join(answers)}", (name,))
            )
    return found


def check_refused(history: History) -> list[Violation]:
    """Check that no well-formed operation was refused.

    What a region does not know yet it may refuse to take back (`waste.check_known_waste`).
    """
    refused = [one for one in history.attempts if one.outcome == "refused"]
    found = [
        Violation("refused", one.operation, f"{one.region} refused it: {one.why}", (one.operation,))
        for one in refused
        if one.why not in _EXPECTED
        and not is_refused_as_unknown(history.operations[one.operation], one)
    ]
    return distinct(found)


def check_arithmetic(
    inventories: Inventories, regions: Mapping[str, RegionState]
) -> list[Violation]:
    """Check that the API's stock is the last count minus the sales since, as in the table."""
    return [
        found
        for region, stores in inventories.items()
        for store, lines in stores.items()
        for found in _differences(region, store, lines, regions[region])
    ]


def _differences(
    region: str, store: str, lines: Mapping[str, StockAnswer], state: RegionState
) -> Iterator[Violation]:
    stock = state.stock.get(store, {})
    for item in sorted(stock.keys() | lines.keys()):
        expected = _expected(state, store, item)
        shown = lines.get(item)
        if shown != expected:
            subject = f"{keys.stock(store).pk} {item} in {region}"
            yield Violation("arithmetic", subject, f"API: {shown}; from the table: {expected}")


def _expected(state: RegionState, store: str, item: str) -> StockAnswer | None:
    line = state.stock.get(store, {}).get(item)
    if line is None:
        return None
    sold: dict[str, int] = {name: slot.net for name, slot in line.slots.items()}
    if line.count is None:
        return StockAnswer(None, None, sold)
    count: Any = line.count.value
    return StockAnswer(line.left, count.pieces, sold)
