"""The local payment provider as real processes, without a cloud around it."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import psutil

from infra_cdk.edge_rules import WEBHOOK_PATH
from localcloud import probe, programs
from localcloud.layout import CloudLayout
from localcloud.payments.settings import API_KEY
from localcloud.plan import free_edge_port, make_layout
from localcloud.processes import Child, stop_all
from localcloud.state_file import save_layout
from services.payments.stripe_api import StripeApi
from services.payments.stripe_provider import StripeProvider
from tests.support.http_server import QuietHandler, ThreadedServer, running

PATIENCE_S = 30.0


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Wait for a condition, and return its value."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"no {what} within {PATIENCE_S:.0f} s"
        time.sleep(0.02)
    return found


@dataclass
class Sink:
    """Where webhooks are delivered to.

    Attributes:
        got: Body and signature of each delivery, the earliest first.
        refuse: How many deliveries are still to be refused.
    """

    got: list[tuple[bytes, str]] = field(default_factory=list)
    refuse: int = 0

    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.got]


class LocalPayments:
    """The running provider."""

    def __init__(self, layout: CloudLayout, sink: Sink) -> None:
        self.layout = layout
        self.sink = sink
        self.url = layout.payments_url
        self._children: list[Child] = []

    def start(self) -> None:
        self._children = [
            programs.start_localstripe(self.layout),
            programs.start_payments(self.layout, self.layout.edge_url + WEBHOOK_PATH),
        ]
        wait_for(lambda: probe.is_ok(f"{self.url}/health", timeout=1.0), "payment provider")
        wait_for(self.localstripe_answers, "localstripe")

    def localstripe_answers(self) -> bool:
        return probe.why_not(self.layout.localstripe_url, timeout=1.0).find("401") >= 0

    def stop(self) -> None:
        stop_all([psutil.Process(child.process.pid) for child in self._children], grace=10.0)
        for child in self._children:
            child.process.wait()

    def control(self, method: str = "GET", path: str = "", body: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - a loopback address
            f"{self.url}/_control{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return json.load(response)

    def faults(self, *values: dict[str, float]) -> None:
        self.control("PUT", body={"faults": values})

    def forget_keys(self) -> None:
        assert self.control("DELETE", "/keys")["forgotten"] > 0

    @contextmanager
    def search_lags(self, seconds: float) -> Iterator[None]:
        self.control("PUT", body={"searchLagSeconds": seconds})
        try:
            yield
        finally:
            self.control("PUT", body={"searchLagSeconds": 0})

    def api(self) -> StripeApi:
        return StripeApi(lambda: API_KEY, self.url)

    def provider(self, now_ms: Callable[[], int] = lambda: 0) -> StripeProvider:
        return StripeProvider(self.api(), now_ms)


@contextmanager
def local_payments(folder: Path) -> Iterator[LocalPayments]:
    """Run the provider; its webhooks go to a sink."""
    layout = make_layout(free_edge_port(), regions=["eu-west-1"], state_dir=folder / "cloud")
    save_layout(layout)
    sink = Sink()
    with running(ThreadedServer(_handler(sink), layout.port)):
        payments = LocalPayments(layout, sink)
        try:
            payments.start()
            yield payments
        finally:
            payments.stop()


def _handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(QuietHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if sink.refuse:
                sink.refuse -= 1
                self.send_response(503)
            else:
                assert self.path == WEBHOOK_PATH
                sink.got.append((body, self.headers["stripe-signature"]))
                self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

    return Handler
