"""Stock Strawberry, stock Mangum, stock PynamoDB: `menu(storeId)` as their documentation has it."""

from datetime import UTC, date, datetime
from enum import Enum
from itertools import groupby

import strawberry
from mangum import Mangum
from strawberry.asgi import GraphQL

from loadtests.bench.naive.opening import opening
from loadtests.bench.naive.table import Row, rows_of


@strawberry.enum
class Weekday(Enum):
    """Days."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


@strawberry.enum
class Allergen(Enum):
    """Allergens."""

    GLUTEN = "GLUTEN"
    MILK = "MILK"
    EGG = "EGG"
    SOY = "SOY"
    NUTS = "NUTS"
    PEANUT = "PEANUT"
    SESAME = "SESAME"
    SULPHITE = "SULPHITE"
    LUPIN = "LUPIN"
    CELERY = "CELERY"
    MUSTARD = "MUSTARD"
    FISH = "FISH"
    CRUSTACEAN = "CRUSTACEAN"
    MOLLUSC = "MOLLUSC"


@strawberry.enum
class Diet(Enum):
    """What the author of a catalog states about a diet."""

    VEGETARIAN = "VEGETARIAN"
    VEGAN = "VEGAN"


@strawberry.enum
class Availability(Enum):
    """Whether the store has it."""

    AVAILABLE = "AVAILABLE"
    LOW = "LOW"
    SOLD_OUT = "SOLD_OUT"


@strawberry.type
class Money:
    """An amount."""

    amount_minor: int
    currency: str


@strawberry.type
class MenuItem:
    """An item."""

    id: strawberry.ID
    name: str
    description: str | None
    image_url: str | None
    price: Money
    allergens: list[Allergen]
    diet: Diet | None
    calories: int | None
    availability: Availability


@strawberry.type
class MenuCategory:
    """A heading."""

    id: strawberry.ID
    name: str
    items: list[MenuItem]


@strawberry.type
class Market:
    """A country."""

    id: strawberry.ID
    country: str
    currency: str
    locale: str


@strawberry.type
class Address:
    """An address."""

    street: str | None
    city: str
    state: str | None
    postal_code: str | None
    country: str


@strawberry.type
class OpeningHours:
    """A span."""

    weekday: Weekday
    opens: str
    closes: str


@strawberry.type
class Store:
    """A store."""

    id: strawberry.ID
    name: str
    market: Market
    address: Address
    latitude: float
    longitude: float
    time_zone: str
    hours: list[OpeningHours]
    hours_stamp: str
    open_now: bool
    opens_at: datetime | None
    closes_at: datetime | None
    closed_days: list[date]
    closed_from: date | None
    hidden: bool


@strawberry.type
class Menu:
    """A menu."""

    store: Store
    version: str
    currency: str
    locale: str
    categories: list[MenuCategory]


def _store(row: Row, at: datetime) -> Store:
    open_now, opens_at, closes_at = opening(row.hours, row.time_zone, at)
    return Store(
        id=strawberry.ID(row.store_id),
        name=row.name,
        market=Market(
            id=strawberry.ID(row.market_id),
            country=row.market_country,
            currency=row.currency,
            locale=row.market_locale,
        ),
        address=Address(
            street=row.street,
            city=row.city,
            state=row.state,
            postal_code=row.postal_code,
            country=row.country,
        ),
        latitude=row.latitude,
        longitude=row.longitude,
        time_zone=row.time_zone,
        hours=[
            OpeningHours(weekday=Weekday(weekday), opens=opens, closes=closes)
            for weekday, opens, closes in row.hours
        ],
        hours_stamp="0000000000000000@origin",
        open_now=open_now,
        opens_at=opens_at,
        closes_at=closes_at,
        closed_days=[],
        closed_from=None,
        hidden=False,
    )


def _item(row: Row) -> MenuItem:
    return MenuItem(
        id=strawberry.ID(row.item_id),
        name=row.name,
        description=row.description,
        image_url=row.image_url,
        price=Money(amount_minor=int(row.price_minor), currency=row.currency),
        allergens=[Allergen(name) for name in row.allergens],
        diet=None if row.diet is None else Diet(row.diet),
        calories=None if row.calories is None else int(row.calories),
        availability=Availability(row.availability),
    )


@strawberry.type
class Query:
    """The query."""

    @strawberry.field
    def menu(
        self, store_id: strawberry.ID, at: datetime | None = None, locale: str | None = None
    ) -> Menu | None:
        """One store's menu."""
        found = rows_of(store_id)
        if found is None:
            return None
        store, items = found
        return Menu(
            store=_store(store, at or datetime.now(UTC)),
            version=store.version,
            currency=store.currency,
            locale=locale or store.locale,
            categories=[
                MenuCategory(id=strawberry.ID(key), name=name, items=[_item(row) for row in rows])
                for (key, name), rows in groupby(
                    items, key=lambda row: (row.category_id, row.category_name)
                )
            ],
        )


schema = strawberry.Schema(Query)
handler = Mangum(GraphQL(schema), lifespan="off")
