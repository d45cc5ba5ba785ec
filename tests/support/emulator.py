"""One emulator without a cloud around it: DynamoDB to load data into, ended with the test."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3

from services.local.emulator import HEALTH_PATH, program
from services.local.layout import ACCOUNT_ID
from services.local.plan import make_layout
from services.storage.models import Binding
from services.storage.table import Table
from tests.support.chain import create_table
from tests.support.local_cloud import free_port

REGION = "us-east-1"
_PATIENCE_S = 30.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Emulator:
    """A running emulator, and a state folder that names it as a cloud of one region."""

    endpoint: str
    state_dir: Path

    def table(self, name: str = "carte") -> Table:
        """One of its tables."""
        return Table(Binding(REGION, name, self.endpoint))

    def new_table(self, name: str = "carte") -> Table:
        """An empty table."""
        create_table(REGION, self.endpoint, name)
        return self.table(name)

    def drop_table(self, name: str = "carte") -> None:
        """Delete a table."""
        boto3.client("dynamodb", region_name=REGION, endpoint_url=self.endpoint).delete_table(
            TableName=name
        )


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """An emulator on a free port; `folder` takes its log and the `cloud.json` that names it."""
    layout = make_layout(free_port(), regions=[REGION], state_dir=folder / "cloud")
    layout.save()
    region = layout.regions[0]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GATEWAY_PORT": str(region.port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "0",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
    }
    with (folder / "emulator.log").open("wb") as log:
        child = subprocess.Popen([str(program())], env=environment, stdout=log, stderr=log)
        try:
            _await(child, region.endpoint + HEALTH_PATH)
            yield Emulator(region.endpoint, layout.state_dir)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait(_PATIENCE_S)


def _await(child: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with _OPENER.open(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise AssertionError(f"no emulator at {url} within {_PATIENCE_S} s")
