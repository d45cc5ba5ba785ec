"""Run one emulator without a cloud around it: a DynamoDB for benchmarks and tests."""

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
from botocore.config import Config

from localcloud.emulator import HEALTH_PATH, program
from localcloud.exceptions import StartError
from localcloud.layout import ACCOUNT_ID
from localcloud.plan import free_edge_port, make_layout
from localcloud.processes import ending_with_us
from localcloud.state_file import save_layout
from services.domain.orders.table_indexes import INDEXES
from services.storage.binding import Binding
from services.storage.table import Table

REGION = "us-east-1"
_PATIENCE_S = 30.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def create_table(region: str, endpoint: str | None = None, name: str = "carte") -> None:
    """Create an empty table with the keys, indexes and stream that the data stack gives it."""
    past_proxies = Config(proxies={}) if endpoint else None
    boto3.client(
        "dynamodb", region_name=region, endpoint_url=endpoint, config=past_proxies
    ).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in (
                "pk",
                "sk",
                *(key for one in INDEXES for key in (one.partition, one.sort)),
            )
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": one.name,
                "KeySchema": [
                    {"AttributeName": one.partition, "KeyType": "HASH"},
                    {"AttributeName": one.sort, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [*one.projected]}
                if one.projected
                else {"ProjectionType": "KEYS_ONLY"},
            }
            for one in INDEXES
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


@dataclass(frozen=True)
class Emulator:
    """A running emulator, and a state folder that names it as a cloud of one region."""

    endpoint: str
    state_dir: Path

    def table(self, name: str = "carte") -> Table:
        """One of the emulator's tables."""
        return Table(Binding(REGION, name, self.endpoint))

    def new_table(self, name: str = "carte") -> Table:
        """Create an empty table and return it."""
        create_table(REGION, self.endpoint, name)
        return self.table(name)


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """Run an emulator on a free port; `folder` takes its log and the `cloud.json` that names it.

    Raises:
        StartError: It does not answer within 30 seconds.
    """
    layout = make_layout(free_edge_port(), regions=[REGION], state_dir=folder / "cloud")
    save_layout(layout)
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
        child = subprocess.Popen(
            ending_with_us([str(program())]), env=environment, stdout=log, stderr=log
        )
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
    raise StartError(f"no emulator at {url} within {_PATIENCE_S} s", "read emulator.log")
