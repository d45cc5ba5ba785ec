"""Measured CPU, bytes and item sizes per menu, query and edit, read from `measured.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from loadtests.cost.exceptions import CostError

MEASURED: Final = Path(__file__).with_name("measured.toml")
ACTIONS: Final = (
    "updateAssortment",
    "recordSale",
    "recordStockCount",
    "editCatalogItem",
    "publishCatalog",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Quantities of one unit of work. Bytes are bytes, times are milliseconds.

    Attributes:
        on: The day of the measurement.
        how: The command that took it.
        menu_items: Items of a menu in the sample.
        menu_bytes: Response to the persisted menu, compressed with gzip as viewers get it.
        query_bytes: Response to the other persisted queries, likewise.
        page_bytes: The site's files that a first visit loads, compressed, without the menu.
        menu_read_bytes: Items that DynamoDB reads for a menu, by its rules for an item's size.
        store_bytes: All items that a store keeps for good.
        catalog_bytes: All items that a market's catalog keeps for good.
        log_bytes: The Lambda's log line and the API's access log line, a request.
        menu_cpu_ms: CPU of a menu that is read and rendered; DynamoDB's time is no part of it.
        hit_cpu_ms: A menu that the Lambda answers from its memory.
        query_cpu_ms: Another query.
        edit_cpu_ms: A mutation.
        record_cpu_ms: A record of the stream in the convergence Lambda.
        writes: By mutation, the sizes of the items that it writes in one transaction.
        counted_items: Items in the count that was measured.
    """

    on: date
    how: str
    menu_items: int
    menu_bytes: int
    query_bytes: int
    page_bytes: int
    menu_read_bytes: int
    store_bytes: int
    catalog_bytes: int
    log_bytes: int
    menu_cpu_ms: float
    hit_cpu_ms: float
    query_cpu_ms: float
    edit_cpu_ms: float
    record_cpu_ms: float
    counted_items: int
    writes: Mapping[str, tuple[int, ...]]

    def scaled(self, size: int, items: int) -> float:
        """A size that grows with the menu, for a menu of so many items."""
        return size * items / self.menu_items


def load(path: Path = MEASURED) -> Measured:
    """Read the file.

    Raises:
        CostError: It is missing, or lacks something.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        writes = {name: tuple(table["writes"][name]) for name in ACTIONS}
        return Measured(**{**table, "writes": writes})
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CostError(
            f"{path.name} cannot be read: {error!r}",
            "`carte cost --measure` writes it anew from a running local cloud",
        ) from error


def dump(measured: Measured) -> str:
    """Return the text of the file of measurements."""
    lines = [
        "# What carte uses per menu, query and edit. Written by `carte cost --measure`.",
        "",
    ]
    table: dict[str, Any] = asdict(measured)
    for one in fields(measured):
        if one.name != "writes":
            value = table[one.name]
            lines.append(f"{one.name} = {_text(value)}")
    lines += ["", "[writes]  # bytes of each item in the transaction"]
    lines += [f"{name} = {list(sizes)}" for name, sizes in measured.writes.items()]
    return "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return f"{value:g}" if isinstance(value, float) else str(value)
