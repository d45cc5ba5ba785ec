"""Draws the next step of each client from the check's seed, never from the clock."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from loadtests.checker.dataset import Dataset
from loadtests.checker.history import CheckOperation
from services.domain.documents.journal import RECORD_WASTE, TAKE_BACK_WASTE
from services.domain.documents.waste import WasteReason
from services.domain.hours import wall_time
from services.domain.publishing import CATEGORY_PREFIX
from services.domain.setting_hours import HOURS, DaySpan, hours_text
from services.storage import keys

_MOST_RANK: Final = 10_000
_MOST_SOLD: Final = 9
_LATEST: Final = 3  # the newest waste is the likeliest to be on its way still
_MIDNIGHT: Final = 24 * 60
_WEEKDAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
# Prices and counts start here, above every price of the catalogs: none is mistaken for a client's.
_FIRST_NUMBER: Final = 500_000


@dataclass(frozen=True, slots=True)
class ReadStep:
    """Read a store."""

    store: str


@dataclass(frozen=True, slots=True)
class RetryStep:
    """Send an earlier operation again.

    Attributes:
        elsewhere: To another region than the client's own.
        place: Which one, as a share of the list of earlier ones: 0 the first, 1 the last.
    """

    elsewhere: bool
    place: float


class Numbers:
    """Numbers that all clients of a check draw from, so that each value is written once."""

    def __init__(self) -> None:
        self._last = _FIRST_NUMBER

    def next(self) -> int:
        """A number that was not given before."""
        self._last += 1
        return self._last


class Workload:
    """The choices of one client."""

    def __init__(self, dataset: Dataset, client: int, seed: int, numbers: Numbers) -> None:
        self._dataset = dataset
        self._client = client
        self._dice = random.Random(f"{seed}/client/{client}")
        self._numbers = numbers
        self._operation_count = 0
        self._wasted: dict[str, list[str]] = {}

    def pause_s(self) -> float:
        """Return the pause before the client's next operation, in seconds."""
        return self._dice.uniform(0.0, 0.2)

    def insists(self) -> bool:
        """Return whether the client repeats an operation whose outcome is unknown."""
        return self._dice.random() < 0.7  # noqa: PLR2004 - most do

    def elsewhere(self, region: str, regions: tuple[str, ...]) -> str:
        """Another region than its own, if there is one."""
        return self._dice.choice([name for name in regions if name != region] or [region])

    def next(self) -> CheckOperation | ReadStep | RetryStep:
        """Return the next step."""
        dataset, dice = self._dataset, self._dice
        shared, own = dice.choice(dataset.shared), dataset.own[self._client]
        steps: Mapping[Callable[[], CheckOperation | ReadStep | RetryStep], int] = {
            lambda: self._assortment(shared): 24,
            lambda: self._count(shared): 8,
            lambda: self._sale(shared): 18,
            lambda: self._waste(shared): 6,
            lambda: self._taking_back(shared): 4,
            lambda: self._hours(shared): 5,
            self._draft: 8,
            self._category: 5,
            lambda: self._assortment(own): 6,
            lambda: self._count(own): 3,
            lambda: self._sale(own): 3,
            lambda: self._waste(own): 1,
            lambda: self._taking_back(own): 1,
            lambda: self._hours(own): 1,
            lambda: ReadStep(own): 8,
            lambda: ReadStep(shared): 10,
            lambda: RetryStep(elsewhere=dice.random() < 0.5, place=dice.random()): 18,  # noqa: PLR2004
        }
        return dice.choices(list(steps), list(steps.values()))[0]()

    def _assortment(self, store: str) -> CheckOperation:
        lines, sets = [], {}
        for item in self._items():
            line: dict[str, Any] = {"itemId": item}
            kinds = self._dice.choice((("price",), ("price",), ("listed",), ("price", "rank")))
            for kind in kinds:
                if kind == "listed":
                    value: Any = self._dice.random() < 0.7  # noqa: PLR2004 - mostly on the menu
                else:
                    value = self._numbers.next() % (_MOST_RANK if kind == "rank" else 10**9)
                line["priceMinor" if kind == "price" else kind] = value
                sets[f"{item}/{kind}"] = value
            lines.append(line)
        values = {"storeId": store, "lines": lines}
        return self._operation("updateAssortment", keys.assortment(store), values, sets=sets)

    def _count(self, store: str) -> CheckOperation:
        pieces = {item: self._numbers.next() for item in self._items()}
        values = {
            "storeId": store,
            "counts": [{"itemId": item, "pieces": count} for item, count in pieces.items()],
        }
        sets = {f"{item}/count": count for item, count in pieces.items()}
        return self._operation("recordStockCount", keys.stock(store), values, sets=sets)

    def _sale(self, store: str) -> CheckOperation:
        sold = {item: self._dice.randint(1, _MOST_SOLD) for item in self._items()}
        values = {
            "storeId": store,
            "lines": [{"itemId": item, "pieces": pieces} for item, pieces in sold.items()],
        }
        return self._operation("recordSale", keys.stock(store), values, sold=sold)

    def _waste(self, store: str) -> CheckOperation:
        wasted = {item: self._dice.randint(1, _MOST_SOLD) for item in self._items()}
        values = {
            "storeId": store,
            "day": self._dataset.day,
            "reason": self._dice.choice(tuple(WasteReason)).value,
            "lines": [{"itemId": item, "pieces": pieces} for item, pieces in wasted.items()],
        }
        operation = self._operation(RECORD_WASTE, keys.stock(store), values, sold=wasted)
        self._wasted.setdefault(store, []).append(operation.id)
        return operation

    def _taking_back(self, store: str) -> CheckOperation:
        """Take back some of what this client threw away in a store, perhaps for a second time."""
        wasted = self._wasted.get(store)
        if not wasted:
            return self._waste(store)
        waste_id = self._dice.choice(wasted[-_LATEST:])
        values = {"storeId": store, "day": self._dataset.day, "wasteId": waste_id}
        return self._operation(TAKE_BACK_WASTE, keys.stock(store), values)

    def _hours(self, store: str) -> CheckOperation:
        opens = self._numbers.next() % _MIDNIGHT
        spans = [DaySpan(day, wall_time(opens), "24:00") for day in range(len(_WEEKDAYS))]
        values = {
            "storeId": store,
            "hours": [
                {"weekday": _WEEKDAYS[one.weekday], "opens": one.opens, "closes": one.closes}
                for one in spans
            ],
        }
        sets = {HOURS: hours_text(spans)}
        return self._operation("updateStoreHours", keys.profile(store), values, sets=sets)

    def _category(self) -> CheckOperation:
        category, market = self._dice.choice(self._dataset.categories), self._dataset.market
        entry, number = CATEGORY_PREFIX + category, self._numbers.next()
        values: dict[str, Any] = {"market": market, "categoryId": category}
        sets: dict[str, Any] = {}
        if self._dice.random() < 0.5:  # noqa: PLR2004
            values["rank"] = sets[f"{entry}/rank"] = number % _MOST_RANK
        else:
            values["names"], sets = self._name(entry, number)
        return self._operation("editCatalogCategory", keys.draft(market, entry), values, sets=sets)

    def _draft(self) -> CheckOperation:
        item, market = self._dice.choice(self._dataset.drafts), self._dataset.market
        number = self._numbers.next()
        values: dict[str, Any] = {"market": market, "itemId": item}
        sets: dict[str, Any] = {}
        if self._dice.random() < 0.5:  # noqa: PLR2004
            values["priceMinor"] = sets[f"{item}/price"] = number
        else:
            values["names"], sets = self._name(item, number)
        return self._operation("editCatalogItem", keys.draft(market, item), values, sets=sets)

    def _name(self, entry: str, number: int) -> tuple[list[dict[str, str]], dict[str, Any]]:
        """A new name of a draft in some language, as input and as the register that it sets."""
        locale, text = self._dice.choice(("en", "fr")), f"Checked {number}"
        return [{"locale": locale, "text": text}], {f"{entry}/names/{locale}": text}

    def _items(self) -> list[str]:
        return self._dice.sample(self._dataset.items, self._dice.choice((1, 1, 2)))

    def _operation(
        self,
        action: str,
        document: keys.Key,
        values: Mapping[str, Any],
        *,
        sets: Mapping[str, Any] | None = None,
        sold: Mapping[str, int] | None = None,
    ) -> CheckOperation:
        self._operation_count += 1
        name = f"{self._dataset.name}:c{self._client}-{self._operation_count}"
        return CheckOperation(name, self._client, action, document, values, sets or {}, sold or {})
