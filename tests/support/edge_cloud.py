"""A real edge process in front of real origin processes, and ways to ask it."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.ports import free_port

ROOT = Path(__file__).parents[2]
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
API = "/_aws/execute-api/carte/live"
READ = "/graphql/persisted/menu?variables=%7B%7D"
OTHER = "/graphql/persisted/menu?variables="  # and a value of your own
# What is not under test must not decide: nothing is checked, kept by resolvers, or on its way.
PLAIN = {
    "interval": 0,
    "ttl": 0,
    "drain_delay": 0,
    "threshold": 2,
    "recovery_threshold": 2,
    "check_timeout": 1.0,
}


@dataclass(frozen=True)
class Reply:
    """An answer, its header names in lower case, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def edge(self) -> dict[str, str]:
        """The parts of `x-carte-edge`."""
        parts = (part.partition("=") for part in self.headers["x-carte-edge"].split("; "))
        return {name: value for name, _, value in parts}


def ask(
    port: int,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    *,
    host: str = "127.0.0.1",
) -> Reply:
    """One request on a connection of its own."""
    started = time.monotonic()
    connection = http.client.HTTPConnection(host, port, timeout=10)
    with contextlib.closing(connection):
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        content = answer.read()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, names, content, time.monotonic() - started)


def wait_for(condition: Callable[[], bool], what: str, *, timeout: float = 30.0) -> float:
    """Wait until a condition holds; return the seconds it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < timeout, f"not within {timeout} s: {what}"
        time.sleep(0.01)
    return time.monotonic() - started


class OriginProcess:
    """One region: can be made to misbehave, frozen, thawed."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.edge_origin", region],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{API}"

    def behave(self, **mode: Any) -> None:
        """Behave this way from now on (well, without arguments), and forget what was seen."""
        self.process.send_signal(signal.SIGCONT)
        assert ask(self.port, "POST", "/_mode", body=json.dumps(mode)).status == 200

    def seen(self) -> list[dict[str, Any]]:
        """The requests since the last `behave`, checks excepted."""
        return list(ask(self.port, "GET", "/_seen").json)

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class Edge:
    """A running edge process."""

    def __init__(self, folder: Path, urls: Mapping[str, str], **changes: Any) -> None:
        self.folder = folder
        self.port = free_port()
        self.site_dir = folder / "site"
        self.log = folder / "edge.log"
        document = {
            "port": self.port,
            "replicator_port": 1,
            "table": "carte",
            "state_dir": str(folder / "state"),
            "site_dir": str(self.site_dir),
            "default_region": "us-east-1",
            "regions": [
                {"name": name, "endpoint": url, "api_url": url} for name, url in urls.items()
            ],
            "edge": changes,
        }
        self.config = folder / "cloud.json"
        self.config.write_text(json.dumps(document))
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localcloud.edge", "--config", str(self.config)],
                cwd=ROOT,
                stderr=log,
                env={**os.environ, "PYTHONWARNINGS": "default"},
            )
        wait_for(self._answers, "the edge answers /health")

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with contextlib.suppress(OSError):
            return self.ask("GET", "/health").status == 200
        return False

    def ask(self, method: str, path: str, headers: Any = None, body: Any = None) -> Reply:
        return ask(self.port, method, path, headers, body)

    def get(self, path: str = READ, **headers: str) -> Reply:
        """GET, of a persisted document unless a path is given; header names with underscores."""
        return self.ask("GET", path, {n.replace("_", "-"): v for n, v in headers.items()})

    def post(self, body: str = '{"query":"{a}"}', **headers: str) -> Reply:
        named = {n.replace("_", "-"): v for n, v in headers.items()}
        return self.ask("POST", "/graphql", {"content-type": "application/json", **named}, body)

    def drain(self, region: str, *, drained: bool) -> Reply:
        wish = json.dumps({"region": region, "drained": drained})
        return self.ask("POST", "/_edge/drain", {"content-type": "application/json"}, wish)

    def operate(self, path: str, **wish: Any) -> Reply:
        """POST a wish to `/_edge/<path>`."""
        kind = {"content-type": "application/json"}
        return self.ask("POST", f"/_edge/{path}", kind, json.dumps(wish))

    def status(self) -> dict[str, Any]:
        """The edge's status."""
        return dict(self.get("/_edge/status").json)

    def last_event(self) -> int:
        """The number of the latest event."""
        return int(self.get("/_edge/events?since=0").json["last"])

    def events(self, kind: str, since: int = 0) -> list[dict[str, Any]]:
        """The events of a kind after number `since`, oldest first."""
        events = self.get(f"/_edge/events?since={since}").json["events"]
        return [event for event in events if event["kind"] == kind]

    def region(self, name: str) -> dict[str, Any]:
        """A region in the edge's status."""
        return dict(self.status()["regions"][name])

    def wait_health(self, name: str, *, healthy: bool) -> float:
        return wait_for(
            lambda: bool(self.region(name)["healthy"] is healthy), f"{name} healthy is {healthy}"
        )

    def stop(self) -> float:
        """Ask it to end; the seconds it took. It must end well and have complained of nothing."""
        started = time.monotonic()
        self.process.terminate()
        code = self.process.wait(timeout=10)
        took = time.monotonic() - started
        log = self.log.read_text()
        assert code == 0, log
        assert "Traceback" not in log, log
        assert "Warning" not in log, log
        return took


Origins = dict[str, OriginProcess]
MakeEdge = Callable[..., Edge]


@contextlib.contextmanager
def started(edge: Edge) -> Iterator[Edge]:
    """The edge, ended soon afterwards; on an idle machine it takes half a second."""
    try:
        yield edge
        assert edge.stop() < 20.0
    finally:
        if edge.process.poll() is None:
            edge.process.kill()
            edge.process.wait()
