"""carte's GraphQL layer alone: a compiled operation over menus in memory, and orjson.

Reading and joining documents is left out, as it is for graphql-jit: the store's documents and its
joined menu are given. What is timed begins with the variables and ends with the response's bytes.

The resolver's name for the joining (`reads.assemble`) is replaced in this process, which measures
nothing else: a seam in the resolver would be one more call for each menu of the service, for the
sake of the bench alone.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import orjson

from graphql_schema.compiled import CompiledOperation, load
from graphql_schema.context import Context, Services
from graphql_schema.menu import reads
from loadtests.bench import events
from loadtests.bench.subject import Answer, Call, Subject
from services.domain.menu import Menu, assemble
from services.storage.binding import Binding
from services.storage.catalogs import CatalogRepository
from services.storage.stores import StoreRepository
from services.storage.table import Table


class Layer(Subject):
    """The persisted operation Menu, run as the service runs it."""

    def __init__(self, operation: CompiledOperation) -> None:
        self._operation = operation
        table = Table(Binding.from_environment(os.environ))
        self._stores, self._catalogs = StoreRepository(table), CatalogRepository(table)
        self._documents: dict[str, Any] = {}
        self._menus: dict[str, Menu] = {}
        self._versions: dict[str, Any] = {}
        kept = SimpleNamespace(
            stores=SimpleNamespace(documents=self._documents.__getitem__),
            catalogs=SimpleNamespace(current=self._versions.__getitem__),
        )
        self._services = cast("Services", kept)
        # The joining of documents is not part of the layer that is timed.
        vars(reads)["assemble"] = self._joined

    def _joined(self, documents: Any, *_: Any, **__: Any) -> Menu:
        return self._menus[documents.profile.store_id]

    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:  # noqa: ARG002
        """Return a call for each store; its menu is assembled before the timing."""
        for store in stores:
            if store not in self._menus:
                self._read(store)
        return [partial(self._call, {"storeId": store}) for store in stores]

    def _read(self, store: str) -> None:
        documents = self._stores.documents(store)
        assert documents is not None, store
        catalog = self._catalogs.current(documents.profile["market"])
        self._versions[catalog.market] = catalog
        self._documents[store] = documents
        self._menus[store] = assemble(documents, catalog, at=datetime.now(UTC), locale=None)

    def _call(self, variables: Mapping[str, Any]) -> bytes:
        result = self._operation.run(variables, Context(self._services, datetime.now(UTC)))
        assert result is not None
        return orjson.dumps({"data": result.data})

    def answer(self, returned: Any) -> Answer:
        """Return the response that a call returned."""
        return Answer(200, returned)


def open_subject() -> Subject:
    """Return the subject, ready to be timed.

    Raises:
        RuntimeError: The operations were not compiled.
    """
    operation = load(events.menu_document()[0])
    if operation is None:
        raise RuntimeError("the operations are not compiled: python -m graphql_schema.compile")
    return Layer(operation)
