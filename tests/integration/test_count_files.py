"""Count files from the command line to the bucket, the table, the alert and another region."""

import json
from pathlib import Path
from typing import Any

import pytest

from localcloud.deployer import client
from localcloud.issuer import this_machines
from tests.support.count_bucket import LABS_FILE
from tests.support.local_cloud import LocalCloud, wait_until

UNKNOWN = """{ unknownStock(first: 100) { edges { node { storeId storeName
  items { name counted } } } } }"""
IMPORTS = "{ stockImports(first: 100) { edges { node { file status unknown } } } }"
US, ASIA = "us-east-1", "ap-southeast-1"


@pytest.fixture
def alerts(cloud: LocalCloud) -> Any:
    """A queue that is subscribed to the topic of sold out items; returns what it got of a store."""
    region = cloud.layout.region(US)
    sqs: Any = client(region, "sqs")
    sns: Any = client(region, "sns")
    url = sqs.create_queue(QueueName="test-sold-out")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    (topic,) = (
        one["TopicArn"]
        for one in sns.list_topics()["Topics"]
        if one["TopicArn"].endswith(":carte-sold-out")
    )
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["QueueArn"])
    found: list[Any] = []

    def of_store(store_id: str) -> list[Any]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        found.extend(json.loads(json.loads(one["Body"])["Message"]) for one in messages)
        return [one for one in found if one["storeId"] == store_id]

    yield of_store
    sqs.delete_queue(QueueUrl=url)


def test_the_labs_file_is_kept_alerts_once_and_is_seen_in_every_region(
    cloud: LocalCloud, alerts: Any, tmp_path: Path
) -> None:
    (tmp_path / "NIGHT.CSV").write_text(LABS_FILE, encoding="utf-8")
    done = cloud.carte("import", "stock", str(tmp_path), "--json")
    (report,) = json.loads(done.stdout)["files"]
    assert (report["rows"], report["unknown"], report["refused"]) == (6, 6, 0)
    wait_until(lambda: bool(alerts("Berlin")), "the alert about Echo Plus")
    token = this_machines().token(["chain:admin"], lifetime_s=900)
    admin = {"authorization": f"Bearer {token}"}

    def seen(query: str) -> Any:
        return next(iter(cloud.graphql(query, region=ASIA, headers=admin)["data"].values()))[
            "edges"
        ]

    def berlin() -> Any:
        return next(
            (one["node"] for one in seen(UNKNOWN) if one["node"]["storeId"] == "Berlin"), {}
        )

    wait_until(
        lambda: (
            {one["name"]: one["counted"] for one in berlin().get("items", ())}
            == {
                "Echo Dot": 12,
                "Echo (2nd Gen)": 19,
                "Echo Show": 18,
                "Echo Plus": 0,
                "Echo Look": 10,
                "Amazon Tap": 15,
            }
        ),
        "the counts are in Asia",
    )
    wait_until(
        lambda: any(one["node"]["file"] == report["key"] for one in seen(IMPORTS)),
        "the import is listed in Asia",
    )
    (alert,) = alerts("Berlin")
    assert (alert["itemId"], alert["left"]) == ("echo-plus", 0)
