"""The naive implementations' table: one row for the store, one for each item of its menu.

Everything a menu shows is in the rows already, so that one Query is enough: the most favourable
layout that a plain PynamoDB model has.
"""

import json
import os
from typing import Any, Final

from pynamodb.attributes import (
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.models import Model

TABLE: Final = "menus"
STORE_ROW: Final = "#STORE"
_CLOCKED: Final = ("openNow", "opensAt", "closesAt")


class Row(Model):
    """A store's own facts (sort key `#STORE`) or an item of its menu (`ITEM#001` and so on)."""

    class Meta:
        """Where it is; the keys are those of carte's table."""

        table_name = TABLE
        region = os.environ.get("CARTE_REGION", "us-east-1")
        host = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    # A store's.
    store_id = UnicodeAttribute(null=True)
    version = UnicodeAttribute(null=True)
    locale = UnicodeAttribute(null=True)
    market_id = UnicodeAttribute(null=True)
    market_country = UnicodeAttribute(null=True)
    market_locale = UnicodeAttribute(null=True)
    street = UnicodeAttribute(null=True)
    city = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    postal_code = UnicodeAttribute(null=True)
    country = UnicodeAttribute(null=True)
    latitude = NumberAttribute(null=True)
    longitude = NumberAttribute(null=True)
    time_zone = UnicodeAttribute(null=True)
    hours = JSONAttribute(null=True)
    # An item's.
    item_id = UnicodeAttribute(null=True)
    category_id = UnicodeAttribute(null=True)
    category_name = UnicodeAttribute(null=True)
    description = UnicodeAttribute(null=True)
    image_url = UnicodeAttribute(null=True)
    price_minor = NumberAttribute(null=True)
    allergens: ListAttribute[str] = ListAttribute(of=UnicodeAttribute, null=True)  # type: ignore[arg-type]
    diet = UnicodeAttribute(null=True)
    calories = NumberAttribute(null=True)
    availability = UnicodeAttribute(null=True)
    # Of a whole menu in one item, which only one of the subjects reads.
    document = UnicodeAttribute(null=True)
    # All have these.
    name = UnicodeAttribute()
    currency = UnicodeAttribute()


def rows_of(store_id: str) -> tuple[Row, list[Row]] | None:
    """A store's row and the rows of its menu, in one Query; None: there is no such store."""
    found = list(Row.query(f"STORE#{store_id}"))
    return (found[0], found[1:]) if found else None


def rows_from(menu: dict[str, Any]) -> list[Row]:
    """Return the rows from which a naive implementation answers what carte answered."""
    store, market, address = menu["store"], menu["store"]["market"], menu["store"]["address"]
    pk = f"STORE#{store['id']}"
    rows = [
        Row(
            pk,
            STORE_ROW,
            store_id=store["id"],
            name=store["name"],
            currency=menu["currency"],
            version=menu["version"],
            locale=menu["locale"],
            market_id=market["id"],
            market_country=market["country"],
            market_locale=market["locale"],
            street=address["street"],
            city=address["city"],
            state=address["state"],
            postal_code=address["postalCode"],
            country=address["country"],
            latitude=store["latitude"],
            longitude=store["longitude"],
            time_zone=store["timeZone"],
            hours=[[span["weekday"], span["opens"], span["closes"]] for span in store["hours"]],
        )
    ]
    for category in menu["categories"]:
        rows += [
            Row(
                pk,
                f"ITEM#{len(rows) + at:03d}",
                item_id=item["id"],
                category_id=category["id"],
                category_name=category["name"],
                name=item["name"],
                description=item["description"],
                image_url=item["imageUrl"],
                price_minor=item["price"]["amountMinor"],
                currency=item["price"]["currency"],
                allergens=item["allergens"],
                diet=item.get("diet"),
                calories=item["calories"],
                availability=item["availability"],
            )
            for at, item in enumerate(category["items"])
        ]
    return rows


def document_from(menu: dict[str, Any]) -> Row:
    """The same menu as JSON in one item, without what depends on the clock."""
    store = {key: value for key, value in menu["store"].items() if key not in _CLOCKED}
    return Row(
        f"MENU#{store['id']}",
        "#DOCUMENT",
        name=store["name"],
        currency=menu["currency"],
        document=json.dumps({**menu, "store": store}, separators=(",", ":")),
    )


def save(menus: list[dict[str, Any]]) -> None:
    """Write the rows of these menus."""
    with Row.batch_write() as batch:
        for menu in menus:
            for row in (*rows_from(menu), document_from(menu)):
                batch.save(row)
