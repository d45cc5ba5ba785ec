"""Documents known by their hash: those persisted at build time, and Apollo's automatic ones."""

import hashlib
from collections import OrderedDict
from pathlib import Path
from typing import Final

import orjson

import graphql_schema
from services.menu_api.parameters import BadRequestError, Parameters

MANIFEST: Final = Path(graphql_schema.__file__).with_name("persisted.json")
MAX_AUTOMATIC: Final = 1000
MAX_AUTOMATIC_BYTES: Final = 4 * 1024 * 1024


class DocumentNotFoundError(LookupError):
    """No document has this hash here; the client sends the document with its hash once more."""


class DocumentCatalog:
    """Looks documents up by the SHA-256 of their text."""

    def __init__(self, persisted: dict[str, str] | None = None) -> None:
        self._persisted = _manifest() if persisted is None else persisted
        self._automatic: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def persisted(self, document_id: str) -> str | None:
        """A document persisted at build time."""
        return self._persisted.get(document_id)

    def resolve(self, parameters: Parameters) -> str:
        """The document to run.

        Raises:
            BadRequestError: there is neither a document nor a hash, or the two do not match.
            DocumentNotFoundError: the hash is not known here.
        """
        persisted = parameters.extensions.get("persistedQuery")
        if persisted is None:
            if parameters.query is None:
                raise BadRequestError("query is missing")
            return parameters.query
        digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
        if not isinstance(digest, str) or persisted.get("version") != 1:
            raise BadRequestError("persistedQuery needs version 1 and a sha256Hash")
        if parameters.query is None:
            known = self._persisted.get(digest) or self._automatic.get(digest)
            if known is None:
                raise DocumentNotFoundError(digest)
            return known
        if hashlib.sha256(parameters.query.encode()).hexdigest() != digest:
            raise BadRequestError("sha256Hash is not the SHA-256 of query")
        self._remember(digest, parameters.query)
        return parameters.query

    def _remember(self, digest: str, document: str) -> None:
        if digest in self._persisted or digest in self._automatic:
            return
        self._automatic[digest] = document
        self._bytes += len(document)
        while len(self._automatic) > MAX_AUTOMATIC or self._bytes > MAX_AUTOMATIC_BYTES:
            _, dropped = self._automatic.popitem(last=False)
            self._bytes -= len(dropped)


def _manifest() -> dict[str, str]:
    if not MANIFEST.exists():
        return {}
    entries: dict[str, dict[str, str]] = orjson.loads(MANIFEST.read_bytes())
    return {digest: entry["document"] for digest, entry in entries.items()}
