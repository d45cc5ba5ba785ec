"""What the streams lost: found and repaired by `carte repair`, by stops, starts and refills."""

import json
import os
import re
import signal
import urllib.error
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from loadtests.checker.graphql_client import document_of
from localcloud.issuer import this_machines
from services.domain.stamp import Stamp
from tests.support.local_cloud import LocalCloud, wait_until

pytestmark = pytest.mark.slow

Start = Callable[..., LocalCloud]
US, EU = "us-east-1", "eu-west-1"
STORES = "{ stores(first: 2) { edges { node { id } } } }"
MENU = (
    "query Menu($id: ID!) { menu(storeId: $id) { categories { items { id price { amountMinor }}}}}"
)
INVENTORY = (
    "query Stock($id: ID!) { inventory(storeId: $id) { lines { itemId left sold { pieces }}}}"
)


def bearer() -> dict[str, str]:
    token = this_machines().token(["chain:admin"], subject="lost-repairs", lifetime_s=900)
    return {"authorization": f"Bearer {token}"}


def mutate(cloud: LocalCloud, region: str, action: str, name: str, **values: Any) -> Any:
    """Send one operation to a region; the payload, or None where the region did not take it."""
    variables = {"input": {"operationId": name, **values}}
    try:
        answer = cloud.graphql(document_of(action), variables, region=region, headers=bearer())
    except (urllib.error.URLError, ConnectionError, TimeoutError, json.JSONDecodeError):
        return None
    payload = (answer.get("data") or {}).get(action)
    assert payload is None or not payload["errors"], payload
    return payload


def ask(cloud: LocalCloud, query: str, region: str, **variables: Any) -> Any:
    """The data of a query; a region on a busy machine may need several tries."""
    answers: list[Any] = []

    def answered() -> bool:
        answer = cloud.graphql(query, variables, region=region, headers=bearer())
        answers.append(answer.get("data"))
        return answers[-1] is not None

    wait_until(answered, f"{region} answers", within=60)
    return answers[-1]


def set_price(cloud: LocalCloud, region: str, store: str, item: str, minor: int) -> None:
    line = {"itemId": item, "priceMinor": minor}
    name = f"{store}-{item}-{minor}-{region}"
    wait_until(
        lambda: mutate(cloud, region, "updateAssortment", name, storeId=store, lines=[line]),
        f"{region} takes a price",
    )


def prices(cloud: LocalCloud, region: str, store: str) -> dict[str, int]:
    """What a region's menu shows."""
    menu = ask(cloud, MENU, region, id=store)["menu"]
    items = [item for category in menu["categories"] for item in category["items"]]
    return {item["id"]: item["price"]["amountMinor"] for item in items}


def a_store(cloud: LocalCloud) -> tuple[str, list[str]]:
    """A seeded store, and the ids of what it sells."""
    edges = ask(cloud, STORES, US)["stores"]["edges"]
    store = str(edges[-1]["node"]["id"])
    return store, sorted(prices(cloud, US, store))


def assortment(cloud: LocalCloud, region: str, store: str) -> dict[str, Any]:
    key = {"pk": {"S": f"STORE#{store}"}, "sk": {"S": "ASSORTMENT"}}
    found = cloud.dynamodb(region).get_item(TableName="carte", Key=key, ConsistentRead=True)
    return dict(found.get("Item", {}))


def is_the_same(cloud: LocalCloud, store: str, regions: tuple[str, ...]) -> bool:
    first, *others = (assortment(cloud, region, store) for region in regions)
    return all(other == first for other in others)


def repair(cloud: LocalCloud, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    done = cloud.carte("repair", "--grace", "0", "--json", *options, check=False)
    assert done.stdout, done.stderr
    return done.returncode, {one["region"]: one for one in json.loads(done.stdout)["regions"]}


def test_a_price_that_no_stream_record_shows_is_found_and_repaired(another_cloud: Start) -> None:
    # What other tests do to a shared cloud's tables would be found, too.
    cloud = another_cloud("--stores", "2", regions=f"{US},{EU}")
    regions = cloud.layout.region_names
    store, (first, second, *_) = a_store(cloud)
    set_price(cloud, US, store, first, 111)
    wait_until(lambda: is_the_same(cloud, store, regions), "the first price is everywhere")
    wait_until(lambda: repair(cloud, "--dry-run")[0] == 0, "nothing is left to repair")
    before = assortment(cloud, US, store)
    cloud.carte("fault", "inject", "drop-stream-records", "--seconds", "300")
    try:
        set_price(cloud, US, store, second, 222)
        after = assortment(cloud, US, store)["rev"]["S"]
        # As last-writer-wins does: another version replaces the item that has the second price.
        lost = {**before, "rev": {"S": str(Stamp(Stamp.parse(after).time + (1 << 32), US))}}
        cloud.dynamodb(US).put_item(TableName="carte", Item=lost)
        wait_until(
            lambda: all(assortment(cloud, one, store) == lost for one in regions), "it is lost"
        )
        code, found = repair(cloud, "--dry-run")
        assert (code, {name: one["found"] for name, one in found.items()}) == (
            1,
            {name: {"lost": 1} for name in regions},
        )
        assert all(one["entries"] and one["documents"] for one in found.values())
        assert assortment(cloud, US, store) == lost, "a dry run changes nothing"
        code, found = repair(cloud)
        assert code == 0
        assert sum(one["repaired"] for one in found.values()) >= 1
        wait_until(lambda: is_the_same(cloud, store, regions), "the repair is everywhere")
        for region in regions:
            shown = prices(cloud, region, store)
            assert (shown[first], shown[second]) == (111, 222)
        assert repair(cloud)[1][US]["found"] == {}
    finally:
        cloud.carte("fault", "heal")


@pytest.mark.thorough
def test_stops_starts_and_restarts_lose_nothing_that_was_acknowledged(another_cloud: Start) -> None:
    """One cloud, because a start takes long.

    A price that last-writer-wins dropped is joined by `carte down` although no stream Lambda ran;
    a killed emulator sells again only when it has its counters from the other region.
    """
    cloud = another_cloud("--stores", "2", regions=f"{US},{EU}")
    store, (first, second, *_) = a_store(cloud)
    for region in cloud.layout.region_names:
        cloud.carte("fault", "inject", "convergence-stop", "--region", region, "--seconds", "300")
    cloud.carte("fault", "inject", "replication-pause", "--seconds", "300")
    set_price(cloud, US, store, first, 111)
    set_price(cloud, EU, store, second, 222)
    faults = json.loads(cloud.carte("fault", "list", "--json").stdout)["faults"]
    (pause,) = [one["id"] for one in faults if one["kind"] == "replication-pause"]
    cloud.carte("fault", "heal", pause)
    wait_until(lambda: is_the_same(cloud, store, (US, EU)), "one of the two writes won")
    assert (prices(cloud, US, store)[first], prices(cloud, US, store)[second]) != (111, 222)
    cloud.carte("down")
    assert re.search(r"settled, [1-9] repaired", cloud.layout.log("supervisor").read_text())
    assert "regions reconciled: nothing was lost" in cloud.up_again().stdout
    for region in (US, EU):
        shown = prices(cloud, region, store)
        assert (shown[first], shown[second]) == (111, 222)
    _sell_over_a_restart(cloud, store, first)


def _sell_over_a_restart(cloud: LocalCloud, store: str, item: str) -> None:
    def sell(number: int) -> bool:
        lines = [{"itemId": item, "pieces": 1}]
        name = f"{store}-sale-{number}"
        return mutate(cloud, EU, "recordSale", name, storeId=store, lines=lines) is not None

    def sold(region: str) -> int:
        inventory = ask(cloud, INVENTORY, region, id=store)["inventory"]
        lines = {line["itemId"]: line for line in inventory["lines"]}
        return sum(slot["pieces"] for slot in lines[item]["sold"]) if item in lines else 0

    for number in range(3):
        wait_until(partial(sell, number), "a sale is taken")
    wait_until(lambda: sold(US) == 3, "the sales have arrived")
    before = cloud.pid("emulator", EU)
    os.kill(before, signal.SIGKILL)  # its tables are as they were when the cloud was stopped
    wait_until(lambda: cloud.pid("emulator", EU) != before, "it has a successor", within=60)
    wait_until(partial(sell, 3), "it sells again", within=120)
    wait_until(lambda: sold(US) == sold(EU) == 4, "every sale counts once", within=60)
