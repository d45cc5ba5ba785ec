"""Reads a store's menu from one region as a client would, and checks that it can be sold from.

What it judges is its own region alone: how late other regions' writes arrive here says something
about them, and must not make an operator drain the region that works. Replication has an alarm of
its own (carte-replication-late).

Runs in CloudWatch Synthetics with the standard library alone. Environment: CARTE_URL (base URL of
the region's API), CARTE_REGION, CARTE_STORE; CARTE_ORIGIN_SECRET where the API takes requests of
CloudFront alone.
"""

import json
import os
import urllib.request
from typing import Any

TIMEOUT_S = 5
QUERY = """query Canary($store: ID!) {
  menu(storeId: $store) {
    version currency categories { name items { name price { amountMinor currency } } }
  }
  region { name }
}"""


class CanaryError(Exception):
    """The response is not what a client needs; the message says why."""


def ask(url: str, store: str) -> dict[str, Any]:
    """Return the response to the canary's query.

    Raises:
        OSError: There is no response within the time-out, or it is an HTTP error.
    """
    body = json.dumps({"query": QUERY, "variables": {"store": store}}).encode()
    headers = {"content-type": "application/json", "accept": "application/json"}
    if secret := os.environ.get("CARTE_ORIGIN_SECRET"):
        headers["referer"] = secret
    request = urllib.request.Request(f"{url}/graphql", body, headers)  # noqa: S310 - our own URL
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    return answer


def judge(answer: dict[str, Any], region: str) -> int:
    """Return how many items the menu has.

    Raises:
        CanaryError: The response is no menu of this region that a store can sell from.
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
    return len(items)


def handler(event: object, context: object) -> str:  # noqa: ARG001 - as Synthetics calls it
    """Entry point of the canary: read the menu once."""
    answer = ask(os.environ["CARTE_URL"], os.environ["CARTE_STORE"])
    return f"{judge(answer, os.environ['CARTE_REGION'])} items"
