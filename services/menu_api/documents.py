"""Documents known by their hash: those persisted at build time, and Apollo's automatic ones."""

import hashlib
import os.path
from collections import OrderedDict
from typing import Final, NamedTuple

import orjson

import graphql_schema
from services.menu_api.parameters import BadRequestError, Parameters

MANIFEST: Final = f"{graphql_schema.__path__[0]}/persisted.json"
MAX_AUTOMATIC: Final = 1000
MAX_AUTOMATIC_BYTES: Final = 4 * 1024 * 1024


class DocumentNotFoundError(LookupError):
    """No document has this hash here; the client sends the document with its hash once more."""


class Document(NamedTuple):
    """A GraphQL document.

    Attributes:
        persisted_id: its id, where it was persisted at build time, however it came.
    """

    text: str
    persisted_id: str | None = None


class DocumentCatalog:
    """Looks documents up by the SHA-256 of their text."""

    def __init__(self, persisted: dict[str, str] | None = None) -> None:
        self._persisted = _manifest() if persisted is None else persisted
        self._ids = {text: key for key, text in self._persisted.items()}
        self._automatic: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def persisted(self, document_id: str) -> str | None:
        """A document persisted at build time."""
        return self._persisted.get(document_id)

    def ids(self) -> list[str]:
        """Ids of all documents persisted at build time."""
        return list(self._persisted)

    def resolve(self, parameters: Parameters) -> Document:
        """The document to run.

        Raises:
            BadRequestError: there is neither a document nor a hash, or the two do not match.
            DocumentNotFoundError: the hash is not known here.
        """
        persisted = parameters.extensions.get("persistedQuery")
        if persisted is None:
            if parameters.query is None:
                raise BadRequestError("query is missing")
            return self._document(parameters.query)
        digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        if not isinstance(digest, str) or persisted.get("version") != 1:
            raise BadRequestError("persistedQuery needs version 1 and a sha256Hash")
        if parameters.query is None:
            known = self._persisted.get(digest) or self._automatic.get(digest)
            if known is None:
                raise DocumentNotFoundError(digest)
            return self._document(known)
        if hashlib.sha256(parameters.query.encode()).hexdigest() != digest:
            raise BadRequestError("sha256Hash is not the SHA-256 of query")
        self._remember(digest, parameters.query)
        return self._document(parameters.query)

    def _document(self, text: str) -> Document:
        return Document(text, self._ids.get(text))

    def _remember(self, digest: str, document: str) -> None:
        if digest in self._persisted or digest in self._automatic:
            return
        self._automatic[digest] = document
        self._bytes += len(document)
        while len(self._automatic) > MAX_AUTOMATIC or self._bytes > MAX_AUTOMATIC_BYTES:
            _, dropped = self._automatic.popitem(last=False)
            self._bytes -= len(dropped)


def _manifest() -> dict[str, str]:
    if not os.path.exists(MANIFEST):  # noqa: PTH110 - pathlib costs a cold start
        return {}
    with open(MANIFEST, "rb") as file:  # noqa: PTH123
        entries: dict[str, dict[str, str]] = orjson.loads(file.read())
    return {digest: entry["document"] for digest, entry in entries.items()}
