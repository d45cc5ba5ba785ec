"""staffActions: who did what, when, in which region and with which device."""

from typing import Any

import orjson
import pytest

from services.domain.documents.action import MAX_CHANGES, RETENTION_S
from services.domain.markets import LOCALES
from services.domain.orders.identity import order_id
from services.domain.people.policy import FIELDS, Open
from services.domain.stamp import HybridClock
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from tests.support.chain import add_store, publish_small_catalog, set_draft
from tests.support.order_story import operation_id
from tests.support.service import Service
from tests.support.staff_requests import MUTATIONS, outcome, placed
from tests.support.tokens import ISSUER

ACTIONS = """query A($person: ID!, $first: Int! = 20, $after: String) {
  staffActions(person: $person, first: $first, after: $after) {
    edges { cursor node { person name at region device document operationId changeCount
      changes { entry value } } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
ADMIN = ISSUER.bearer("chain:admin", sub="boss")


@pytest.fixture
def shop(service: Service) -> Service:
    # Deadlines of orders are judged by the stamps of what is recorded.
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def ask(shop: Service, person: str, headers: dict[str, str] = ADMIN, **variables: Any) -> Any:
    variables = {"person": person, **variables}
    return orjson.loads(shop.post(ACTIONS, headers, variables=variables).body)


def actions(shop: Service, person: str) -> list[dict[str, Any]]:
    """What a person did, newest first."""
    return [edge["node"] for edge in ask(shop, person)["data"]["staffActions"]["edges"]]


def price(shop: Service, number: int, headers: dict[str, str]) -> dict[str, Any]:
    query = f"""mutation {{ updateAssortment(input: {{ operationId: "operation-{number}",
      storeId: "de-1", lines: [{{ itemId: "glazed", priceMinor: {number} }}] }}) {{
      errors {{ message }} }} }}"""
    answer: dict[str, Any] = orjson.loads(shop.post(query, headers).body)
    return answer


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_of_staff_is_an_action_of_its_author(shop: Service, name: str) -> None:
    """All but sales and waste, which the journal has, and uploads, whose imports name their author.

    Repeated once, each stands once.
    """
    placed(shop, name)
    if name in {"publishCatalog", "rollbackCatalog"}:  # what is in force already is no action
        set_draft(shop.table, "de", "glazed", price=210)
    if name == "rollbackCatalog":
        CatalogRepository(shop.table).publish("de")
    headers = ISSUER.bearer("chain:admin", sub="eve") | {"x-carte-device": "till 7 (counter)"}
    for _ in range(2):
        assert outcome(shop, name, headers) == "ok"
    field = name.partition(" ")[0]
    found = actions(shop, "eve")
    of_guest = any(isinstance(need, Open) for need in FIELDS[f"Mutation.{field}"])
    forms = {"createStockUpload", "createPictureUpload"}
    if of_guest or field in {"recordSale", "recordWaste", *forms}:
        assert found == []
        return
    (only,) = found
    assert (only["person"], only["name"], only["region"]) == ("eve", field, "eu-west-1")
    assert only["device"] == "till 7 (counter)"
    assert only["operationId"] == operation_id(f"do {name}")
    assert only["at"] == "2026-05-04T10:00:00+00:00"


def test_a_sale_is_in_the_journal_with_its_author_and_device(shop: Service) -> None:
    headers = {**ISSUER.bearer("store:de-1:till", sub="ada"), "x-carte-device": "till-7"}
    assert outcome(shop, "recordSale", headers) == "ok"
    (entry,) = shop.table.partition(keys.journal_partition(keys.stock("de-1")))
    assert (entry.body["by"], entry.body["device"]) == ("ada", "till-7")
    assert keys.action("ada", shop.table.clock.tick()).pk == "ACTIONS#ada"
    assert shop.table.partition("ACTIONS#ada") == []


def test_an_action_says_what_it_set(shop: Service) -> None:
    price(shop, 150, ISSUER.bearer("store:de-1:manager", sub="ada"))
    (only,) = actions(shop, "ada")
    assert only["document"] == "STORE#de-1/ASSORTMENT"
    assert only["changes"] == [{"entry": "glazed/price", "value": "150"}]
    assert (only["changeCount"], only["device"]) == (1, None)


def test_an_action_keeps_a_bounded_number_of_changes(shop: Service) -> None:
    texts = ", ".join(f'{{ locale: "{one}", text: "x" }}' for one in LOCALES)
    query = f"""mutation {{ editCatalogItem(input: {{ operationId: "operation-1", market: "de",
      itemId: "glazed", names: [{texts}], descriptions: [{texts}], priceMinor: 1, calories: 1,
      category: "drinks", allergens: [], diet: VEGAN, imageUrl: "/a.svg", standard: false,
      withdrawn: true }}) {{ errors {{ message }} }} }}"""
    assert orjson.loads(shop.post(query, ADMIN).body)["data"]["editCatalogItem"]["errors"] == []
    (only,) = actions(shop, "boss")
    assert len(only["changes"]) == MAX_CHANGES
    assert only["changeCount"] == 2 * len(LOCALES) + 8


def test_the_action_of_an_order_does_not_open_the_order(shop: Service) -> None:
    placed(shop, "acceptOrder")
    assert outcome(shop, "acceptOrder", ISSUER.bearer("store:de-1:till", sub="ada")) == "ok"
    (only,) = actions(shop, "ada")
    whole = order_id(operation_id("order-small"))
    assert only["document"] == f"ORDER#{whole[:8]}"
    assert whole not in str(ask(shop, "ada"))


def test_what_is_refused_is_no_action(shop: Service) -> None:
    found = price(shop, -5, ISSUER.bearer("store:de-1:manager", sub="ada"))
    assert found["data"]["updateAssortment"]["errors"]
    assert outcome(shop, "publishCatalog", ISSUER.bearer("store:de-1:till", sub="ada")) != "ok"
    assert actions(shop, "ada") == []


def test_actions_come_newest_first_in_pages(shop: Service) -> None:
    for number in range(1, 8):
        price(shop, number, ADMIN)
    seen: list[str] = []
    after = None
    for page in range(3):
        found = ask(shop, "boss", first=3, after=after)["data"]["staffActions"]
        seen += [edge["node"]["changes"][0]["value"] for edge in found["edges"]]
        assert found["pageInfo"]["hasPreviousPage"] == (page > 0)
        after = found["pageInfo"]["endCursor"]
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]
    bad = ask(shop, "boss", after="x")
    assert bad["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_everyone_of_staff_sees_the_own_actions_and_no_others(shop: Service) -> None:
    manager = ISSUER.bearer("store:de-1:manager", sub="ada")
    price(shop, 150, manager)
    assert len(ask(shop, "ada", manager)["data"]["staffActions"]["edges"]) == 1
    assert ask(shop, "boss", manager)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    stranger = ask(shop, "ada", ISSUER.bearer(sub="ada"))
    assert stranger["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_an_action_is_kept_for_a_year(shop: Service) -> None:
    price(shop, 150, ADMIN)
    (stored,) = shop.table.partition("ACTIONS#boss")
    assert stored.expires == int(shop.now.timestamp()) + RETENTION_S
    assert RETENTION_S >= 365 * 24 * 3600


@pytest.mark.parametrize("device", ["", "x" * 101, "a\nb", "tïll", '"', "<b>"])
def test_a_device_that_cannot_be_kept_is_refused_and_nothing_is_written(
    shop: Service, device: str
) -> None:
    found = price(shop, 150, {**ADMIN, "x-carte-device": device})
    assert found["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert actions(shop, "boss") == []
