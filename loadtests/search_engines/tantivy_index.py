"""tantivy, with carte's ladder of fits as constant scores: a first trial ranked by BM25 was worse.

Each word scores by the best of what it fits, the scores of all words add up, and where nothing
fits all words, mistyped ones are looked for: the rules of `services.domain.search`, by an engine's
means.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import tantivy

from loadtests.search_engines.engine import Engine, Near, reranked, spans

_TEXT: Final = ("name", "street", "city")
_EXACT: Final = ("city_names", "other_names", "areas", "codes", "postal_code", "joined_id")
_SCORES: Final = {
    "name": 13, "street": 7, "city": 14, "city_names": 20, "other_names": 19, "areas": 18,
    "codes": 17, "postal_code": 22, "joined_id": 24,
}  # fmt: skip
_PREFIX_SCORES: Final = {
    "name": 9, "street": 6, "city": 12, "city_names": 12, "postal_code": 11, "other_names": 5,
}  # fmt: skip
_MISTYPED_SCORES: Final = {"city_names": 4, "areas": 3, "other_names": 3, "name": 3, "street": 3}
_CANDIDATES: Final = 2000  # of which size and nearness decide
# Least letters of a word in which one mistake is assumed, and in which two are.
_ONE_MISTAKE: Final = 4
_TWO_MISTAKES: Final = 8


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in _TEXT:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    for field in _EXACT:
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("size", "latitude", "longitude"):
        builder.add_float_field(field, stored=True)
    return builder.build()


def build(documents: Iterable[dict[str, Any]], folder: Path) -> None:
    """Build the index."""
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    for one in documents:
        fields = {name: value for name, value in one.items() if name != "entry"}
        writer.add_document(tantivy.Document(**fields))
    writer.commit()
    writer.wait_merging_threads()


class TantivyIndex:
    """An index of tantivy."""

    def __init__(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder))
        self._schema = index.schema
        self._searcher = index.searcher()

    def search(self, words: Sequence[str], near: Near) -> Sequence[str]:
        """See `Engine.search`."""
        if not words:
            return []
        found = self._hits(words, mistyped=False) or self._hits(words, mistyped=True)
        return reranked(found, near, weight=1.0)

    def _hits(
        self, words: Sequence[str], *, mistyped: bool
    ) -> list[tuple[str, float, float, float, float]]:
        covers: list[list[tantivy.Query]] = [[] for _ in words]
        for first, last, text in spans(words):
            for query in self._names(text, mistyped=mistyped):
                for at in range(first, last):
                    covers[at].append(query)
        for at, word in enumerate(words):
            covers[at] += self._parts(word)
        must = [(tantivy.Occur.Must, tantivy.Query.disjunction_max_query(one)) for one in covers]
        hits = self._searcher.search(
            tantivy.Query.boolean_query(must), limit=_CANDIDATES, count=False
        ).hits
        found = []
        for score, address in hits:
            document = self._searcher.doc(address)
            place = (document.get_first(key) for key in ("size", "latitude", "longitude"))
            found.append((document.get_first("id"), score, *place))
        return found

    def _names(self, text: str, *, mistyped: bool) -> list[tantivy.Query]:
        made = [self._scored(tantivy.Query.term_query(self._schema, one, text), _SCORES[one])
                for one in _EXACT]  # fmt: skip
        if mistyped and len(text) >= _ONE_MISTAKE and not any(map(str.isdigit, text)):
            distance = 2 if len(text) >= _TWO_MISTAKES else 1
            for field, score in _MISTYPED_SCORES.items():
                fuzzy = tantivy.Query.fuzzy_term_query(self._schema, field, text, distance)
                made.append(self._scored(fuzzy, score))
        return made

    def _parts(self, word: str) -> list[tantivy.Query]:
        made = [self._scored(tantivy.Query.term_query(self._schema, one, word), _SCORES[one])
                for one in _TEXT]  # fmt: skip
        inside = ".*" if not word.isascii() else ""
        pattern = f"{inside}{re.escape(word)}.*"
        for field, score in _PREFIX_SCORES.items():
            begun = tantivy.Query.regex_query(self._schema, field, pattern)
            made.append(self._scored(begun, score))
        return made

    def _scored(self, query: tantivy.Query, score: float) -> tantivy.Query:
        return tantivy.Query.const_score_query(query, float(score))


def open_index(folder: Path) -> Engine:
    """Open the index."""
    return TantivyIndex(folder)
