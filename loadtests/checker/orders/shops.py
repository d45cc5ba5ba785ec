"""The stores of one check of orders, with a small counted stock of one item each."""

import secrets
from dataclasses import dataclass
from typing import Final

from loadtests.checker.dataset import market_with, profiles
from loadtests.checker.settings import CheckError, CheckSettings
from services.domain.documents.profile import StoreProfile
from services.domain.stamp import Stamp
from services.storage.table import Table

_FEWEST_STORES: Final = 2
# A store's kitchen takes 160 orders in the next two hours; a client sends up to one in two seconds.
_WORK_A_STORE: Final = 240
_ITEMS: Final = 2
# Fewer than the clients of a short check order, so that the last pieces are contended.
COUNTED: Final = 4
QUANTITIES: Final = (1, 1, 2)
_ALWAYS: Final = "Mo-Su 00:00-24:00"
# Markets whose taxes depend on the state.
_STATES: Final = {"us": "CA", "ca": "ON"}


@dataclass(frozen=True, slots=True)
class Shops:
    """The stores that guests order from.

    Attributes:
        name: Unique; a part of the id of every store. Every operationId is made from it.
        market: Whose catalog the stores sell.
        stores: Their ids; they are open all the time.
        contested: A store that nobody orders from but in the rush for its last pieces.
        counted: The item that is counted once, before the first order.
        free: An item that nobody counts.
        pieces: How many of the counted item each store has.
    """

    name: str
    market: str
    stores: tuple[str, ...]
    contested: str
    counted: str
    free: str
    pieces: int

    @property
    def all_stores(self) -> tuple[str, ...]:
        """Return every store of the check."""
        return *self.stores, self.contested


def make_shops(
    settings: CheckSettings, table: Table, pieces: int = COUNTED, number_of_stores: int = 0
) -> Shops:
    """Write the stores' profiles.

    Args:
        settings: The seed is a part of the stores' name.
        table: Of the primary region.
        pieces: How many of the counted item each store will have.
        number_of_stores: How many stores; 0: as many as the settings need.

    Raises:
        CheckError: No market has a catalog.
    """
    sold = market_with(table, _ITEMS)
    if sold is None:
        raise CheckError(
            "no market of this cloud has a published catalog", "run `carte seed` first"
        )
    name = f"orders-{settings.seed}-{secrets.token_hex(3)}"
    number_of_stores = number_of_stores or _FEWEST_STORES + int(
        settings.seconds * settings.clients / _WORK_A_STORE
    )
    stores = tuple(f"{name}-{number}" for number in range(1, number_of_stores + 1))
    contested = f"{name}-contested"
    nowhere = profiles((*stores, contested), sold[0], "Check of orders", table.clock.tick())
    stamp = table.clock.tick()
    documents = {key: _open_always(profile, stamp) for key, profile in nowhere.items()}
    table.create_many({key: one.dump() for key, one in documents.items()}, rev=stamp)
    counted, free = sold[1][:_ITEMS]
    return Shops(name, sold[0], stores, contested, counted, free, pieces)


def _open_always(profile: StoreProfile, stamp: Stamp) -> StoreProfile:
    """Return a profile whose store takes orders at any hour, in a place that has a tax rate.

    Args:
        profile: Of a store.
        stamp: Higher than those of the profile.
    """
    state = _STATES.get(str(profile["market"]))
    return profile.assign({"hours": _ALWAYS, "state": state}, stamp)
