"""A directory that was read while it was empty is read again within seconds."""

from services.storage.stores import RETRY_S, DirectoryRepository
from services.storage.table import Table


def test_the_first_stores_are_found_within_seconds(table: Table) -> None:
    now = [0.0]
    directory = DirectoryRepository(table, monotonic=lambda: now[0])
    assert len(directory.index()) == 0
    first_read = directory._expires
    assert first_read <= RETRY_S
