"""Chooses how a table is written: by PynamoDB's models or past them, with equal effects."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from services.storage.keys import Key
from services.storage.replica import Write


class Writer(Protocol):
    """Writes items under conditions; what goes wrong is a PynamoDB exception, as with `Reader`."""

    def put(self, write: Write) -> None:
        """Write one item by one PutItem.

        Raises:
            RevisionMovedError: `write.replaces` does not stand; nothing was written.
        """
        ...

    def transact(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """Write all items or none by one TransactWriteItems, while others stand as they were read.

        Raises:
            RevisionMovedError: One of them moved; nothing was written.
        """
        ...


class SwitchingWriter:
    """Writes with the fast writer as long as there is one, then with PynamoDB's models."""

    def __init__(self, fast: Callable[[], Writer | None], models: Callable[[], Writer]) -> None:
        """Take both writers; that of the models is made at its first use.

        Args:
            fast: Returns the fast writer; None: reads and writes are not fast, or no longer.
            models: Makes the writer that uses PynamoDB's models.
        """
        self._fast = fast
        self._make = models
        self._models: Writer | None = None

    def put(self, write: Write) -> None:
        """Write one item; see `Writer.put`."""
        self._writer().put(write)

    def transact(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """Write all items or none; see `Writer.transact`."""
        self._writer().transact(writes, standing)

    def _writer(self) -> Writer:
        fast = self._fast()
        if fast is not None:
            return fast
        # Two threads may each make one, of which one is dropped: a writer holds nothing.
        if self._models is None:
            self._models = self._make()
        return self._models
