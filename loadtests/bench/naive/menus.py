"""The menu as plain dictionaries, for the servers whose resolvers take those."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from loadtests.bench.naive.opening import opening
from loadtests.bench.naive.table import Row, rows_of


def menu_of(store_id: str, at: datetime | None, locale: str | None) -> dict[str, Any] | None:
    """A store's menu, keys as in the schema; None: there is no such store."""
    found = rows_of(store_id)
    if found is None:
        return None
    store, items = found
    return {
        "store": _store(store, at or datetime.now(UTC)),
        "version": store.version,
        "currency": store.currency,
        "locale": locale or store.locale,
        "categories": [
            {"id": key, "name": name, "items": [_item(row) for row in rows]}
            for (key, name), rows in groupby(
                items, key=lambda row: (row.category_id, row.category_name)
            )
        ],
    }


def _store(row: Row, at: datetime) -> dict[str, Any]:
    open_now, opens_at, closes_at = opening(row.hours, row.time_zone, at)
    return {
        "id": row.store_id,
        "name": row.name,
        "market": {
            "id": row.market_id,
            "country": row.market_country,
            "currency": row.currency,
            "locale": row.market_locale,
        },
        "address": {
            "street": row.street,
            "city": row.city,
            "state": row.state,
            "postalCode": row.postal_code,
            "country": row.country,
        },
        "latitude": row.latitude,
        "longitude": row.longitude,
        "timeZone": row.time_zone,
        "hours": [
            {"weekday": weekday, "opens": opens, "closes": closes}
            for weekday, opens, closes in row.hours
        ],
        "openNow": open_now,
        "opensAt": opens_at,
        "closesAt": closes_at,
    }


def _item(row: Row) -> dict[str, Any]:
    return {
        "id": row.item_id,
        "name": row.name,
        "description": row.description,
        "imageUrl": row.image_url,
        "price": {"amountMinor": int(row.price_minor), "currency": row.currency},
        "allergens": list(row.allergens),
        "calories": None if row.calories is None else int(row.calories),
        "availability": row.availability,
    }
