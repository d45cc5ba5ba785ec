"""Graphene: types as classes; it brings no server, so a few lines of Starlette serve it."""

# ruff: noqa: N803, N815 - the fields of the schema, as they are named there
# mypy: ignore-errors
# graphene is installed in .venv-peers only.

from datetime import datetime
from typing import Any

import graphene
from mangum import Mangum
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from loadtests.bench.naive.menus import menu_of


class Weekday(graphene.Enum):
    """Days."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class Allergen(graphene.Enum):
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


class Availability(graphene.Enum):
    """Whether the store has it."""

    AVAILABLE = "AVAILABLE"
    LOW = "LOW"
    SOLD_OUT = "SOLD_OUT"


class Money(graphene.ObjectType):
    """An amount."""

    amountMinor = graphene.Int(required=True)
    currency = graphene.String(required=True)


class MenuItem(graphene.ObjectType):
    """An item."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    description = graphene.String()
    imageUrl = graphene.String()
    price = graphene.Field(Money, required=True)
    allergens = graphene.List(graphene.NonNull(Allergen), required=True)
    calories = graphene.Int()
    availability = Availability(required=True)


class MenuCategory(graphene.ObjectType):
    """A heading."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    items = graphene.List(graphene.NonNull(MenuItem), required=True)


class Market(graphene.ObjectType):
    """A country."""

    id = graphene.ID(required=True)
    country = graphene.String(required=True)
    currency = graphene.String(required=True)
    locale = graphene.String(required=True)


class Address(graphene.ObjectType):
    """An address."""

    street = graphene.String()
    city = graphene.String(required=True)
    state = graphene.String()
    postalCode = graphene.String()
    country = graphene.String(required=True)


class OpeningHours(graphene.ObjectType):
    """A span."""

    weekday = Weekday(required=True)
    opens = graphene.String(required=True)
    closes = graphene.String(required=True)


class Store(graphene.ObjectType):
    """A store."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    market = graphene.Field(Market, required=True)
    address = graphene.Field(Address, required=True)
    latitude = graphene.Float(required=True)
    longitude = graphene.Float(required=True)
    timeZone = graphene.String(required=True)
    hours = graphene.List(graphene.NonNull(OpeningHours), required=True)
    openNow = graphene.Boolean(required=True)
    opensAt = graphene.DateTime()
    closesAt = graphene.DateTime()


class Menu(graphene.ObjectType):
    """A menu."""

    store = graphene.Field(Store, required=True)
    version = graphene.String(required=True)
    currency = graphene.String(required=True)
    locale = graphene.String(required=True)
    categories = graphene.List(graphene.NonNull(MenuCategory), required=True)


class Query(graphene.ObjectType):
    """The query."""

    menu = graphene.Field(
        Menu,
        storeId=graphene.ID(required=True),
        at=graphene.DateTime(),
        locale=graphene.String(),
    )

    def resolve_menu(
        self,
        info: Any,  # noqa: ARG002
        storeId: str,
        at: datetime | None = None,
        locale: str | None = None,
    ) -> dict[str, Any] | None:
        """One store's menu."""
        return menu_of(storeId, at, locale)


schema = graphene.Schema(query=Query, auto_camelcase=False)


async def graphql(request: Request) -> JSONResponse:
    """POST /graphql."""
    body = await request.json()
    result = await schema.execute_async(
        body["query"],
        variable_values=body.get("variables"),
        operation_name=body.get("operationName"),
    )
    return JSONResponse(result.formatted)


handler = Mangum(Starlette(routes=[Route("/graphql", graphql, methods=["POST"])]), lifespan="off")
