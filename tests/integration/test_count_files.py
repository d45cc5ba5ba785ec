"""Count files from the command line to the bucket, the table, the alert and another region."""

import json
import re
import urllib.request
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
SUBSCRIBE = """mutation ($input: UpdateStockAlertsInput!) {
  updateStockAlerts(input: $input) { errors { message } } }"""
LIST = "query ($id: ID!) { stockAlertSubscribers(storeId: $id) { mail } }"
MAIL = "berlin@example.org"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
US, ASIA = "us-east-1", "ap-southeast-1"


def mails(cloud: LocalCloud) -> list[dict[str, str]]:
    """The mails about the lab's file."""
    _, _, body = cloud.get(f"/_mail/messages?to={MAIL}")
    found: list[dict[str, str]] = json.loads(body)["messages"]
    return found


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
    """Neither the store nor the items exist in the catalog."""
    token = this_machines().token(["chain:admin"], lifetime_s=900)
    admin = {"authorization": f"Bearer {token}"}
    given = {
        "operationId": "subscribe-berlin",
        "storeId": "Berlin",
        "mail": MAIL,
        "quietFrom": "00:00",
        "quietTo": "00:00",
    }
    done = cloud.graphql(SUBSCRIBE, {"input": given}, headers=admin)
    assert done["data"]["updateStockAlerts"]["errors"] == []
    (tmp_path / "NIGHT.CSV").write_text(LABS_FILE, encoding="utf-8")
    imported = cloud.carte("import", "stock", str(tmp_path), "--json")
    (report,) = json.loads(imported.stdout)["files"]
    assert (report["rows"], report["unknown"], report["refused"]) == (6, 6, 0)
    wait_until(lambda: bool(alerts("Berlin")), "the alert about Echo Plus")

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
    wait_until(lambda: bool(mails(cloud)), "the mail about Echo Plus", within=120)
    (mail,) = mails(cloud)
    assert mail["subject"] == "Sold out: Echo Plus (Berlin)"
    assert "Echo Dot" not in mail["text"]
    link = re.search(rf"{re.escape(cloud.layout.edge_url)}(\S+)", mail["text"])
    assert link is not None
    assert link[0] in mail["html"]
    one_click = urllib.request.Request(link[0], data=b"List-Unsubscribe=One-Click")  # noqa: S310 - our own cloud
    with _OPENER.open(one_click, timeout=30) as response:
        assert response.status == 200
    listed = cloud.graphql(LIST, {"id": "Berlin"}, headers=admin)
    assert listed["data"] == {"stockAlertSubscribers": []}
