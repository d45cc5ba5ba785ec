"""The stores of the chain, one after the other: a pure function of seed number and count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataload.chain.addresses import point, postal_code, street_address, style_of
from dataload.chain.dice import Dice
from dataload.chain.menu_items import offers
from dataload.chain.naming import naming
from dataload.chain.opening import hours
from dataload.chain.placement import Site
from dataload.chain.selection import own_price, selection, stock
from services.domain.aws_regions import nearest_regions
from services.domain.documents.assortment import Assortment
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, StockLine
from services.domain.markets import MARKETS
from services.domain.register import Register
from services.domain.rights.counting import default_shares
from services.domain.stamp import Stamp


@dataclass(frozen=True, slots=True)
class ChainStore:
    """One store as the generator makes it.

    Attributes:
        fields: the profile's fields.
        prices: the items it sells: own price in minor units, None for the catalog's.
        pieces: what is left of the items it counts.
    """

    store_id: str
    fields: Mapping[str, Any]
    prices: Mapping[str, int | None]
    pieces: Mapping[str, int]

    def entry(self) -> DirectoryEntry:
        """Return what the directory lists of it."""
        return DirectoryEntry(
            store_id=self.store_id,
            market=self.fields["market"],
            name=self.fields["name"],
            city=self.fields["city"],
            postal_code=self.fields["postal_code"],
            street=self.fields["street"],
            latitude=self.fields["latitude"],
            longitude=self.fields["longitude"],
        )

    def profile(self, stamp: Stamp) -> StoreProfile:
        """Its profile, written at `stamp`."""
        return StoreProfile(
            self.store_id, {field: Register(value, stamp) for field, value in self.fields.items()}
        )

    def assortment(self, stamp: Stamp) -> Assortment:
        """Its assortment, written at `stamp`."""
        listed, catalog_price = Register(True, stamp), Register(None, stamp)
        return Assortment(
            self.store_id,
            {
                item: {
                    "price": catalog_price if price is None else Register(price, stamp),
                    "listed": listed,
                }
                for item, price in self.prices.items()
            },
        )

    def stock(self, stamp: Stamp, regions: Iterable[str] = ()) -> Stock:
        """Its stock, counted at `stamp`, and shared out to regions by how near they are.

        Args:
            stamp: Of the counts.
            regions: All regions of the deployment; empty: the region of the stamp gets all.
        """
        place = (self.fields["latitude"], self.fields["longitude"])
        nearest = nearest_regions(*place, regions) or (stamp.region,)
        return Stock(
            self.store_id,
            {item: StockLine(_counted(left, stamp, nearest)) for item, left in self.pieces.items()},
        )


def _counted(pieces: int, stamp: Stamp, nearest: Sequence[str]) -> Register[Count]:
    shares = {region: one for region, one in default_shares(pieces, nearest).items() if one}
    return Register(Count(pieces, {}, shares or None), stamp)


def store(seed: int, site: Site) -> ChainStore:
    """The store at a site."""
    market = MARKETS[site.city.market]
    # Chances of its own, so that a new item in the catalog moves no store elsewhere.
    choice = Dice(seed, site.store_id, "menu")
    selected = selection(offers(market.id), choice)
    prices = {offer.item_id: own_price(offer.price, market.currency, choice) for offer in selected}
    return ChainStore(site.store_id, profile_fields(seed, site), prices, stock(selected, choice))


def profile_fields(seed: int, site: Site) -> dict[str, Any]:
    """Return the fields of the profile of the store at a site."""
    city = site.city
    dice = Dice(seed, site.store_id)
    named = naming(seed, site)
    style = style_of(city.market, city.state)
    latitude, longitude = point(city, dice)
    return {
        "name": named.name,
        "market": city.market,
        "street": street_address(named.street or dice.pick(style.streets), style, dice),
        "city": city.name,
        "state": city.state,
        "postal_code": postal_code(city, dice),
        "time_zone": city.time_zone,
        "hours": hours(city.market, dice),
        "latitude": latitude,
        "longitude": longitude,
    }
