"""Stand-ins of the repositories of count files and waste, for faces that send operations."""

from collections.abc import Iterator
from typing import Any

from services.domain.documents.stock import Stock
from services.storage.unknown_stock import UnknownStock
from services.storage.waste import WasteSpan


class NoStockFiles:
    """The repositories of count files, where nobody ever uploaded one."""

    def page(self, *_: Any) -> tuple[list[Any], bool]:
        """Return no imports."""
        return [], False

    def onward(self, _: str | None) -> Iterator[Any]:
        """Return nothing unknown."""
        return iter(())

    def of_store(self, store_id: str) -> UnknownStock:
        """Return nothing unknown."""
        return UnknownStock(store_id, None, {})

    def stocks(self, *_: Any) -> dict[str, Any]:
        """Return no stock."""
        return {}

    def authors(self, *_: Any) -> dict[Any, str]:
        """Return no authors."""
        return {}

    def journal(self, _: str) -> list[Any]:
        """Return no entries."""
        return []

    def learn(self, *_: Any, **_more: Any) -> int:
        """Learn nothing."""
        return 0


class NoSubscribers:
    """The repository of subscribers to stock alerts, where there are none."""

    def of_store(self, _: str) -> list[Any]:
        """Return nobody."""
        return []

    def stock(self, store_id: str) -> Stock:
        """Return no stock."""
        return Stock(store_id, {})

    def enlist(self, *_: str) -> None:
        """Keep nothing."""

    def strike(self, *_: str) -> None:
        """Keep nothing."""


class NoWaste:
    """The repository of what stores threw away, where they threw nothing away."""

    def span(self, *_: Any) -> WasteSpan:
        """Return no records."""
        return WasteSpan({}, frozenset(), None)

    def of_operation(self, *_: Any) -> WasteSpan:
        """Return no records."""
        return WasteSpan({}, frozenset(), None)

    def assortment(self, _: str) -> None:
        """Return no prices of the store's own."""
