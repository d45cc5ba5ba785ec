"""What a run needs to know of its target before the first user comes."""

import json
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from loadtests.load import population
from loadtests.load.documents import MENU

_TIMEOUT_S: Final = 20.0
_STORES_OF_A_MARKET: Final = 3


class TargetError(RuntimeError):
    """The target does not answer as carte does; the message says what it did."""


def asker(url: str) -> population.Ask:
    """A function that sends a query to a target and returns its data.

    It raises `TargetError` where there is no such answer.
    """

    def ask(query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.dumps({"query": query, "variables": dict(variables)}).encode()
        request = urllib.request.Request(  # noqa: S310 - the operator's own URL
            f"{url}/graphql", body, {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                answer = json.load(response)
        except (OSError, ValueError) as error:
            raise TargetError(f"{url} does not answer as carte does: {error}") from error
        if not isinstance(answer, dict) or answer.get("errors") or "data" not in answer:
            raise TargetError(f"{url} answered {json.dumps(answer)[:300]}")
        data: Mapping[str, Any] = answer["data"]
        return data

    return ask


def items_by_market(
    ask: population.Ask, stores: Sequence[population.Store]
) -> dict[str, list[str]]:
    """Item ids of each market, from the menus of some of its stores.

    Raises:
        TargetError: a market has no items.
    """
    found: dict[str, set[str]] = {}
    asked: dict[str, int] = {}
    for store in stores:
        asked[store.market] = asked.get(store.market, 0) + 1
        if asked[store.market] <= _STORES_OF_A_MARKET:
            menu = ask(MENU, {"storeId": store.id})["menu"]
            found.setdefault(store.market, set()).update(
                item["id"] for category in menu["categories"] for item in category["items"]
            )
    for market, items in found.items():
        if not items:
            raise TargetError(f"no store of market {market} has a menu")
    return {market: sorted(items) for market, items in found.items()}


def uploader(endpoints: Mapping[str, str]) -> Callable[[str, bytes], None] | None:
    """Puts files into the buckets of counts, one region after the other; None: there are none.

    Args:
        endpoints: by region, the endpoint of its S3; empty: no local cloud is known.
    """
    import itertools

    import boto3

    found: list[Any] = []
    for region, endpoint in endpoints.items():
        client: Any = boto3.client(
            "s3", region_name=region, endpoint_url=endpoint,
            aws_access_key_id="local", aws_secret_access_key="local",  # noqa: S106 - any do
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
