"""The schema by which a process runs what was not compiled: a part at first, later the whole.

GraphQL's libraries and the schema are imported when a document needs them: a menu does not.
"""

import gc
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from graphql_schema.compiler.adhoc import AdhocOperations
    from graphql_schema.parts import Part
    from graphql_schema.schema import Schema

T = TypeVar("T")


class SchemaInUse:
    """Builds what the first document needs, and the whole when one needs more; for all threads.

    Attributes:
        adhoc: The operations that were compiled by this schema; None before the first one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._part: Part | None = None
        self._whole: Schema | None = None
        self.adhoc: AdhocOperations | None = None

    def for_document(self, text: str) -> "Schema":
        """Return a schema whose answer to a document is that of the whole schema."""
        with self._lock:
            if self._whole is None:
                if self._part is None:
                    self._part = _uncollected(lambda: _made_part(text))
                if self._part is not None and self._part.serves(text):
                    return self._part.schema
            return self._completed()

    def whole(self) -> "Schema":
        """Return the whole schema, which stays in use from now on."""
        with self._lock:
            return self._completed()

    def adhoc_operations(self) -> "AdhocOperations":
        """Return the operations that are compiled by the schema in use."""
        with self._lock:
            if self.adhoc is None:
                schema = self._completed() if self._part is None else self._part.schema
                self.adhoc = _uncollected(lambda: _made_adhoc(schema))
            return self.adhoc

    def _completed(self) -> "Schema":
        if self._whole is None:
            if self._part is not None:
                self._part = self.adhoc = None
                _free()
            self._whole = _uncollected(_made_schema)
        return self._whole


def _free() -> None:
    """Free what was kept from collections and is in cycles."""
    gc.unfreeze()
    gc.collect()


def _uncollected(make: Callable[[], T]) -> T:
    """Return what a function makes, and keep it from all garbage collections.

    Nothing of what is imported and built becomes garbage; to look for it costs a cold start.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        made = make()
        gc.freeze()
        return made
    finally:
        if collecting:
            gc.enable()


def _made_part(text: str) -> "Part | None":
    from graphql_schema.parts import Part

    return Part.of(text)


def _made_schema() -> "Schema":
    from graphql_schema.schema import build

    return build()


def _made_adhoc(schema: "Schema") -> "AdhocOperations":
    from graphql_schema.compiler.adhoc import AdhocOperations

    return AdhocOperations(schema)
