"""Partition and sort keys of all documents; no other module spells them out."""

from typing import Final, NamedTuple

from services.domain.stamp import Stamp

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
UNKNOWN: Final = "UNKNOWN"
COUNT_FILE_PREFIX: Final = "COUNTFILE#"
FIRST: Final = "FIRST"
IMPORTS: Final = "STOCKIMPORTS"
HEARTBEAT_PREFIX: Final = "HEARTBEAT#"
DRAIN_PREFIX: Final = "DRAIN#"


class Key(NamedTuple):
    """The primary key of an item of the table."""

    pk: str
    sk: str


def store_partition(store_id: str) -> str:
    """Return the partition of all documents of a store."""
    return STORE_PREFIX + store_id


def profile(store_id: str) -> Key:
    """Return a store's profile."""
    return Key(store_partition(store_id), PROFILE)


def assortment(store_id: str) -> Key:
    """Return a store's assortment."""
    return Key(store_partition(store_id), ASSORTMENT)


def stock(store_id: str) -> Key:
    """Return a store's stock; stored in parts, see `storage.parts`."""
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


def catalog_partition(market: str) -> str:
    """Return the partition of a market's catalog."""
    return CATALOG_PREFIX + market


def draft(market: str, item_id: str) -> Key:
    """Return the draft of one catalog item (or of a category, see `CatalogDraft`)."""
    return Key(catalog_partition(market), ITEM_PREFIX + item_id)


def version(market: str, stamp: Stamp) -> Key:
    """Return a published catalog."""
    return Key(catalog_partition(market), f"{VERSION_PREFIX}{stamp}")


def pointer(market: str) -> Key:
    """Return the pointer to the published catalog in force."""
    return Key(catalog_partition(market), CURRENT)


def directory(shard_id: str) -> Key:
    """One shard of the store directory."""
    return Key(DIRECTORY, shard_id)


def operation(operation_id: str) -> Key:
    """Return the record of one operation."""
    return Key(OPERATION_PREFIX + operation_id, OPERATION)


def undone(operation_id: str, region: str) -> Key:
    """The mark that a region has taken its effect of an operation back; only it writes it."""
    return Key(OPERATION_PREFIX + operation_id, UNDONE_PREFIX + region)


def journal_partition(document: Key) -> str:
    """Return all journal entries of a document."""
    return f"{JOURNAL_PREFIX}{document.pk}/{document.sk}"


def journal(document: Key, stamp: Stamp) -> Key:
    """Return what one mutation did to a document."""
    return Key(journal_partition(document), str(stamp))


def of_journal_partition(pk: str) -> Key:
    """The document that a partition of the journal is about."""
    document_pk, _, sk = pk.removeprefix(JOURNAL_PREFIX).rpartition("/")
    return Key(document_pk, sk)


def reconciliation(region: str) -> Key:
    """How far a region's reconciler has come; only that region writes it."""
    return Key(RECONCILIATION, region)


def contested(document: Key) -> Key:
    """The mark that a document has conflicts, so that those of the chain are found."""
    return Key(CONTESTED, f"{document.pk}/{document.sk}")


def of_contested(mark: Key) -> Key:
    """Return the document that a mark is about."""
    pk, _, sk = mark.sk.rpartition("/")
    return Key(pk, sk)


def conflicts_partition(pk: str) -> str:
    """Return the partition of all conflicts in the documents of a partition."""
    return CONFLICTS_PREFIX + pk


def conflict(document: Key, entry: str, lost: Stamp, beaten_by: Stamp | None) -> Key:
    """The note that a write of an entry was lost to another; `None`: that it was seen after all."""
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
    """The partition of all items of an order."""
    return ORDER_PREFIX + order_id


def facts(order_id: str, region: str) -> Key:
    """What one region recorded about an order; only that region writes it."""
    return Key(order_partition(order_id), FACTS_PREFIX + region)


def person(order_id: str) -> Key:
    """The personal data of an order."""
    return Key(order_partition(order_id), PERSON)


def slots(store_id: str, day: str, region: str) -> Key:
    """What one region did with the pickup slots of a store that start on a day of UTC."""
    return Key(f"{SLOTS_PREFIX}{store_id}#{day}", region)


def heartbeat(region: str) -> Key:
    """Return when a region last said that it can write; only that region writes it."""
    return Key(REGIONS, HEARTBEAT_PREFIX + region)


def drain(region: str) -> Key:
    """Return whether a region shall take no traffic."""
    return Key(REGIONS, DRAIN_PREFIX + region)


ISSUER_KEYS: Final = Key("ISSUER", KEYS)
