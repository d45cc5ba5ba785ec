"""A local cloud for tests: real processes on free ports, driven by the command `carte`."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud import status
from localcloud.deployer import client
from localcloud.exceptions import LocalCloudError
from localcloud.faults.client import FaultClient
from localcloud.layout import REPO_ROOT, CloudLayout, Role
from localcloud.plan import free_edge_port
from localcloud.state_file import load_layout

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Seconds for one command. `carte up` synthesizes, deploys and seeds: 20 s on two quiet cores, over
# 120 s on the same cores with ten other processes; a start that is given up fails every test after.
_PATIENCE = 300.0
_TRIES = 5
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LocalCloud:
    """One cloud, named by its edge port and its state folder."""

    def __init__(self, state_dir: Path, port: int | None = None) -> None:
        self.state_dir = state_dir
        self.port = port or free_edge_port()
        self._options: tuple[str, ...] = ()

    @property
    def layout(self) -> CloudLayout:
        """What `cloud.json` says now; pids change when a process is restarted."""
        layout = load_layout(self.state_dir)
        if layout is None:
            raise LocalCloudError(f"no cloud was started in {self.state_dir}")
        return layout

    def carte(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run `carte` for this cloud; its output is text."""
        done = subprocess.run(
            self.command(*words),
            cwd=REPO_ROOT,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"carte {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
        return done

    def command(self, *words: str) -> Sequence[str]:
        """The arguments of a process that runs `carte` for this cloud."""
        return (
            *(sys.executable, "-m", "cli.main", *words),
            *("--port", str(self.port), "--state-dir", str(self.state_dir)),
        )

    def up(self, *options: str) -> "subprocess.CompletedProcess[str]":
        """Start it in the background."""
        self._options = options
        return self.carte("up", "--detach", *options)

    def up_again(self) -> "subprocess.CompletedProcess[str]":
        """Start it once more, with the options of the last start."""
        return self.up(*self._options)

    def status(self) -> Any:
        """The answer of `carte status --json`, healthy or not."""
        return json.loads(self.carte("status", "--json", check=False).stdout)

    def is_ready(self) -> bool:
        """Whether all regions are ready; without a process of its own, for whoever asks often."""
        return all(one.health == "ready" for one in status.collect(self.layout).regions)

    @contextmanager
    def frozen(self, region: str) -> Iterator[None]:
        """Freeze a region; in the end all are ready again."""
        faults = FaultClient(self.layout)
        fault = faults.inject("freeze", region, seconds=600)
        try:
            yield
        finally:
            faults.heal(fault.id)
            wait_until(self.is_ready, "all regions are ready again", within=60)

    def pid(self, role: Role, region: str | None = None) -> int:
        """The pid of one of its processes."""
        record = self.layout.process(role, region)
        if record is None:
            raise LocalCloudError(f"no {role} {region or ''} was recorded")
        return record.pid

    def dynamodb(self, region: str) -> "DynamoDBClient":
        """A client of a region's DynamoDB."""
        made: DynamoDBClient = client(self.layout.region(region), "dynamodb")
        return made

    def get(
        self, path: str, *, region: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """GET through the edge, or straight from a region's API: status, headers, body."""
        url = self._base(region) + path
        request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - our own
        return _send(request)

    def graphql(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        region: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """POST a query through the edge, or straight to a region's API; the JSON it answers."""
        request = urllib.request.Request(  # noqa: S310 - our own cloud
            self._base(region) + "/graphql",
            data=json.dumps({"query": query, "variables": dict(variables or {})}).encode(),
            headers={"content-type": "application/json", **(headers or {})},
        )
        status, _, body = _send(request)
        tries = 1
        # The edge waits 2 s for a region; on a busy machine a Lambda's cold start takes longer.
        while status == HTTPStatus.GATEWAY_TIMEOUT and tries < _TRIES:
            tries += 1
            status, _, body = _send(request)
        return json.loads(body)

    def purge(self) -> None:
        """Have the edge forget all kept answers: what is read next comes from a region."""
        request = urllib.request.Request(  # noqa: S310 - our own cloud
            f"{self.layout.edge_url}/_edge/purge",
            data=b'{"all": true}',
            headers={"content-type": "application/json"},
        )
        assert _send(request)[0] == 200, "the edge does not purge"

    def close(self) -> None:
        """Stop it and remove its data."""
        self.carte("down", "--wipe")

    def _base(self, region: str | None) -> str:
        return self.layout.region(region).api_url if region else self.layout.edge_url


@contextmanager
def started(folder: Path, *options: str) -> Iterator[LocalCloud]:
    """Run a cloud for the tests that share it, and remove it with its data at the end."""
    made = LocalCloud(folder)
    try:
        made.up(*options)
        yield made
    finally:
        made.close()


def wait_until(condition: Callable[[], bool], what: str, *, within: float = 30.0) -> None:
    """Wait for a condition, at most `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {within:.0f} s still not so: {what}")
        time.sleep(0.02)


def _send(request: urllib.request.Request) -> tuple[int, Mapping[str, str], bytes]:
    try:
        with _OPENER.open(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()
