"""Three emulators and a replicator of their own, for the replicator's tests."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import boto3
import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.emulator import program
from localcloud.ports import free_port

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
TABLE = "carte"
FAILURES = (BotoCoreError, ClientError)
"""What a write raises when its region is away."""


def wait_until(what: str, holds: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.01)


@dataclass
class Process:
    """A child process that can be stopped, killed, frozen and started again."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command, env=os.environ | self.environment, stdout=log, stderr=log
            )

    def signal(self, number: signal.Signals) -> None:
        assert self.child is not None
        self.child.send_signal(number)

    def stop(self) -> None:
        if self.child is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            self.child.wait(30)
            self.child = None

    def kill(self) -> None:
        if self.child is not None:
            self.signal(signal.SIGKILL)
            self.child.wait(30)
            self.child = None


@dataclass
class Emulator:
    """One region."""

    region: str
    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.endpoint = f"http://127.0.0.1:{self.port}"
        environment = {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": "000000000000",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder),
            "S3_DATA_DIR": str(self.folder / "s3"),
        }
        self.process = Process([str(program())], environment, self.folder / "emulator.log")
        self.client: DynamoDBClient = boto3.client(
            "dynamodb",
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - the emulator takes any
            config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}),
        )

    def start(self) -> None:
        self.process.start()
        wait_until(f"{self.region} answers", self._answers)

    def _answers(self) -> bool:
        try:
            self.client.list_tables()
        except FAILURES:
            return False
        return True

    def create_table(self) -> None:
        self.client.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )

    def put(self, pk: str, **attributes: Any) -> None:
        self.client.put_item(
            TableName=TABLE, Item={"pk": {"S": pk}, "sk": {"S": "x"}, **attributes}
        )

    def delete(self, pk: str) -> None:
        self.client.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": "x"}})

    def get(self, pk: str) -> dict[str, Any] | None:
        key: Any = {"pk": {"S": pk}, "sk": {"S": "x"}}
        answer = self.client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)
        item: dict[str, Any] | None = answer.get("Item")
        return item

    def items(self) -> dict[str, str]:
        """The whole table: key to a text that equal items share."""
        found: dict[str, str] = {}
        for page in self.client.get_paginator("scan").paginate(TableName=TABLE):
            for item in page["Items"]:
                found[item["pk"]["S"]] = json.dumps(_plain(item), sort_keys=True)
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {
            name: sorted(map(str, inner)) if name in {"SS", "NS", "BS"} else _plain(inner)
            for name, inner in value.items()
        }
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


@dataclass
class Cloud:
    """Three regions and the replicator between them."""

    folder: Path
    control: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.regions = [Emulator(name, self.folder / name) for name in REGIONS]
        config = self.folder / "cloud.json"
        document = {
            "port": 1,
            "state_dir": str(self.folder / "state"),
            "replicator_port": self.control,
            "table": TABLE,
            "regions": [
                {"name": one.region, "endpoint": one.endpoint, "api_url": one.endpoint}
                for one in self.regions
            ],
        }
        config.write_bytes(orjson.dumps(document))
        command = [sys.executable, "-m", "localcloud.replicator", "--config", str(config)]
        self.replicator = Process(command, {}, self.folder / "replicator.log")

    def ask(self, path: str, body: object = None, *, post: bool = False) -> tuple[int, Any]:
        data = json.dumps(body or {}).encode() if post or body is not None else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.control}{path}",
            data=data,
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                return answer.status, orjson.loads(answer.read())
        except HTTPError as error:
            with error:
                return error.code, orjson.loads(error.read())

    def command(self, path: str, **body: object) -> Any:
        code, answer = self.ask(path, body, post=True)
        assert code == 200, answer
        return answer

    def start_replicator(self) -> None:
        self.replicator.start()
        wait_until("the replicator answers", self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("/status")[0] == 200
        return False

    def quiet(self, seconds: float = 60.0) -> None:
        code, answer = self.ask(f"/quiet?timeout={seconds}")
        assert code == 200, answer

    def differences(self) -> list[str]:
        """What is not equal, item for item, between the regions."""
        tables = [one.items() for one in self.regions]
        keys = sorted({key for table in tables for key in table})
        rows = [(key, [table.get(key) for table in tables]) for key in keys]
        return [f"{key}: {values}" for key, values in rows if len(set(values)) > 1]


@contextlib.contextmanager
def running_cloud(folder: Path) -> Iterator[Cloud]:
    """Start three regions with empty tables and a replicator; stop all of them at the end."""
    cloud = Cloud(folder)
    try:
        for one in cloud.regions:
            one.process.start()
        for one in cloud.regions:
            wait_until(f"{one.region} answers", one._answers)
            one.create_table()
        cloud.start_replicator()
        cloud.quiet()
        yield cloud
    finally:
        for process in [cloud.replicator, *(one.process for one in cloud.regions)]:
            process.kill()
