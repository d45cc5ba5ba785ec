"""The published clients with a region killed under them: every sale succeeds, and counts once."""

import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphql_schema.export import MANIFEST, OPERATIONS
from localcloud.faults.client import FaultClient
from localcloud.issuer import this_machines
from localcloud.layout import REPO_ROOT
from tests.support.local_cloud import LocalCloud, wait_until

pytestmark = pytest.mark.slow

NODE = shutil.which("node") or "node"
WEB = REPO_ROOT / "web"
LOST = "eu-west-1"
SALES = 6
# The client's own times fit a deployment; regions of a busy machine answer later than those. What
# is tested is that another region answers while this one is lost, not how soon.
PATIENCE_S = 150
ROUNDS = 50
LOST_S = 600  # longer than a client waits: nothing is answered because the fault has healed
STORE = "{ stores(first: 1) { edges { node { id } } } }"
ITEMS = "query($id: ID!) { menu(storeId: $id) { categories { items { id } } } }"
AGAIN = """mutation Again($input: RecordSaleInput!) {
  recordSale(input: $input) { errors { __typename message } stock { itemId left } }
}"""
SOLD = """query($id: ID!) { inventory(storeId: $id) { lines { itemId sold { region pieces } } } }"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The selling script as plain JavaScript."""
    made = tmp_path_factory.mktemp("clients") / "sell.mjs"
    subprocess.run(
        [
            *(WEB / "node_modules/.bin/rolldown", "tests/live/sell.ts", "--platform", "node"),
            *("--format", "esm", "--file", made, "--log-level", "silent"),
        ],
        cwd=WEB,
        check=True,
    )
    return made


@pytest.fixture(scope="module")
def shop(cloud: LocalCloud) -> tuple[str, Iterator[str]]:
    """A store, and its items; each test takes another one."""
    found: list[str] = []

    def has_stores() -> bool:
        answer = cloud.graphql(STORE)  # an error, if a Lambda's cold start took too long
        edges = answer["data"]["stores"]["edges"] if answer.get("data") else []
        found.extend(edge["node"]["id"] for edge in edges)
        return bool(found)

    # A region remembers the directory of stores for a minute.
    wait_until(has_stores, "the directory shows a store", within=90)
    store = found[0]
    menu = cloud.graphql(ITEMS, {"id": store})["data"]["menu"]
    return store, iter([item["id"] for one in menu["categories"] for item in one["items"]])


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def sold(cloud: LocalCloud, region: str, store: str, item: str, token: str) -> int:
    """Net sales of an item as a region's table has them; -1 where it is not ready to answer."""
    answer = cloud.graphql(SOLD, {"id": store}, region=region, headers=bearer(token))
    if answer.get("data") is None:
        return -1
    lines = answer["data"]["inventory"]["lines"]
    return sum(one["pieces"] for line in lines if line["itemId"] == item for one in line["sold"])


def answered(
    cloud: LocalCloud, document: str, variables: dict[str, Any], region: str, token: str
) -> dict[str, Any]:
    """The answer of a region with data; a busy one gets the request again, as clients do."""
    answers: list[dict[str, Any]] = []

    def has_data() -> bool:
        answers.append(cloud.graphql(document, variables, region=region, headers=bearer(token)))
        return bool(answers[-1].get("data"))

    wait_until(has_data, f"{region} answers with data", within=PATIENCE_S)
    return answers[-1]


# By default each client meets one of the two faults, and each fault meets a client.
@pytest.mark.parametrize(
    ("fault", "library"),
    [
        ("freeze", "apollo"),
        ("freeze", "python"),
        pytest.param("freeze", "urql", marks=pytest.mark.thorough),
        ("edge-cut", "urql"),
        pytest.param("edge-cut", "apollo", marks=pytest.mark.thorough),
        pytest.param("edge-cut", "python", marks=pytest.mark.thorough),
    ],
)
def test_every_sale_of_a_client_next_to_a_killed_region_succeeds_and_counts_once(
    cloud: LocalCloud, script: Path, shop: tuple[str, Iterator[str]], library: str, fault: str
) -> None:
    store, items = shop
    item = next(items)
    token = this_machines().token(["chain:admin"])
    operations = [f"{library}-{fault}-{uuid.uuid4()}" for _ in range(SALES)]
    wish = {
        "library": library,
        "url": cloud.layout.edge_url,
        "token": token,
        "place": LOST,
        "storeId": store,
        "itemId": item,
        "operationIds": operations,
        "documents": json.loads(MANIFEST.read_text()),
        "query": (OPERATIONS / "Menu.graphql").read_text(),
        "patienceS": PATIENCE_S,
        "rounds": ROUNDS,
    }
    faults = FaultClient(cloud.layout)
    command = [NODE, str(script)]
    if library == "python":
        command = [sys.executable, "-m", "tests.integration.clients.sell"]
    # The sales are on their way to the region when it is killed.
    faults.inject("slow", LOST, seconds=LOST_S, median_ms=400, p99_ms=600)
    try:
        with subprocess.Popen(
            [*command, json.dumps(wish)], cwd=REPO_ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == "sent\n"
            faults.inject(fault, LOST, seconds=LOST_S)
            outcome: dict[str, Any] = json.loads(process.stdout.read())
    finally:
        faults.heal_all()
    for one in [*outcome["sold"], outcome["read"]]:
        assert one["error"] is None, outcome
    assert all(one["data"]["recordSale"]["errors"] == [] for one in outcome["sold"])
    assert outcome["read"]["data"]["menu"]["categories"]
    print(library, fault, sorted(one["ms"] for one in outcome["sold"]))  # noqa: T201 - for -s
    for region in cloud.layout.region_names:
        wait_until(
            lambda region=region: sold(cloud, region, store, item, token) == SALES,  # type: ignore[misc]
            f"{region} counts each sale once",
            within=PATIENCE_S,
        )
    # A repeated request gets the same answer everywhere, and nothing is sold twice.
    for operation in operations:
        line = {"itemId": item, "pieces": 1}
        wanted = {"input": {"operationId": operation, "storeId": store, "lines": [line]}}
        answers = [
            answered(cloud, AGAIN, wanted, region, token) for region in cloud.layout.region_names
        ]
        assert answers[0]["data"]["recordSale"]["errors"] == []
        assert answers == answers[:1] * len(answers)
    for region in cloud.layout.region_names:
        wait_until(
            lambda region=region: sold(cloud, region, store, item, token) == SALES,  # type: ignore[misc]
            f"{region} counts each sale once, also after it was repeated",
            within=PATIENCE_S,
        )
    wait_until(
        lambda: bool(cloud.status()["healthy"]), "the cloud is healthy again", within=PATIENCE_S
    )
