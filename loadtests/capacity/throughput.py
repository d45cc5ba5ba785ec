"""Measures requests per second and core of one region of a local cloud, for reads and for writes.

`python -m loadtests.capacity.throughput --port 8080 --seconds 10 --clients 8` sends requests over
kept connections straight to the API of the primary region, past the edge and its cache, as fast as
they are answered. The runtime is that of the cloud: `carte up --runtime direct`, or the emulated
gateway and Lambda (`--runtime lambda`). The edge, replicator and other regions are idle meanwhile,
but for what writes replicate.
"""

import argparse
import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from loadtests.cloud.operation_ids import operation_id
from loadtests.cloud.persisted_documents import persisted_path
from loadtests.load import population, target
from loadtests.load.documents import SELL, SET_PRICE
from loadtests.load.processes import ProcessUsage, ProcessWatch
from loadtests.measurement.percentiles import distribution
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout, default_state_dir
from localcloud.state_file import load_layout
from services.domain.errors import CarteError

_TIMEOUT_S: Final = 30.0
_STORES: Final = 50
_OK: Final = 200
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """A request to the API.

    Attributes:
        path: Below the address of the API.
        body: Of a POST; None: a GET.
        headers: Of the request.
    """

    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Client:
    """A thread that sends one request after the other over a connection of its own.

    Attributes:
        seconds: Time of each answer that was right.
        failure: The first answer that was not, or the exception; None: there was none.
    """

    url: str
    requests: Callable[[], Sent]
    until: float
    seconds: list[float] = field(default_factory=list)
    failure: str | None = None

    def run(self) -> None:
        """Send requests until the time is over or one fails."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=_TIMEOUT_S
        )
        try:
            while self.failure is None and (began := time.monotonic()) < self.until:
                self.failure = send(connection, parts.path, self.requests())
                self.seconds.append(time.monotonic() - began)
        except (OSError, http.client.HTTPException) as error:
            self.failure = repr(error)
        finally:
            connection.close()


def send(connection: http.client.HTTPConnection, root: str, sent: Sent) -> str | None:
    """Send a request and read its answer; return what is wrong with it, or None.

    Args:
        connection: To the API; it is kept.
        root: Path of the API.
        sent: The request.

    Raises:
        OSError: There is no answer.
        http.client.HTTPException: The answer is not HTTP.
    """
    method = "GET" if sent.body is None else "POST"
    connection.request(method, root + sent.path, sent.body, dict(sent.headers))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status == _OK and b'"errors":[{' not in body:
        return None
    return f"{answer.status}: {body[:_SHOWN]!r}"


@dataclass(frozen=True, slots=True)
class Throughput:
    """The figures of one kind of request.

    Attributes:
        kind: What was sent.
        requests: Answers, all of them right.
        seconds: How long requests were sent.
        p50_ms: Median time of an answer.
        p99_ms: 99th percentile.
        cpu_ms: CPU milliseconds of a request by process; that of an emulator holds the Lambdas.
        generator_cpu_ms: CPU milliseconds of a request in this process.
    """

    kind: str
    requests: int
    seconds: float
    p50_ms: float | None
    p99_ms: float | None
    cpu_ms: Mapping[str, float]
    generator_cpu_ms: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds

    @property
    def per_core(self) -> float:
        """Answers per second of CPU of all processes of the cloud together."""
        return 1000 / max(sum(self.cpu_ms.values()), 1e-9)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as an object."""
        return {
            "kind": self.kind,
            "requests": self.requests,
            "seconds": round(self.seconds, 2),
            "per_second": round(self.per_second, 1),
            "per_core_second": round(self.per_core, 1),
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
            "cpu_ms": {name: round(one, 3) for name, one in self.cpu_ms.items()},
            "generator_cpu_ms": round(self.generator_cpu_ms, 3),
        }


def measure(
    layout: CloudLayout, kind: str, requests: Callable[[], Sent], seconds: float, clients: int
) -> Throughput:
    """Send requests of one kind for some seconds, by several clients at once.

    Raises:
        CarteError: A request was not answered, or not rightly.
    """
    url = layout.region(layout.primary).api_url
    watch = ProcessWatch(layout)
    watch.start()
    own, began = time.process_time(), time.monotonic()
    running = [Client(url, requests, began + seconds) for _ in range(clients)]
    threads = [threading.Thread(target=one.run) for one in running]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, own = time.monotonic() - began, time.process_time() - own
    watch.stop()
    failures = [one.failure for one in running if one.failure]
    if failures:
        raise CarteError(
            f"{kind} are not answered rightly: {failures[0]}", "`carte status` shows what runs"
        )
    times = sorted(second for one in running for second in one.seconds)
    spread = distribution([1000 * one for one in times])
    return Throughput(
        kind,
        len(times),
        took,
        spread.p50,
        spread.p99,
        _by_process(watch.usage, len(times)),
        1000 * own / len(times),
    )


def _by_process(usage: Mapping[str, ProcessUsage], requests: int) -> dict[str, float]:
    spent = {name: 1000 * one.cpu_s / requests for name, one in usage.items() if one.samples}
    return dict(sorted(spent.items(), key=lambda one: -one[1]))


def kinds(
    stores: Sequence[population.Store], items: Mapping[str, Sequence[str]]
) -> dict[str, Callable[[], Sent]]:
    """Return what makes the requests of each kind, by its name; for any thread."""
    lock = threading.Lock()
    ring = cycle(stores)
    token = this_machines().token(["chain:admin"], subject="carte-throughput")
    staff = {"content-type": "application/json", "authorization": f"Bearer {token}"}

    def store() -> population.Store:
        with lock:
            return next(ring)

    def menu() -> Sent:
        return Sent(persisted_path("Menu", storeId=store().id))

    def mutation(document: str, values: Mapping[str, Any]) -> Sent:
        one = store()
        line = {"itemId": items[one.market][0], **values}
        given = {"operationId": operation_id(), "storeId": one.id, "lines": [line]}
        body = json.dumps({"query": document, "variables": {"input": given}}).encode()
        return Sent("/graphql", body, staff)

    return {
        "menus": menu,
        "sales": lambda: mutation(SELL, {"pieces": 1}),
        "prices": lambda: mutation(SET_PRICE, {"priceMinor": 299}),
    }


def run(layout: CloudLayout, seconds: float, clients: int) -> list[Throughput]:
    """Measure every kind of request, one after the other.

    Raises:
        CarteError: There are no stores, or a request was not answered rightly.
    """
    return [
        measure(layout, kind, requests, seconds, clients)
        for kind, requests in kinds_of(layout).items()
    ]


def kinds_of(layout: CloudLayout) -> dict[str, Callable[[], Sent]]:
    """Return what makes the requests of each kind for a cloud, by its name; for any thread.

    Raises:
        CarteError: The cloud has no stores.
    """
    url = layout.region(layout.primary).api_url
    ask = target.sender(url)
    stores = population.load(ask, _STORES)
    if not stores:
        raise CarteError(f"{url} has no stores", "load some: `carte seed`")
    return kinds(stores, target.items_by_market(ask, stores))


def layout_in(folder: Path) -> CloudLayout:
    """Return the cloud that a state folder describes.

    Raises:
        CarteError: None has run there.
    """
    layout = load_layout(folder)
    if layout is None:
        raise CarteError(f"no local cloud has run in {folder}", "`carte up` starts one")
    return layout


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures as JSON, one line for each kind of request."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.capacity.throughput",
        description=(__doc__ or "").partition("\n")[0],
    )
    parser.add_argument("--port", type=int, default=8080, help="of the local cloud's edge")
    parser.add_argument("--state", type=Path, help="folder of the cloud, where it is not usual")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each kind of request")
    parser.add_argument("--clients", type=int, default=8, help="that send at once")
    options = parser.parse_args(arguments)
    try:
        layout = layout_in(options.state or default_state_dir(options.port))
        for found in run(layout, options.seconds, options.clients):
            line = {"runtime": layout.runtime, **found.to_json()}
            sys.stdout.write(json.dumps(line) + "\n")
    except CarteError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
