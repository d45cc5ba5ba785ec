"""A local cloud to put faults on, and what they look like from outside."""

import http.client
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from localcloud.deployer import client
from localcloud.faults.client import FaultClient
from localcloud.faults.lambda_actuator import function_with
from localcloud.faults.rollout import ALIAS, HANDLER
from localcloud.faults.stream_switch import ORDERS_HANDLER, STREAM_HANDLER
from localcloud.probe import get_json
from tests.support.local_cloud import LocalCloud

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

QUERY = "/graphql?query=%7Bmarkets%7Bid%7D%7D"


@dataclass(frozen=True)
class Reply:
    """An answer and the seconds it took; status 0: none came."""

    status: int
    body: bytes
    seconds: float
    headers: tuple[tuple[str, str], ...] = ()


class FaultyCloud:
    """The cloud and its fault controller."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud

    @property
    def faults(self) -> FaultClient:
        return FaultClient(self.cloud.layout)

    @property
    def state(self) -> Any:
        """What the controller tells: faults, gates, timeline."""
        return get_json(self.cloud.layout.faults_url + "/faults", timeout=10)

    def ask(self, region: str, path: str = QUERY, *, patience: float = 30.0) -> Reply:
        """GET from a region's API through its gate, on a connection of its own."""
        return ask(self.cloud.layout.region(region).gate_url + path, patience=patience)

    def straight(self, region: str, path: str = QUERY) -> Reply:
        """GET from a region's API past its gate."""
        return ask(self.cloud.layout.region(region).api_url + path, patience=30.0)

    def gated_dynamodb(self, region: str) -> "DynamoDBClient":
        """DynamoDB as the service in the region sees it; tried once."""
        session = boto3.Session("local", "local", region_name=region)
        made: DynamoDBClient = session.client(
            "dynamodb",
            endpoint_url=self.cloud.layout.region(region).dynamodb_gate,
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )
        return made

    def put(self, region: str, pk: str, body: str = "{}", **more: Any) -> None:
        """Write an item in one region, past everything."""
        item = {"pk": {"S": pk}, "sk": {"S": "ONE"}, "rev": {"S": body}, "body": {"S": body}}
        self.cloud.dynamodb(region).put_item(TableName="carte", Item=item, **more)

    def body(self, region: str, pk: str) -> str | None:
        """What a region's table holds."""
        key = {"pk": {"S": pk}, "sk": {"S": "ONE"}}
        found = self.cloud.dynamodb(region).get_item(TableName="carte", Key=key)
        return found["Item"]["body"]["S"] if "Item" in found else None

    def waiting(self, source: str, target: str) -> int:
        """How many writes wait to be replicated on a way."""
        report = get_json(self.cloud.layout.replicator_url + "/status", timeout=10)
        (pair,) = (p for p in report["pairs"] if (p["from"], p["to"]) == (source, target))
        return int(pair["pending"])

    def serving(self, region: str) -> tuple[str, int]:
        """The version of the menu Lambda that the alias names, and how many versions there are."""
        api = client(self.cloud.layout.region(region), "lambda")
        name = function_with(api, HANDLER)
        alias = api.get_alias(FunctionName=name, Name=ALIAS)
        versions = api.list_versions_by_function(FunctionName=name)["Versions"]
        return alias["FunctionVersion"], len(versions)

    def stream_is_fed(self, region: str) -> bool:
        """Whether the stream Lambda's mapping is on."""
        return self._is_fed(region, STREAM_HANDLER)

    def orders_are_fed(self, region: str) -> bool:
        """Whether the mapping of the queue of orders is on."""
        return self._is_fed(region, ORDERS_HANDLER)

    def _is_fed(self, region: str, handler: str) -> bool:
        api = client(self.cloud.layout.region(region), "lambda")
        name = function_with(api, handler)
        (mapping,) = api.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        return bool(mapping["State"] == "Enabled")


def ask(url: str, *, patience: float) -> Reply:
    """One GET on a connection of its own."""
    parts = urlsplit(url)
    began = time.monotonic()
    with closing(http.client.HTTPConnection(parts.netloc, timeout=patience)) as connection:
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            answer = connection.getresponse()
            body = answer.read()
            headers = tuple((name.lower(), value) for name, value in answer.getheaders())
            return Reply(answer.status, body, time.monotonic() - began, headers)
        except (OSError, http.client.HTTPException):
            return Reply(0, b"", time.monotonic() - began)
