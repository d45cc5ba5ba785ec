"""Valid documents, kept parsed; bounded by the bytes that they take.

graphql-core's tree of a document is hundreds of times as large as its text, and a client can send
any number of documents: a bound on their number alone would let it fill the memory.
"""

from collections import OrderedDict
from sys import getsizeof
from threading import Lock
from typing import Final

from graphql import DocumentNode

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DOCUMENT: Final = 2 * 1024 * 1024  # bytes; a larger document is parsed each time
# What a token takes with the nodes that are made of it: 130 (comments) to 620 bytes measured.
BYTES_PER_TOKEN: Final = 700
OVERHEAD: Final = 2000  # bytes of an entry's other objects


class DocumentCache:
    """The most recently used documents; may be used by several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, tuple[DocumentNode, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes that the documents take, estimated."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, text: str) -> DocumentNode | None:
        """Return the document of a text, or None if it has to be parsed and validated."""
        with self._lock:
            entry = self._entries.get(text)
            if entry is None:
                return None
            self._entries.move_to_end(text)
            return entry[0]

    def keep(self, text: str, document: DocumentNode) -> None:
        """Keep a document that is valid and within the limits, unless it is large."""
        size = estimated_bytes(text, document)
        if size > MAX_DOCUMENT:
            return
        with self._lock:
            if text in self._entries:
                return
            self._entries[text] = document, size
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, (_, dropped) = self._entries.popitem(last=False)
                self._bytes -= dropped


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
