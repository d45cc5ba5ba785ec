"""SQLite FTS5 with the tokenizer `trigram`: parts of words; mistyped ones by shared trigrams."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.search_engines.engine import Engine, Near, reranked
from loadtests.search_engines.sqlite_words import SqliteIndex, build_with, quoted

TOKENIZER: Final = "trigram case_sensitive 1"
_SHORTEST: Final = 3  # letters, of what the tokenizer can look up


def build(documents: Iterable[dict[str, Any]], folder: Path) -> None:
    """Build the index."""
    build_with(TOKENIZER, documents, folder)


class TrigramIndex(SqliteIndex):
    """Finds stores of which each word is a part of some field, or shares most of its trigrams."""

    def search(self, words: Sequence[str], near: Near) -> Sequence[str]:
        """See `Engine.search`."""
        long = [word for word in words if len(word) >= _SHORTEST]
        whole = "".join(words)
        if len(whole) < _SHORTEST:
            return []
        each = " AND ".join(map(quoted, long))
        found = self.matching(f"({each}) OR {quoted(whole)}" if each else quoted(whole))
        if not found:
            parts = {word[at : at + 3] for word in long for at in range(len(word) - 2)}
            if parts:
                found = self.matching(" OR ".join(map(quoted, sorted(parts))))
        return reranked(found, near, weight=1.0)


def open_index(folder: Path) -> Engine:
    """Open the index."""
    return TrigramIndex(folder)
