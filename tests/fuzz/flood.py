# ruff: noqa: T201 - a command prints
"""`python -m tests.fuzz.flood KIND [--unbounded]`: sends a kind of flood, prints what it held.

Runs in a process of its own, because the resident memory of a process says what is really kept,
whatever the program believes. The service stands before stores that are made up in memory.

`python -m tests.fuzz.flood varied --requests 1000000` sends requests of all kinds, each another
one. With PYTHONMALLOC=malloc, `--caches` says what each cache gives back when it is cleared.
"""

import argparse
import ctypes
import gc
import hashlib
import json
import random
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from graphql_schema.context import CacheHint
from services.domain.orders.listing import BoardPlace
from services.domain.orders.slot_use import SlotUse
from services.domain.quotes.delivered_rules import RULES
from services.menu_api.application import Application
from services.menu_api.http_caching import lasting
from services.menu_api.messages import Payload, Request
from services.menu_api.response_cache import CachedResponse, ResponseCache, ResponseKey
from services.staff_tokens import Oidc, TokenVerifier
from services.storage.order_boards import BoardPart
from services.storage.reads import Reads
from services.storage.stores import StoreRows
from tests.fuzz.carte import NOON, Chain
from tests.fuzz.no_stock_files import NoStockFiles, NoSubscribers, NoWaste
from tests.fuzz.varied_requests import post, varied
from tests.support.tokens import ISSUER

EMOJI = "\U0001f369"
UNBOUNDED = 10**12
LARGE = "large_responses"
VARIED = "varied"


class Stores(Chain):
    """Stores whose partitions never change, and who keep no list of calls."""

    writes = 0

    def __init__(self) -> None:
        super().__init__("flood", 0.0)
        self.calls: Any = deque(maxlen=0)

    def rows(self, store_id: str) -> Any:
        """A partition that is as it was."""
        return StoreRows(store_id, [])


def documents() -> Iterator[Request]:
    """Valid documents of as many tokens as one may have, each once."""
    fields = " ".join("__typename" for _ in range(60))
    for at in range(250):
        nested = " ".join(f"... on Query @include(if: true) {{ a{at}x{i}: __typename }}"
                          for i in range(30))  # fmt: skip
        padding = "# " + EMOJI * 40 + "\n"
        yield post(query=f"{{ {fields} {nested} }} {padding * 150} # {at}")


def compiled() -> Iterator[Request]:
    """Documents that repeat until they are compiled."""
    for at in range(120):
        inner = " ".join(f"... on Region @include(if: $x) {{ a{i}: name }}" for i in range(28))
        text = f"query($x: Boolean!) {{ region {{ name {inner} }} }} # {at} {EMOJI * 3000}"
        for _ in range(3):
            yield post(query=text, variables={"x": True})


def literals() -> Iterator[Request]:
    """Documents of few shapes, each with other literals: some lifted, some fixed."""
    for at in range(4000):
        name = f'"{at}{"x" * 2000}"'
        if at % 2:
            yield post(query=f"{{ store(id: {name}) {{ id }} }}")
        else:
            yield post(query=f"{{ store(id: {name}) {{ id }} store(id: {name}) {{ name }} }}")


def automatic() -> Iterator[Request]:
    """Documents that are sent with their hash."""
    for at in range(800):
        text = f"{{ a{at}: __typename }} # {EMOJI}{'x' * 15_000}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        yield post(query=text, extensions={"persistedQuery": {"version": 1, "sha256Hash": digest}})


def small_responses() -> Iterator[Request]:
    """Queries with short answers, each another one."""
    for at in range(60_000):
        query = {"query": "query($id: ID!) { store(id: $id) { id } }"}
        variables = json.dumps({"id": f"none-{at}"})
        yield Request("GET", "/graphql", {}, {**query, "variables": variables})


def headers() -> Iterator[Request]:
    """Long headers, each another one."""
    for at in range(3000):
        long = f"text/{at}" + "x" * 30_000 + ", */*"
        named = {"accept": long, "accept-encoding": long, "content-type": long}
        yield Request("GET", "/graphql", named, {"query": "{ __typename }"}, carries_bytes=True)


FLOODS: dict[str, Callable[[], Iterator[Request]]] = {
    one.__name__: one
    for one in (documents, compiled, literals, automatic, small_responses, headers)
}


def large_responses(cache: ResponseCache) -> None:
    """Keep large answers in all forms in which they are sent."""
    dice = random.Random(1)
    for at in range(1200):
        body = json.dumps(dice.choices(EMOJI + "abcdefgh", k=8000), ensure_ascii=False).encode()
        payload, hint = Payload(body), CacheHint(5, {f"store:{at}"})
        made = CachedResponse(payload, hint, None, cache.begin())
        cache.keep(ResponseKey("{ a }", None, b"%d" % at, ""), made, Reads(), requests=0)
        made.headers = lasting("application/json", payload, hint)
        _ = payload.text, payload.packed


class _NoOrders:
    """Orders of a region in which none was placed."""

    regions = ("eu-west-1",)

    def read(self, _order_id: str) -> None:
        """Return no order."""

    def board(
        self,
        _store_id: str,
        _days: Iterable[str],
        _start: BoardPlace | None = None,
        _changed: Iterable[str] = (),
        **_bounds: int | None,
    ) -> BoardPart:
        """Return no orders."""
        return BoardPart([], None, is_whole=True)

    def place_behind(self, _order_id: str, _store_id: str, _days: Iterable[str]) -> None:
        """Return no place of an order."""

    def slot_use(self, store_id: str, days: Iterable[str]) -> dict[str, SlotUse]:
        """Return slots that are all free."""
        return {day: SlotUse.joined(store_id, day, ()) for day in days}


def application(oidc: Oidc | None = None) -> Application:
    """The service, in front of stores that are made up in memory."""
    chain = Stores()
    context = chain.context()
    services: Any = SimpleNamespace(
        **{name: getattr(context.services, name) for name in (
            "region", "version", "catalogs", "directory", "regions", "operations", "conflicts",
            "people", "actions", "journals",
            "deployed", "cloud_figures")},
        stores=chain, now=lambda: NOON, orders=_NoOrders(), order_boards=_NoOrders(),
        order_rules=RULES,
        stock_imports=NoStockFiles(), unknown_stock=NoStockFiles(), stock_reader=NoStockFiles(),
        stock_learning=NoStockFiles(), waste=NoWaste(), subscribers=NoSubscribers(),
        count_uploads=None, picture_uploads=None,
    )  # fmt: skip
    copies: Any = None
    return Application(services, TokenVerifier(oidc, copies), log=lambda _: None)


def unbound(service: Application) -> None:
    """Take the bounds in bytes away, and those of what is remembered of headers."""
    from graphql_schema import document_cache
    from graphql_schema.compiler import adhoc
    from services.menu_api import documents as automatic_documents
    from services.menu_api import graphql_http, http_caching, response_cache

    for module, name in (
        (graphql_http, "agree"),
        (graphql_http, "is_json"),
        (http_caching, "takes_gzip"),
    ):
        setattr(module, name, lru_cache(maxsize=None)(getattr(module, name).__wrapped__))
    executor = service._graphql._executor
    schema = executor._schema.whole()
    schema.documents._documents._max_bytes = UNBOUNDED
    executor._adhoc_operations()._max_bytes = UNBOUNDED
    executor._adhoc_operations()._max_entries = UNBOUNDED
    service.responses._max_bytes = UNBOUNDED
    for module, name in (
        (document_cache, "MAX_DOCUMENT"),
        (adhoc, "MAX_TEXT"),
        (automatic_documents, "MAX_AUTOMATIC_BYTES"),
        (response_cache, "MAX_ENTRY"),
    ):
        setattr(module, name, UNBOUNDED)


def resident() -> int:
    """Bytes of this process in memory, counted by Linux."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise OSError("this system does not say how much memory a process takes")


def released(service: Application) -> dict[str, int]:
    """Clear one cache after the other, and return the bytes that the process is smaller by.

    They are right under PYTHONMALLOC=malloc only: Python's own allocator keeps what it has.
    """
    executor = service._graphql._executor
    adhoc, documents = executor._adhoc_operations(), executor._schema.whole().documents
    caches: dict[str, Callable[[], object]] = {
        "responses": service.responses.clear,
        "compiled operations": adhoc._entries.clear,
        "parsed documents": documents._documents._entries.clear,
        "automatic documents": service._documents._automatic.clear,
        "short requests": service._graphql._short.cache_clear,  # type: ignore[attr-defined]
        "verified tokens": service._graphql._tokens._verified_tokens.clear,
    }
    trim = ctypes.CDLL(None).malloc_trim
    found: dict[str, int] = {}
    trim(0)
    for name, clear in caches.items():
        before = resident()
        clear()
        gc.collect()
        trim(0)
        found[name] = before - resident()
    return found


def estimated(service: Application) -> dict[str, int]:
    """Return the bytes that each cache believes to hold."""
    executor = service._graphql._executor
    return {
        "responses": service.responses.size,
        "compiled operations": executor._adhoc_operations()._bytes,
        "parsed documents": executor._schema.whole().documents.size,
        "automatic documents": service._documents._bytes,
    }


def main() -> int:
    """Print the growth of the process in bytes, and how requests were answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=[*sorted(FLOODS), LARGE, VARIED])
    parser.add_argument("--unbounded", action="store_true")
    parser.add_argument("--requests", type=int, default=20_000, help=f"of the kind {VARIED}")
    parser.add_argument("--caches", action="store_true", help="clear the caches one by one")
    options = parser.parse_args()
    service = application(ISSUER.oidc)
    if options.unbounded:
        unbound(service)
    if options.kind == LARGE:
        before = resident()
        large_responses(service.responses)
        print(json.dumps({"grew": resident() - before, "statuses": {}}))
        return 0
    flood = partial(varied, options.requests) if options.kind == VARIED else FLOODS[options.kind]
    for _, request in zip(range(12), flood(), strict=False):
        service.respond(request)
    before = resident()
    statuses: dict[int, int] = {}
    for request in flood():
        status = service.respond(request).status
        statuses[status] = statuses.get(status, 0) + 1
    report: dict[str, Any] = {"resident": resident(), "grew": resident() - before}
    if options.caches:
        report |= {"estimated": estimated(service), "released": released(service)}
    print(json.dumps({**report, "statuses": statuses}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
