"""How facts are laid out in a stored order: stamps and authors once, in tables; data as arrays."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from services.domain.documents.layout import (
    STAMPS,
    Body,
    InvalidDocumentError,
    StampWriter,
    read_stamps,
)
from services.domain.errors import CarteError
from services.domain.orders.facts import (
    KINDS,
    Accepted,
    Fact,
    Placed,
    RefundRefused,
    Reserved,
    Unknown,
)
from services.domain.quotes.line import Line

AUTHORS: Final = "a"
FACTS: Final = "f"

# An order is read and written whole; DynamoDB's item limit is 400 KB, its read unit 4 KB.
MAX_FACTS: Final = 400
MAX_BYTES: Final = 128 * 1024
_HEAD: Final = 3  # kind, index of the stamp, index of the author
# Values at the end that earlier versions of carte did not write.
_ADDED: Final[Mapping[str, int]] = {Placed.KIND: 1, Accepted.KIND: 1, RefundRefused.KIND: 1}


class OrderFullError(CarteError):
    """An order would become larger than an order may be."""


def dump_fact(fact: Fact) -> list[Any]:
    """Return a fact's kind and data as JSON values, without stamp and author."""
    data = fact.data
    if isinstance(data, Unknown):
        return [data.kind, data.name, *data.payload]
    named = fields(data)
    values = [getattr(data, field.name) for field in named]
    # What says nothing is left out, unless a newer version wrote values after it.
    added = 0 if fact.more else _ADDED.get(data.KIND, 0)
    while added and values[-1] == named[len(values) - 1].default:
        values.pop()
        added -= 1
    return [data.KIND, *map(_plain, values), *fact.more]


def dump_facts(facts: Iterable[Fact]) -> Body:
    """Lay out facts: `{"s": [stamps], "a": [authors], "f": [[kind, stamp, author, data...]]}`.

    A fact of an unknown kind has its name as the first of its data.

    Raises:
        OrderFullError: There are too many, or they take too many bytes.
    """
    ordered = sorted(facts, key=lambda fact: (fact.stamp, fact.id))
    stamps = StampWriter(fact.stamp for fact in ordered)
    authors = sorted({fact.author for fact in ordered})
    rows = []
    for fact in ordered:
        kind, *data = dump_fact(fact)
        rows.append([kind, stamps[fact.stamp], authors.index(fact.author), *data])
    body = {STAMPS: stamps.table(), AUTHORS: authors, FACTS: rows}
    if len(rows) > MAX_FACTS or len(json.dumps(body)) > MAX_BYTES:
        raise OrderFullError(
            f"the order has {len(rows)} facts; at most {MAX_FACTS} in {MAX_BYTES} bytes are kept",
            "settle what is open by hand: `carte reconcile` compares orders with payments",
        )
    return body


def load_facts(body: Body) -> list[Fact]:
    """Read what `dump_facts` laid out.

    Raises:
        InvalidDocumentError: The body has another shape; the message names the wrong fact.
    """
    stamps = read_stamps(body)
    authors, rows = body.get(AUTHORS), body.get(FACTS)
    if not isinstance(rows, list) or not isinstance(authors, list) or not _texts(authors):
        raise InvalidDocumentError("not an order: it has no facts or no authors")
    if len(rows) > MAX_FACTS:
        raise InvalidDocumentError(f"not an order: {len(rows)} facts are over {MAX_FACTS}")
    found = []
    for at, row in enumerate(rows):
        try:
            kind, stamp, author = row[:_HEAD]
            if not (_is(kind, str) and _is(stamp, int) and _is(author, int)):
                raise TypeError("kind, stamp or author has the wrong type")  # noqa: TRY301
            if min(stamp, author) < 0:
                raise IndexError("the index of stamp or author is negative")  # noqa: TRY301
            found.append(_fact(kind, stamps[stamp], authors[author], row[_HEAD:]))
        except (TypeError, ValueError, IndexError, KeyError) as error:
            named = row[0] if isinstance(row, list) and row else row
            raise InvalidDocumentError(f"fact {at} ({named!r}) of an order: {error}") from error
    return found


def _fact(kind: str, stamp: Any, author: str, payload: list[Any]) -> Fact:
    known = KINDS.get(kind)
    if known is None:
        name, *rest = payload
        if not _is(name, str):
            raise TypeError("a fact of an unknown kind has no name")
        return Fact(stamp, author, Unknown(kind, name, tuple(rest)))
    expected = fields(known)
    if len(payload) < len(expected) - _ADDED.get(kind, 0):
        raise ValueError(f"{len(payload)} of {len(expected)} values")
    values = dict(zip((field.name for field in expected), payload, strict=False))
    if known is Placed:
        values["lines"] = tuple(Line(*line) for line in values["lines"])
        values["reserved"] = tuple(Reserved(*one) for one in values["reserved"])
        _check_placed(values)
    data = known(**values)
    for field in expected[: len(payload)]:
        if field.name not in {"lines", "reserved"} and type(values[field.name]) is not field.type:
            raise TypeError(f"{field.name} is {values[field.name]!r}")
    return Fact(stamp, author, data, tuple(payload[len(expected) :]))


def _check_placed(values: dict[str, Any]) -> None:
    for rows in (values["lines"], values["reserved"]):
        for row in rows:
            if not _is(row[0], str) or not all(_is(number, int) for number in row[1:]):
                raise TypeError(f"line {row!r}")


def _plain(value: Any) -> Any:
    return [list(row) for row in value] if isinstance(value, tuple) else value


def _is(value: Any, kind: type) -> bool:
    return type(value) is kind


def _texts(values: list[Any]) -> bool:
    return all(_is(value, str) for value in values)
