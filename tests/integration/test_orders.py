"""A whole order on the local cloud: by command line and by HTTP, with the mails that are sent."""

import json
import urllib.request
import uuid
from typing import Any

from tests.support.local_cloud import LocalCloud, wait_until


def mails(cloud: LocalCloud, order: str) -> list[dict[str, Any]]:
    """The mails about an order, oldest first."""
    status, _, body = cloud.get(f"/_mail/messages?text={order}")
    assert status == 200
    found: list[dict[str, Any]] = json.loads(body)["messages"]
    return found[::-1]


def shop(cloud: LocalCloud, pieces: int = 1) -> tuple[str, str]:
    """A store that is open all the time ahead of us, and an item that it sells there and then.

    Args:
        cloud: Where.
        pieces: How many pieces of the item it must have.
    """
    for edge in cloud.graphql("{ stores(first: 60) { edges { node { id } } } }")["data"]["stores"][
        "edges"
    ]:
        store = edge["node"]["id"]
        menu = cloud.graphql(
            f'{{ menu(storeId: "{store}") {{ categories {{ items {{ id }} }} }} }}'
        )
        for category in menu["data"]["menu"]["categories"]:
            for item in category["items"]:
                quoted = cloud.graphql(
                    f'{{ quote(input: {{storeId: "{store}", lines: [{{itemId: "{item["id"]}", '
                    f"quantity: {pieces}}}]}}) {{ quote {{ pickupAt }} errors {{ message }} }} }}"
                )["data"]["quote"]
                if quoted["quote"]:
                    return store, item["id"]
                if pieces == 1:
                    break
    raise AssertionError("no store of the chain takes orders now")


def printed(cloud: LocalCloud, *words: str) -> Any:
    """What a command prints; on a busy machine a region may answer too late, so it is repeated."""
    found: list[str] = []

    def done() -> bool:
        run = cloud.carte(*words, check=False)
        found.append(run.stdout)
        return run.returncode == 0

    wait_until(done, " ".join(words), within=90)
    return json.loads(found[-1])


def step(cloud: LocalCloud, name: str, order: str) -> Any:
    """Take a step of an order; where its answer came too late, repeating it has one effect."""
    once = ("--operation-id", str(uuid.uuid4()))
    return printed(cloud, "order", name, order, *once, "--json")


def test_an_order_goes_its_way_by_command_line_and_mails_follow(cloud: LocalCloud) -> None:
    store, item = shop(cloud, pieces=2)
    address = f"{uuid.uuid4().hex[:8]}@example.org"
    place = ("order", "place", store, f"{item}:2", "--name", "Ada", "--mail", address, "--json")
    operation = str(uuid.uuid4())
    order = printed(cloud, *place, "--operation-id", operation)
    again = printed(cloud, *place, "--operation-id", operation)
    assert again["id"] == order["id"]
    listed = printed(cloud, "order", "list", store, "--json")
    assert order["id"] in {one["id"] for one in listed["orders"]}

    def arrived(to_guest: int) -> None:
        # Before the next step: a mail that the order has overtaken is not sent.
        def is_there() -> bool:
            found = [one["to"] == [address] for one in mails(cloud, order["id"])]
            return (sum(found), len(found)) == (to_guest, to_guest + 1)

        wait_until(is_there, f"the guest has {to_guest} mails and the store one", within=120)

    arrived(1)
    for number, (name, status) in enumerate((("accept", "ACCEPTED"), ("ready", "READY")), 2):
        assert step(cloud, name, order["id"])["status"] == status
        arrived(number)
    assert step(cloud, "collect", order["id"])["status"] == "COLLECTED"
    to_store = [one for one in mails(cloud, order["id"]) if one["to"] != [address]]
    assert [one["to"] for one in to_store] == [[f"store-{store}@carte.example"]]
    assert "Ada" not in to_store[0]["text"]
    code, _, page = cloud.get("/_mail")
    assert code == 200
    assert b"Your order is ready" in page


PLACE = """mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id } errors { message } } }"""


def paid_by_card(cloud: LocalCloud, store: str, item: str, token: str) -> str:
    """Place an order by card; its id."""
    quoted = cloud.graphql(
        f'{{ quote(input: {{storeId: "{store}", lines: [{{itemId: "{item}", quantity: 1}}]}}) '
        "{ quote { total { amountMinor } } } }"
    )["data"]["quote"]["quote"]
    order_input = {
        "operationId": str(uuid.uuid4()),
        "storeId": store,
        "contact": {"name": "Ada"},
        "lines": [{"itemId": item, "quantity": 1}],
        "payment": "CARD",
        "paymentToken": token,
        "expectedTotalMinor": quoted["total"]["amountMinor"],
    }
    answer = cloud.graphql(PLACE, {"input": order_input})["data"]["placeOrder"]
    assert answer["errors"] == []
    return str(answer["order"]["id"])


def reaches(cloud: LocalCloud, order: str, status: str, state: str) -> None:
    """Wait until an order and its payment are where they shall be."""
    query = f'{{ order(id: "{order}") {{ status payment {{ state }} }} }}'

    def there() -> bool:
        found = cloud.graphql(query)["data"]["order"]
        return (found["status"], found["payment"]["state"]) == (status, state)

    wait_until(there, f"{order} is {status}, its payment {state}", within=120)


def test_a_card_is_held_charged_refunded_released_or_declined(cloud: LocalCloud) -> None:
    store, item = shop(cloud)
    kept, cancelled, declined = (
        paid_by_card(cloud, store, item, token)
        for token in ("pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined")
    )
    for order in (kept, cancelled):
        reaches(cloud, order, "AUTHORIZED", "AUTHORIZED")
    reaches(cloud, declined, "DECLINED", "DECLINED")
    step(cloud, "accept", kept)
    step(cloud, "cancel", cancelled)
    reaches(cloud, kept, "ACCEPTED", "CHARGED")
    reaches(cloud, cancelled, "CANCELLED", "RELEASED")
    step(cloud, "reject", kept)
    reaches(cloud, kept, "REJECTED", "REFUNDED")
    compared = json.loads(cloud.carte("reconcile", "--json").stdout)
    assert compared["differences"] == []
    assert compared["payments"] >= 3
    # The provider's events reached the webhook by way of the edge.
    front = cloud.layout.payments_url + "/_control"

    def delivered() -> bool:
        with urllib.request.urlopen(front) as answer:  # noqa: S310 - our own cloud
            return bool(json.load(answer)["undelivered"] == 0)

    wait_until(delivered, "all events are delivered", within=60)
