"""Partition and sort keys of all documents; no other module spells them out."""

import zlib
from typing import Final, NamedTuple

from services.domain.stamp import MAX_TIME, Stamp

PROFILE: Final = "PROFILE"
ASSORTMENT: Final = "ASSORTMENT"
STOCK: Final = "STOCK"
SALES_PREFIX: Final = "STOCK#"
CURRENT: Final = "CURRENT"
POINTER: Final = "version"  # the entry of CURRENT that names the version in force
ITEM_PREFIX: Final = "ITEM#"
VERSION_PREFIX: Final = "VERSION#"
STORE_PREFIX: Final = "STORE#"
CATALOG_PREFIX: Final = "CATALOG#"
PUBLICATIONS_PREFIX: Final = "PUBLICATIONS#"
OPERATION_PREFIX: Final = "OP#"
OPERATION: Final = "OP"
UNDONE_PREFIX: Final = "UNDONE#"
JOURNAL_PREFIX: Final = "JOURNAL#"
KEYS: Final = "KEYS"
CONFLICTS_PREFIX: Final = "CONFLICTS#"
CONTESTED: Final = "REPAIRED"  # the name that version 0.1.0 gave it
RECONCILIATION: Final = "RECONCILIATION"
DIRECTORY: Final = "DIRECTORY"
REGIONS: Final = "REGIONS"
ORDER_PREFIX: Final = "ORDER#"
FACTS_PREFIX: Final = "FACTS#"
PERSON: Final = "PERSON"
SLOTS_PREFIX: Final = "SLOTS#"
PEOPLE_PREFIX: Final = "PEOPLE#"
PERSON_PREFIX: Final = "PERSON#"
ACTIONS_PREFIX: Final = "ACTIONS#"
NOTICES_PREFIX: Final = "NOTICES#"
NOTICES: Final = "NOTICES"
UNKNOWN: Final = "UNKNOWN"
COUNT_FILE_PREFIX: Final = "COUNTFILE#"
FIRST: Final = "FIRST"
IMPORTS: Final = "STOCKIMPORTS"
ALERTED_PREFIX: Final = "ALERTED#"
SUBSCRIBER_PREFIX: Final = "SUBSCRIBER#"
SUBSCRIBER: Final = "SUBSCRIBER"
SUBSCRIBERS: Final = "SUBSCRIBERS"
WASTE_PREFIX: Final = "WASTE#"
TAKEN_BACK: Final = "~"  # begins the last part of the key of what takes a record of waste back
HEARTBEAT_PREFIX: Final = "HEARTBEAT#"
DRAIN_PREFIX: Final = "DRAIN#"


MAX_PARTITION_KEY: Final = 2048  # bytes of UTF-8 (Amazon DynamoDB developer guide, "Quotas")
MAX_SORT_KEY: Final = 1024  # likewise
SURELY_FITS: Final = 256  # characters of any key, each of at most four bytes


class Key(NamedTuple):
    """The primary key of an item of the table."""

    pk: str
    sk: str


def can_exist(key: Key) -> bool:
    """Return whether DynamoDB can hold an item of a key, which may be made of any text."""
    pk, sk = key
    if len(pk) <= SURELY_FITS and 0 < len(sk) <= SURELY_FITS and pk:
        return True
    return is_partition(pk) and 0 < len(sk.encode()) <= MAX_SORT_KEY


def is_partition(pk: str) -> bool:
    """Return whether DynamoDB can hold items of a partition key, which may be made of any text."""
    return 0 < len(pk.encode()) <= MAX_PARTITION_KEY


def store_partition(store_id: str) -> str:
    """Return the partition of all documents of a store."""
    return STORE_PREFIX + store_id


def profile(store_id: str) -> Key:
    """Return the key of a store's profile."""
    return Key(store_partition(store_id), PROFILE)


def assortment(store_id: str) -> Key:
    """Return the key of a store's assortment."""
    return Key(store_partition(store_id), ASSORTMENT)


def stock(store_id: str) -> Key:
    """Return the key of a store's stock, which is stored in parts (`storage.parts`)."""
    return Key(store_partition(store_id), STOCK)


def unknown_stock(store_id: str) -> Key:
    """Return the names of what files counted in a store and carte does not know."""
    return Key(UNKNOWN, store_id)


def count_file(source: str) -> Key:
    """Return when a content of a count file was uploaded first."""
    return Key(COUNT_FILE_PREFIX + source, FIRST)


def stock_import(store_id: str | None, place: str) -> Key:
    """Return the record of an import of counts of a store, or of the chain where it is None."""
    return Key(IMPORTS if store_id is None else f"{IMPORTS}#{store_id}", place)


def waste_partition(store_id: str) -> str:
    """Return the partition of what a store threw away; not the store's, which every menu reads."""
    return WASTE_PREFIX + store_id


def waste_of_day(day: str, operation_id: str | None = None) -> str:
    """Return how the sort keys begin of a day's waste, or of that of one operation on the day.

    Args:
        day: Day by the store's calendar, such as `2026-11-28`.
        operation_id: The operation; None: all of the day.
    """
    return f"{day}#" if operation_id is None else f"{day}#{operation_id}#"


def waste(store_id: str, day: str, operation_id: str, region: str) -> Key:
    """Return the record of what an operation in a region recorded as thrown away on a day."""
    return Key(waste_partition(store_id), waste_of_day(day, operation_id) + region)


def waste_taken_back(store_id: str, day: str, operation_id: str, by: str, region: str) -> Key:
    """Return the key by which a region says that a record of waste was taken back.

    Args:
        store_id: The store.
        day: The day of the record, such as `2026-11-28`.
        operation_id: The operation that recorded the waste.
        by: The operation that takes it back.
        region: The region that carried that one out.
    """
    return waste(store_id, day, operation_id, f"{TAKEN_BACK}{by}@{region}")


def of_waste(key: Key) -> tuple[str, str, str]:
    """Return day, operation and region of a record of waste, or of its taking back.

    Raises:
        ValueError: It is no such key.
    """
    day, operation_id, region = key.sk.split("#")
    return day, operation_id, region


def of_taking_back(region: str) -> tuple[str, str] | None:
    """Return operation and region that took a record of waste back.

    Args:
        region: The last one of what `of_waste` returns.

    Returns:
        None where it is a region, that is, where the key is that of a record.
    """
    if not region.startswith(TAKEN_BACK):
        return None
    by, _, where = region.removeprefix(TAKEN_BACK).rpartition("@")
    return by, where


def alerted(store_id: str) -> Key:
    """Return the ids of the subscribers to the stock alerts of a store.

    Not in the store's partition, which every read of a menu reads.
    """
    return Key(ALERTED_PREFIX + store_id, SUBSCRIBERS)


def subscriber(subscriber_id: str) -> Key:
    """Return a subscriber to stock alerts."""
    return Key(SUBSCRIBER_PREFIX + subscriber_id, SUBSCRIBER)


def catalog_partition(market: str) -> str:
    """Return the partition of a market's catalog."""
    return CATALOG_PREFIX + market


def draft(market: str, item_id: str) -> Key:
    """Return the key of the draft of one catalog item, or of a category (`CatalogDraft`)."""
    return Key(catalog_partition(market), ITEM_PREFIX + item_id)


def version(market: str, stamp: Stamp) -> Key:
    """Return the key of a published catalog."""
    return Key(catalog_partition(market), f"{VERSION_PREFIX}{stamp}")


def pointer(market: str) -> Key:
    """Return the key of the pointer to the published catalog in force."""
    return Key(catalog_partition(market), CURRENT)


def publications_partition(market: str) -> str:
    """Return the partition of all publications of a market's catalog.

    Not the catalog's partition, whose versions are large.
    """
    return PUBLICATIONS_PREFIX + market


def publication(market: str, stamp: Stamp) -> Key:
    """Return the key of a publication; later ones have lower sort keys, so that they come first."""
    return Key(publications_partition(market), _newest_first(stamp))


def directory(shard_id: str) -> Key:
    """Return the key of one shard of the store directory."""
    return Key(DIRECTORY, shard_id)


def operation(operation_id: str) -> Key:
    """Return the key of the record of one operation."""
    return Key(OPERATION_PREFIX + operation_id, OPERATION)


def undone(operation_id: str, region: str) -> Key:
    """Return the key of the mark by which one region records that it undid an operation."""
    return Key(OPERATION_PREFIX + operation_id, UNDONE_PREFIX + region)


def journal_partition(document: Key) -> str:
    """Return the partition of all journal entries of a document."""
    return f"{JOURNAL_PREFIX}{document.pk}/{document.sk}"


def journal(document: Key, stamp: Stamp) -> Key:
    """Return the key of the journal entry of one mutation of a document."""
    return Key(journal_partition(document), str(stamp))


def of_journal_partition(pk: str) -> Key:
    """Return the key of the document that a partition of the journal is about."""
    document_pk, _, sk = pk.removeprefix(JOURNAL_PREFIX).rpartition("/")
    return Key(document_pk, sk)


def reconciliation(region: str) -> Key:
    """Return the key of the progress of a region's reconciler, which that region alone writes."""
    return Key(RECONCILIATION, region)


def contested(document: Key) -> Key:
    """Return the key of the mark that a document has conflicts, for the list of the chain."""
    return Key(CONTESTED, f"{document.pk}/{document.sk}")


def of_contested(mark: Key) -> Key:
    """Return the key of the document that a mark is about."""
    pk, _, sk = mark.sk.rpartition("/")
    return Key(pk, sk)


def conflicts_partition(pk: str) -> str:
    """Return the partition of all conflicts in the documents of a partition."""
    return CONFLICTS_PREFIX + pk


def conflict(document: Key, entry: str, lost: Stamp, beaten_by: Stamp | None) -> Key:
    """Return the key of the note that one write of an entry lost against another one.

    Args:
        document: The document with the entry.
        entry: The entry of the document.
        lost: The stamp of the lost write.
        beaten_by: The stamp of the other write; None for the note that a later write had seen the
            lost one, so that there is no conflict.
    """
    last = "SEEN" if beaten_by is None else str(beaten_by)
    sk = f"{lost}#{document.sk}/{entry}#{last}"
    return Key(conflicts_partition(document.pk), sk)


def lost_stamp(note: Key) -> Stamp:
    """Return the stamp of the lost write that a note of `conflict` is about.

    Raises:
        InvalidStampError: The key is not that of a note.
    """
    return Stamp.parse(note.sk.partition("#")[0])


def order_partition(order_id: str) -> str:
    """Return the partition of all items of an order."""
    return ORDER_PREFIX + order_id


def facts(order_id: str, region: str) -> Key:
    """Return the key of the facts of an order that one region recorded and alone writes."""
    return Key(order_partition(order_id), FACTS_PREFIX + region)


def person(order_id: str) -> Key:
    """Return the key of the personal data of an order."""
    return Key(order_partition(order_id), PERSON)


def order_notices(order_id: str) -> Key:
    """Return the key of the reservations of notices about an order."""
    return Key(order_partition(order_id), NOTICES)


def slots(store_id: str, day: str, region: str) -> Key:
    """Return the key of one region's use of the pickup slots of a store on a day of UTC."""
    return Key(f"{SLOTS_PREFIX}{store_id}#{day}", region)


_PEOPLE_SHARDS: Final = 16


def people_partitions() -> list[str]:
    """Return the partitions of the documents of people's roles."""
    return [f"{PEOPLE_PREFIX}{shard:x}" for shard in range(_PEOPLE_SHARDS)]


def roles_of(subject: str) -> Key:
    """Return the roles of a person; sharded, so that all people can be listed without a scan."""
    shard = zlib.crc32(subject.encode()) % _PEOPLE_SHARDS
    return Key(f"{PEOPLE_PREFIX}{shard:x}", PERSON_PREFIX + subject)


def actions_partition(subject: str) -> str:
    """Return the partition of what a person did."""
    return ACTIONS_PREFIX + subject


def action(subject: str, stamp: Stamp) -> Key:
    """Return an action of a person; later ones have lower sort keys, so that they come first."""
    return Key(ACTIONS_PREFIX + subject, _newest_first(stamp))


def _newest_first(stamp: Stamp) -> str:
    return f"{MAX_TIME - stamp.time:016x}@{stamp.region}"


def notices(subject: str) -> Key:
    """Return what a person was mailed about the own account."""
    return Key(NOTICES_PREFIX + subject, NOTICES)


def heartbeat(region: str) -> Key:
    """Return the key of a region's heartbeat, which that region alone writes."""
    return Key(REGIONS, HEARTBEAT_PREFIX + region)


def drain(region: str) -> Key:
    """Return the key of the flag that takes a region out of traffic."""
    return Key(REGIONS, DRAIN_PREFIX + region)


ISSUER_KEYS: Final = Key("ISSUER", KEYS)
