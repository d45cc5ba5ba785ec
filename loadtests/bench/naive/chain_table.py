"""The naive rows for lists of stores, prices, sales and orders: each has a key of its own.

What a request needs is addressed directly, so that no row is read in vain: the most favourable
layout that plain PynamoDB models have. A version attribute is PynamoDB's way to refuse a write that
another one came before.
"""

import os
from typing import Any, Final

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.models import Model

from loadtests.bench.chain import Stores, items_of, store_fields
from loadtests.bench.naive.table import TABLE

PRICE_MINOR: Final = 399
PIECES: Final = 1_000_000
REGION: Final = os.environ.get("CARTE_REGION", "us-east-1")
HOST: Final = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")


class _Located:
    """Where all of these rows are."""

    table_name = TABLE
    region = REGION
    host = HOST


class StoreRow(Model):
    """A store in the list of its market: partition `MARKET#us`, sort key its id."""

    class Meta(_Located):
        """Where it is."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    street = UnicodeAttribute(null=True)
    city = UnicodeAttribute()
    state = UnicodeAttribute(null=True)
    postal_code = UnicodeAttribute(null=True)
    country = UnicodeAttribute()
    latitude = NumberAttribute()
    longitude = NumberAttribute()


class ItemRow(Model):
    """Price and stock of an item in a store: partition `SHELF#<store>`, sort key the item's id."""

    class Meta(_Located):
        """Where it is."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    price_minor = NumberAttribute()
    currency = UnicodeAttribute()
    pieces = NumberAttribute()
    version = VersionAttribute()


class SlotRow(Model):
    """Orders in a pickup slot: partition `SLOT#<store>`, sort key the slot's id."""

    class Meta(_Located):
        """Where it is."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    taken = NumberAttribute()
    version = VersionAttribute()


class OperationRow(Model):
    """A mutation that was applied: partition `OP#<id>`, sort key `OP`."""

    class Meta(_Located):
        """Where it is."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="OP")
    author = UnicodeAttribute(null=True)
    answer = JSONAttribute()


class OrderRow(Model):
    """An order: partition `ORDER#<id>`, sort key `ORDER`."""

    class Meta(_Located):
        """Where it is."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="ORDER")
    store_id = UnicodeAttribute()
    status = UnicodeAttribute()
    pickup_at = UnicodeAttribute()
    total_minor = NumberAttribute()
    currency = UnicodeAttribute()
    lines = JSONAttribute()
    contact = JSONAttribute()


def save_listed(group: Stores) -> None:
    """Write the rows of stores that are listed."""
    with StoreRow.batch_write() as batch:
        for number, store_id in zip(group.numbers, group.ids(), strict=True):
            fields: dict[str, Any] = store_fields(number, group.market)
            shown = {key: fields[key] for key in ("name", "street", "city", "state", "postal_code")}
            place = {"latitude": fields["latitude"], "longitude": fields["longitude"]}
            batch.save(StoreRow(f"MARKET#{group.market}", store_id, country="US", **shown, **place))


def save_stocked(group: Stores) -> None:
    """Write the rows of items that are sold."""
    with ItemRow.batch_write() as batch:
        for number, store_id in zip(group.numbers, group.ids(), strict=True):
            for item in items_of(number, group):
                batch.save(
                    ItemRow(
                        f"SHELF#{store_id}",
                        item,
                        price_minor=PRICE_MINOR,
                        currency="USD",
                        pieces=PIECES,
                        version=1,
                    )
                )
