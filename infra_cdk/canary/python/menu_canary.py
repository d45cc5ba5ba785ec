"""Reads a store's menu from one region as a client would, and looks whether it is one.

Runs in CloudWatch Synthetics with the standard library alone. Environment: CARTE_URL (base URL of
the region's API), CARTE_REGION, CARTE_STORE.
"""

import json
import os
import urllib.request
from typing import Any

TIMEOUT_S = 5
# Replication usually takes less than a second; the alarm on DynamoDB's own metric comes earlier.
LATEST_S = 120
QUERY = """query Canary($store: ID!) {
  menu(storeId: $store) {
    version currency categories { name items { name price { amountMinor currency } } }
  }
  region { name replicationLag { region seconds } }
}"""


class CanaryError(Exception):
    """The answer is not what a client needs; the message says why."""


def ask(url: str, store: str) -> dict[str, Any]:
    """The answer to the canary's query.

    Raises:
        OSError: there is none in time, or it is an HTTP error.
    """
    body = json.dumps({"query": QUERY, "variables": {"store": store}}).encode()
    headers = {"content-type": "application/json", "accept": "application/json"}
    request = urllib.request.Request(f"{url}/graphql", body, headers)  # noqa: S310 - our own URL
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    return answer


def judge(answer: dict[str, Any], region: str) -> int:
    """How many items the menu has.

    Raises:
        CanaryError: it is no menu of this region that can be sold from.
    """
    if answer.get("errors"):
        raise CanaryError("; ".join(one["message"] for one in answer["errors"]))
    data = answer["data"]
    if data["region"]["name"] != region:
        raise CanaryError(f"answered by {data['region']['name']}")
    menu = data["menu"]
    if menu is None:
        raise CanaryError("there is no such store: set canary_store to one that there is")
    items = [item for category in menu["categories"] for item in category["items"]]
    if not items:
        raise CanaryError("the menu is empty")
    for item in items:
        price = item["price"]
        if not item["name"] or price["amountMinor"] <= 0 or price["currency"] != menu["currency"]:
            raise CanaryError(f"cannot be sold: {item}")
    for lag in data["region"]["replicationLag"]:
        if lag["seconds"] > LATEST_S:
            raise CanaryError(f"{lag['region']} is {lag['seconds']:.0f} s behind")
    return len(items)


def handler(event: object, context: object) -> str:  # noqa: ARG001 - as Synthetics calls it
    """Entry point: one look at the menu."""
    answer = ask(os.environ["CARTE_URL"], os.environ["CARTE_STORE"])
    return f"{judge(answer, os.environ['CARTE_REGION'])} items"
