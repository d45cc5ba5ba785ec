"""Documents known by their hash: those persisted at build time, and Apollo's automatic ones."""

import hashlib
import os.path
import sys
from collections import OrderedDict
from typing import Any, Final, NamedTuple

import orjson

import graphql_schema
from services.menu_api.parameters import Parameters
from services.menu_api.refusals import RefusedRequestError, unknown_hash

MANIFEST: Final = f"{graphql_schema.__path__[0]}/persisted.json"
# What automatic documents may take of memory, in bytes; a larger one is run and not remembered.
MAX_AUTOMATIC_BYTES: Final = 4 * 1024 * 1024
MAX_AUTOMATIC_DOCUMENT: Final = 64 * 1024
_OVERHEAD: Final = 300  # bytes of an entry: its hash, its size, its place in the dict


class Document(NamedTuple):
    """A GraphQL document.

    Attributes:
        text: The document.
        persisted_id: Its id, where it was persisted at build time, however it came.
    """

    text: str
    persisted_id: str | None = None


class OperationRequest(NamedTuple):
    """The operation of a request and its variables; requests may share it, so it is read only.

    Attributes:
        document: The document.
        operation_name: Which of its operations; None where it has one only.
        variables: Values by name; None where there are none.
        wants_cost: Whether the answer is to say what the operation costs.
    """

    document: Document
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    wants_cost: bool = False


class DocumentCatalog:
    """Looks documents up by the SHA-256 of their text."""

    def __init__(self, persisted: dict[str, str] | None = None) -> None:
        texts = _manifest() if persisted is None else persisted
        self._persisted = {key: Document(text, key) for key, text in texts.items()}
        self._ids = {text: key for key, text in texts.items()}
        self._automatic: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def persisted(self, document_id: str) -> Document:
        """Return a document persisted at build time.

        Raises:
            RefusedRequestError: There is none of this id.
        """
        found = self._persisted.get(document_id)
        if found is None:
            message = "no such persisted document; send the document itself by POST"
            raise RefusedRequestError(message, status=404)
        return found

    def ids(self) -> list[str]:
        """Return the ids of all documents persisted at build time."""
        return list(self._persisted)

    def resolve(self, parameters: Parameters) -> OperationRequest:
        """Return what the parameters ask to run.

        Raises:
            RefusedRequestError: There is neither a document nor a hash, the two do not match, or
                no document of this hash is known here.
        """
        document = self._document(parameters)
        if parameters.extensions.get("cost") is not True:
            return OperationRequest(document, parameters.operation_name, parameters.variables)
        # Not as a persisted document: the answer is another, and nobody may keep it.
        document = Document(document.text)
        return OperationRequest(
            document, parameters.operation_name, parameters.variables, wants_cost=True
        )

    def _document(self, parameters: Parameters) -> Document:
        text = parameters.query
        hashed = parameters.extensions.get("persistedQuery")
        if hashed is None:
            if text is None:
                raise RefusedRequestError("query is missing")
            return self._of_text(text)
        digest = hashed.get("sha256Hash") if isinstance(hashed, dict) else None
        if not isinstance(digest, str) or hashed.get("version") != 1:
            raise RefusedRequestError("persistedQuery needs version 1 and a sha256Hash")
        if text is None:
            found = self._persisted.get(digest)
            if found is not None:
                return found
            text = self._automatic.get(digest)
            if text is None:
                raise unknown_hash()
            return self._of_text(text)
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            raise RefusedRequestError("sha256Hash is not the SHA-256 of query")
        self._remember(digest, text)
        return self._of_text(text)

    def _of_text(self, text: str) -> Document:
        return Document(text, self._ids.get(text))

    def _remember(self, digest: str, text: str) -> None:
        size = sys.getsizeof(text) + _OVERHEAD
        known = digest in self._persisted or digest in self._automatic
        if known or size > MAX_AUTOMATIC_DOCUMENT:
            return
        self._automatic[digest] = text
        self._bytes += size
        while self._bytes > MAX_AUTOMATIC_BYTES:
            _, dropped = self._automatic.popitem(last=False)
            self._bytes -= sys.getsizeof(dropped) + _OVERHEAD


def _manifest() -> dict[str, str]:
    if not os.path.exists(MANIFEST):  # noqa: PTH110 - pathlib costs a cold start
        return {}
    with open(MANIFEST, "rb") as file:  # noqa: PTH123
        entries: dict[str, dict[str, str]] = orjson.loads(file.read())
    return {digest: entry["document"] for digest, entry in entries.items()}
