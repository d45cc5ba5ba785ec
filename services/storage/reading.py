"""Chooses how a table is read: by PynamoDB's models or by the fast reader, with equal results."""

import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from services.domain import log_lines
from services.storage.binding import Binding
from services.storage.keys import Key
from services.storage.replica import Stored

if TYPE_CHECKING:
    from services.storage.writing import Writer

T = TypeVar("T")


class Reader(Protocol):
    """Reads items; what goes wrong is a PynamoDB exception, with botocore's as its cause."""

    def get(self, key: Key, *, consistent: bool) -> Stored | None:
        """Return an item by one GetItem, or None if there is none."""
        ...

    def query(
        self, pk: str, *, prefix: str | None, newest: int | None, consistent: bool
    ) -> list[Stored]:
        """Return the items of a partition, by one Query for each MB."""
        ...

    def batch(self, wanted: Iterable[Key], *, consistent: bool) -> list[Stored]:
        """Return the items of these keys that exist, by one BatchGetItem for each 100."""
        ...

    def close(self) -> None:
        """Close idle connections; the next read opens one."""
        ...


class FastReads(Reader, Protocol):
    """A reader that has a writer on the same connections."""

    @property
    def writer(self) -> "Writer":
        """The writer."""
        ...


class SwitchingReader:
    """Reads with the fast reader; after its first unexpected failure with PynamoDB's models.

    Attributes:
        fast: The fast reader; None: it is switched off.
    """

    def __init__(
        self,
        fast: FastReads | None,
        models: Callable[[], Reader],
        log: Callable[[str], Any] = sys.stderr.write,
        *,
        region: str,
    ) -> None:
        self.fast = fast
        self._make = models
        self._models: Reader | None = None
        self._lock = threading.Lock()
        self._log = log
        self._region = region

    def get(self, key: Key, *, consistent: bool) -> Stored | None:
        """Return an item, or None if there is none."""
        return self._read(lambda reader: reader.get(key, consistent=consistent))

    def query(
        self, pk: str, *, prefix: str | None, newest: int | None, consistent: bool
    ) -> list[Stored]:
        """Return the items of a partition."""
        return self._read(
            lambda reader: reader.query(pk, prefix=prefix, newest=newest, consistent=consistent)
        )

    def batch(self, wanted: Iterable[Key], *, consistent: bool) -> list[Stored]:
        """Return the items of these keys that exist."""
        keys = list(wanted)
        return self._read(lambda reader: reader.batch(keys, consistent=consistent))

    def close(self) -> None:
        """Close idle connections; the next read opens one."""
        for reader in (self.fast, self._models):
            if reader is not None:
                reader.close()

    def _read(self, read: Callable[[Reader], T]) -> T:
        fast = self.fast
        if fast is not None:
            try:
                return read(fast)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                # None of these is an answer of DynamoDB: the fast reader has met something it was
                # not made for. A slow menu is better than none.
                self.fast = None
                fast.close()
                message = f"fast reads failed and are off: {error!r}"
                self._log(_warning(message, self._region))
        return read(self.models())

    def models(self) -> Reader:
        """Return the reader that uses PynamoDB's models, made when it is first needed."""
        with self._lock:
            if self._models is None:
                self._models = self._make()
            return self._models


def choose(binding: Binding, models: Callable[[], Reader]) -> SwitchingReader:
    """Return the reader of a binding."""
    if not binding.fast_reads or binding.dax_endpoint:
        return SwitchingReader(None, models, region=binding.region)
    from services.storage.fast.choice import open_reader

    fast, why_not = open_reader(binding)
    reader = SwitchingReader(fast, models, region=binding.region)
    if why_not:
        sys.stderr.write(_warning(f"fast reads are off: {why_not}", binding.region))
    return reader


def _warning(message: str, region: str) -> str:
    # Seldom needed: a cold start does without it.
    from services.configuration import tracing

    return log_lines.warning(message, region=region, **tracing.of_invocation())
