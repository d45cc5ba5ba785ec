"""Reads item ids and buckets from the target before a load run begins."""

import json
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from clients.loopback import is_loopback
from loadtests.load import population
from loadtests.load.documents import MENU
from services.domain.errors import CarteError

_TIMEOUT_S: Final = 20.0
_STORES_OF_A_MARKET: Final = 3
_PAST_PROXIES: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class TargetError(CarteError):
    """The target does not answer as carte does; the message says what it answered."""


def sender(url: str) -> population.SendQuery:
    """Return a function that sends a query to a target and returns the data of the answer.

    The function raises `TargetError` where the target does not answer as carte does.
    """
    opened = _PAST_PROXIES.open if is_loopback(url) else urllib.request.urlopen

    def send(query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.dumps({"query": query, "variables": dict(variables)}).encode()
        request = urllib.request.Request(  # noqa: S310 - the operator's own URL
            f"{url}/graphql", body, {"content-type": "application/json"}
        )
        try:
            with opened(request, timeout=_TIMEOUT_S) as response:
                answer = json.load(response)
        except (OSError, ValueError) as error:
            raise TargetError(
                f"{url} does not answer as carte does: {error}", "`carte status` shows what runs"
            ) from error
        if not isinstance(answer, dict) or answer.get("errors") or "data" not in answer:
            raise TargetError(f"{url} answered {json.dumps(answer)[:300]}", "is the URL carte's?")
        data: Mapping[str, Any] = answer["data"]
        return data

    return send


def items_by_market(
    send: population.SendQuery, stores: Sequence[population.Store]
) -> dict[str, list[str]]:
    """Return the item ids of each market, from the menus of some of its stores.

    Raises:
        TargetError: A market has no items.
    """
    found: dict[str, set[str]] = {}
    read: dict[str, int] = {}
    for store in stores:
        read[store.market] = read.get(store.market, 0) + 1
        if read[store.market] <= _STORES_OF_A_MARKET:
            menu = send(MENU, {"storeId": store.id})["menu"]
            found.setdefault(store.market, set()).update(
                item["id"] for category in menu["categories"] for item in category["items"]
            )
    for market, items in found.items():
        if not items:
            raise TargetError(f"no store of market {market} has a menu", "`carte seed` makes some")
    return {market: sorted(items) for market, items in found.items()}


def uploader(endpoints: Mapping[str, str]) -> Callable[[str, bytes], None] | None:
    """Return a function that puts a file into the buckets of counts, one region after the other.

    Args:
        endpoints: Endpoint of S3 by region; empty if the target is no local cloud.

    Returns:
        None if there is no bucket of counts.
    """
    import itertools

    import boto3
    from botocore.config import Config

    found: list[Any] = []
    for region, endpoint in endpoints.items():
        client: Any = boto3.client(
            "s3", region_name=region, endpoint_url=endpoint,
            aws_access_key_id="local", aws_secret_access_key="local",  # noqa: S106 - any do
            config=Config(proxies={}),
        )  # fmt: skip
        names = [one["Name"] for one in client.list_buckets()["Buckets"]]
        found += [(client, name) for name in names if "counts" in name]
    if not found:
        return None
    turns = itertools.cycle(found)

    def upload(key: str, content: bytes) -> None:
        client, bucket = next(turns)
        client.put_object(Bucket=bucket, Key=key, Body=content)

    return upload
