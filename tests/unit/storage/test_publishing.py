"""Publishing by imports and seeds: all of it or nothing, and nothing over another publication."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from services.storage import keys
from services.storage.bounded_cache import BoundedCache
from services.storage.catalogs import CatalogRepository
from services.storage.replica import Write
from services.storage.table import Table
from tests.support.chain import publish_small_catalog, set_draft
from tests.support.moto_table import process_of

POINTER = keys.pointer("de")


def published(table: Table) -> list[str]:
    """The keys of versions and publications."""
    rows = table.partition(keys.catalog_partition("de"), prefix=keys.VERSION_PREFIX)
    return [row.key.sk for row in (*rows, *table.partition(keys.publications_partition("de")))]


def test_without_the_pointer_neither_version_nor_publication_is_written(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    before = published(table)
    set_draft(table, "de", "latte", price=330)
    write, transact_while = table.write, table.transact_while

    def refuse(*writes: Write) -> None:
        if any(one.key == POINTER for one in writes):
            raise RuntimeError("the process ends here")

    def watched_write(one: Write) -> None:
        refuse(one)
        write(one)

    def watched_transact(writes: Sequence[Write], standing: Mapping[Any, str | None]) -> None:
        refuse(*writes)
        transact_while(writes, standing)

    monkeypatch.setattr(table, "write", watched_write)
    monkeypatch.setattr(table, "transact_while", watched_transact)
    with pytest.raises(RuntimeError, match="ends here"):
        CatalogRepository(table).publish("de")
    assert published(table) == before


def test_a_publication_that_came_between_is_named_as_the_one_that_was_replaced(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "latte", price=330)
    table.pause = lambda _: None
    other = process_of(table.region)
    between: list[str] = []
    write, transact_while = table.write, table.transact_while

    def publish_between() -> None:
        if not between:
            between.append("")
            set_draft(other, "de", "latte", price=340)
            between[0] = CatalogRepository(other).publish("de").version
            set_draft(other, "de", "latte", price=350)

    def late_write(one: Write) -> None:
        publish_between()
        write(one)

    def late_transact(writes: Sequence[Write], standing: Mapping[Any, str | None]) -> None:
        publish_between()
        transact_while(writes, standing)

    monkeypatch.setattr(table, "write", late_write)
    monkeypatch.setattr(table, "transact_while", late_transact)
    version = CatalogRepository(table).publish("de")
    newest, second, _ = CatalogRepository(table).publications("de")
    assert (newest.version, newest.replaced) == (version.version, between[0])
    assert second.version == between[0]
    assert version.by_id["latte"].price == 350, "the drafts are read again"
    assert CatalogRepository(table).in_force("de") == version.version
    # The pointer and its publication are one write.
    pointer = table.held(POINTER).document
    assert pointer is not None
    assert pointer.stamps() == [newest.stamp]


def test_publishing_the_same_again_writes_nothing(table: Table) -> None:
    publish_small_catalog(table)
    before = published(table)
    again = CatalogRepository(table).publish("de")
    assert published(table) == before
    assert again.version == CatalogRepository(table).in_force("de")


def test_what_was_used_last_is_kept_within_the_bound_in_bytes() -> None:
    cache: BoundedCache[str, int] = BoundedCache(100)
    for number, key in enumerate("abc"):
        cache.keep(key, number, 40)
        assert cache.find("a") == 0, "it is used all the time"
    assert (cache.find("a"), cache.find("b"), cache.find("c")) == (0, None, 2)
    cache.keep("large", 1, 101)
    cache.keep("a", 7, 40)
    assert (cache.find("large"), cache.find("a"), cache.size, len(cache)) == (None, 0, 80, 2)
