"""Faults to plant into what meets strangers; a face must find each in its default budget."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from graphql_schema.stores import reads
from localcloud.edge import forwarding
from services.convergence import events as stream_events
from services.domain.documents import stock, stock_rows
from services.domain.ids import is_id
from services.domain.stamp import Stamp
from services.domain.stock_files import rows
from services.menu_api import asgi, negotiation, rest_event
from services.storage.replica import Stored
from tests.fuzz.faces import operations

Plant = Callable[[pytest.MonkeyPatch], None]


def ids_of_other_scripts(patch: pytest.MonkeyPatch) -> None:
    """A store id is encoded as ASCII without a check."""
    original = is_id
    patch.setattr(reads, "is_id", lambda text: original(text.encode("ascii").decode()))


def weights_that_are_no_numbers(patch: pytest.MonkeyPatch) -> None:
    """A weight in an Accept header is read without a check."""
    negotiation.agree.cache_clear()
    patch.setattr(negotiation, "_weight", lambda parameters: [
        float(one.partition("=")[2]) for one in parameters][-1] if parameters else 1.0)  # fmt: skip


def headers_that_are_bytes(patch: pytest.MonkeyPatch) -> None:
    """Headers are read as UTF-8, although a client may send any bytes."""
    original = asgi._request

    async def request(scope: Any, receive: Any, *, carries_bytes: bool) -> Any:
        for _, value in scope["headers"]:
            value.decode()
        return await original(scope, receive, carries_bytes=carries_bytes)

    patch.setattr(asgi, "_request", request)


def unguarded_security_headers(patch: pytest.MonkeyPatch) -> None:
    """Answers lack the security headers."""
    service = operations.service()
    patch.setattr(service, "_always", {"x-carte-region": "eu-west-1"})


def events_without_headers(patch: pytest.MonkeyPatch) -> None:
    """An event without headers is not expected."""
    patch.setattr(rest_event, "_headers", lambda event: dict(event["headers"].items()))


def pieces_in_any_form(patch: pytest.MonkeyPatch) -> None:
    """Pieces in a count file are whatever Python takes for a number."""
    patch.setattr(rows, "_pieces", int)


def stamps_are_texts(patch: pytest.MonkeyPatch) -> None:
    """A stamp in a stored document is taken for a text without a check."""
    original = Stamp.parse

    def parse(text: Any) -> Stamp:
        text.partition("@")
        return original(text)

    patch.setattr(Stamp, "parse", parse)


def bodies_are_objects(patch: pytest.MonkeyPatch) -> None:
    """The body in a stream record is taken for an object without a check."""

    def stored(key: Any, image: Any) -> Stored:
        body = orjson.loads(image["body"]["S"]) if "body" in image else {}
        assert isinstance(body, dict)
        return Stored(key, image["rev"]["S"], body, None)

    patch.setattr(stream_events, "_stored", stored)


def rows_are_rows(patch: pytest.MonkeyPatch) -> None:
    """Errors in a stock's rows, which are read where they lie, are not translated."""
    patch.setattr(stock, "SHAPE_ERRORS", ())
    patch.setattr(stock_rows, "SHAPE_ERRORS", ())


def framing_that_is_passed_on(patch: pytest.MonkeyPatch) -> None:
    """The edge passes on the client's length of the body beside its own."""
    patch.setattr(
        forwarding, "_NOT_TO_ORIGIN", forwarding._NOT_TO_ORIGIN - {"transfer-encoding", "te"}
    )


PLANTS: dict[Plant, str] = {
    framing_that_is_passed_on: "edge",
    rows_are_rows: "menus",
    ids_of_other_scripts: "operations",
    unguarded_security_headers: "http",
    weights_that_are_no_numbers: "http",
    headers_that_are_bytes: "http",
    events_without_headers: "events",
    pieces_in_any_form: "files",
    stamps_are_texts: "documents",
    bodies_are_objects: "records",
}


@contextmanager
def planted(plant: Plant) -> Iterator[None]:
    """Run the block with a fault in carte."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        yield
    negotiation.agree.cache_clear()
