"""SQLite FTS5 with the tokenizer `unicode61`: words and beginnings of words, ranked by bm25."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.search_engines.engine import Engine, Near, reranked, spans

TOKENIZER: Final = "unicode61 remove_diacritics 0"
FILE: Final = "stores.db"
_FIELDS: Final = (
    *("name", "street", "city", "city_names", "other_names", "areas", "codes"),
    *("postal_code", "joined_id"),
)
# The columns' weights, in their order: about those of carte's `Fit`.
WEIGHTS: Final = (13.0, 7.0, 14.0, 20.0, 19.0, 18.0, 17.0, 22.0, 24.0)
CANDIDATES: Final = 500


def text(value: Any) -> str:
    """Return a field of a document as one text."""
    return " ".join(value) if isinstance(value, list) else str(value)


def build_with(tokenizer: str, documents: Iterable[dict[str, Any]], folder: Path) -> None:
    """Build the index with a tokenizer of FTS5."""
    database = sqlite3.connect(folder / FILE)
    database.execute("create table stores (id text, size real, latitude real, longitude real)")
    columns = ", ".join(_FIELDS)
    prefix = "" if tokenizer.startswith("trigram") else ", prefix='1 2 3'"
    database.execute(
        f"create virtual table words using fts5({columns}, content='', tokenize='{tokenizer}'"
        f"{prefix})"
    )
    marks = ", ".join("?" * (len(_FIELDS) + 1))
    for number, one in enumerate(documents, 1):
        database.execute(
            "insert into stores (rowid, id, size, latitude, longitude) values (?, ?, ?, ?, ?)",
            (number, one["id"], one["size"], one["latitude"], one["longitude"]),
        )
        database.execute(
            f"insert into words (rowid, {columns}) values ({marks})",
            (number, *(text(one[field]) for field in _FIELDS)),
        )
    database.execute("insert into words (words) values ('optimize')")
    database.commit()
    database.execute("vacuum")
    database.close()


def build(documents: Iterable[dict[str, Any]], folder: Path) -> None:
    """Build the index."""
    build_with(TOKENIZER, documents, folder)


def quoted(word: str) -> str:
    """Return a word as a string of FTS5's query language."""
    return '"' + word.replace('"', '""') + '"'


class SqliteIndex:
    """An index of FTS5."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)

    def matching(self, expression: str) -> list[tuple[str, float, float, float, float]]:
        """Return id, score, size and place of the best candidates of an expression."""
        weights = ", ".join(map(str, WEIGHTS))
        return self._database.execute(
            "select id, -score, size, latitude, longitude from (select rowid as number, "
            f"bm25(words, {weights}) as score from words where words match ? "
            "order by score limit ?) join stores on stores.rowid = number",
            (expression, CANDIDATES),
        ).fetchall()


class WordIndex(SqliteIndex):
    """Finds stores of which each word begins a word of some field, or names of several words."""

    def search(self, words: Sequence[str], near: Near) -> Sequence[str]:
        """See `Engine.search`."""
        if not words:
            return []
        joined = " OR ".join(
            f"({' AND '.join([quoted(text), *(f'{quoted(w)}*' for w in rest)])})"
            for first, last, text in spans(words)
            if last - first > 1
            for rest in [[*words[:first], *words[last:]]]
        )
        each = " AND ".join(f"{quoted(word)}*" for word in words)
        found = self.matching(f"({each}) OR {joined}" if joined else each)
        return reranked(found, near, weight=1.0)


def open_index(folder: Path) -> Engine:
    """Open the index."""
    return WordIndex(folder)
