"""Valid documents, kept parsed; bounded by the bytes that they take.

graphql-core's tree of a document is hundreds of times as large as its text, and a client can send
any number of documents: a bound on their number alone would let it fill the memory.
"""

from sys import getsizeof
from typing import Final

from graphql import DocumentNode

from services.storage.bounded_cache import BoundedCache

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DOCUMENT: Final = 2 * 1024 * 1024  # bytes; a larger document is parsed each time
# What a token takes with the nodes that are made of it: 130 (comments) to 620 bytes measured.
BYTES_PER_TOKEN: Final = 700
OVERHEAD: Final = 2000  # bytes of an entry's other objects


class DocumentCache:
    """The most recently used documents; may be used by several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._documents: BoundedCache[str, DocumentNode] = BoundedCache(max_bytes)

    @property
    def size(self) -> int:
        """Bytes that the documents take, estimated."""
        return self._documents.size

    def __len__(self) -> int:
        return len(self._documents)

    def find(self, text: str) -> DocumentNode | None:
        """Return the document of a text, or None if it has to be parsed and validated."""
        return self._documents.find(text)

    def keep(self, text: str, document: DocumentNode) -> None:
        """Keep a document that is valid and within the limits, unless it is large."""
        size = estimated_bytes(text, document)
        if size <= MAX_DOCUMENT:
            self._documents.keep(text, document, size)


def estimated_bytes(text: str, document: DocumentNode) -> int:
    """Return the bytes that a document takes, as estimated from its tokens."""
    tokens = 0
    # graphql-core keeps all tokens of a document, comments among them.
    token = document.loc.start_token if document.loc else None
    while token is not None:
        tokens += 1
        token = token.next
    # The text, and the parts of it that tokens and nodes repeat.
    return 3 * getsizeof(text) + BYTES_PER_TOKEN * tokens + OVERHEAD
