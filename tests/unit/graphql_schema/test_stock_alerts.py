"""Subscriptions to stock alerts: by staff of the store, bounded, without a trace of the address."""

from typing import Any

import orjson
import pytest

from services.storage import keys
from services.storage.subscribers import SubscriberRepository
from tests.support.chain import add_store, publish_small_catalog, set_stock
from tests.support.service import Service
from tests.support.tokens import ISSUER

UPDATE = """mutation ($input: UpdateStockAlertsInput!) {
  updateStockAlerts(input: $input) {
    subscribers { mail language quietFrom quietTo }
    errors { __typename message path }
  }
}"""
LIST = "query ($id: ID!) { stockAlertSubscribers(storeId: $id) { mail } }"
MANAGER = ISSUER.bearer("store:de-1:manager", sub="ada")


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def update(shop: Service, headers: dict[str, str] = MANAGER, **given: Any) -> dict[str, Any]:
    wanted = {"operationId": "operation-1", "storeId": "de-1", "mail": "a@example.org", **given}
    response = shop.post(UPDATE, headers, variables={"input": wanted})
    payload: dict[str, Any] = orjson.loads(response.body)["data"]["updateStockAlerts"]
    return payload


def listed(shop: Service) -> list[str]:
    answer = orjson.loads(shop.post(LIST, MANAGER, variables={"id": "de-1"}).body)
    return [one["mail"] for one in answer["data"]["stockAlertSubscribers"]]


def test_a_manager_subscribes_changes_and_unsubscribes_an_address(shop: Service) -> None:
    added = update(shop)
    assert added["errors"] == []
    assert added["subscribers"] == [
        {"mail": "a@example.org", "language": "en", "quietFrom": "21:00", "quietTo": "07:00"}
    ]
    changed = update(shop, operationId="operation-2", language="ja", quietFrom="00:00")
    assert (changed["subscribers"][0]["language"], len(changed["subscribers"])) == ("ja", 1)
    update(shop, operationId="operation-3", mail="b@example.org")
    assert listed(shop) == ["a@example.org", "b@example.org"]
    gone = update(shop, operationId="operation-4", subscribed=False)
    assert [one["mail"] for one in gone["subscribers"]] == ["b@example.org"]
    assert listed(shop) == ["b@example.org"]


def test_a_retry_after_an_opt_out_does_not_subscribe_again(shop: Service) -> None:
    update(shop)
    update(shop, operationId="operation-2", subscribed=False)
    assert update(shop)["subscribers"] == []


def test_addresses_are_in_no_journal_and_in_no_action(shop: Service) -> None:
    update(shop, mail="secret@example.org")
    assert "secret@example.org" not in str(shop.lines)
    for row in shop.table.item.scan():
        if not row.pk.startswith(keys.SUBSCRIBER_PREFIX):
            assert "secret@example.org" not in str(row.attribute_values)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"mail": "a@"}, "mail"),
        ({"mail": "a" * 100_000}, "mail"),
        ({"language": "tlh"}, "language"),
        ({"quietFrom": "25:00"}, "quietFrom"),
        ({"quietTo": "noon"}, "quietTo"),
    ],
)
def test_wrong_values_are_refused_by_name_and_nothing_is_kept(
    shop: Service, given: dict[str, Any], path: str
) -> None:
    (error,) = update(shop, **given)["errors"]
    assert (error["__typename"], error["path"]) == ("InvalidValueError", [path])
    assert listed(shop) == []


def test_a_store_has_a_bounded_number_of_subscribers(shop: Service) -> None:
    for number in range(20):
        mail = f"{number:02d}@example.org"
        assert update(shop, operationId=f"operation-{number}", mail=mail)["errors"] == []
    (error,) = update(shop, operationId="operation-20", mail="more@example.org")["errors"]
    assert "at most 20 subscribers" in error["message"]
    assert len(listed(shop)) == 20
    update(shop, operationId="operation-21", mail="00@example.org", subscribed=False)
    assert update(shop, operationId="operation-22", mail="more@example.org")["errors"] == []


def test_what_is_sold_out_already_is_known_to_a_new_subscriber(shop: Service) -> None:
    set_stock(shop.table, "de-1", {"glazed": 0, "latte": 3})
    update(shop)
    repository = SubscriberRepository(shop.table)
    (subscriber,) = repository.of_store("de-1")
    assert subscriber.notified_sold_out("de-1") == {"glazed"}


def test_a_store_that_carte_does_not_know_may_be_subscribed_to(shop: Service) -> None:
    headers = ISSUER.bearer("chain:admin", sub="eve")
    answer = update(shop, headers, storeId="berlin")
    assert [one["mail"] for one in answer["subscribers"]] == ["a@example.org"]
    (error,) = update(shop, headers, storeId="a/b", operationId="operation-2")["errors"]
    assert error["path"] == ["storeId"]


def test_a_manager_does_not_change_the_mails_about_stores_of_others(shop: Service) -> None:
    add_store(shop.table, "de-2")
    other = ISSUER.bearer("store:de-2:manager")
    given = {"language": "de", "quietFrom": "00:00", "quietTo": "00:00"}
    update(shop, other, operationId="operation-b", storeId="de-2", **given)
    update(shop, operationId="operation-a")
    for store, headers in (("de-1", MANAGER), ("de-2", other)):
        (found,) = update(
            shop, headers, operationId=f"again-{store}", storeId=store, mail="c@example.org"
        )["subscribers"][:1]
        assert (found["mail"], found["language"], found["quietFrom"]) == (
            "a@example.org", "de", "00:00",
        )  # fmt: skip
    both = ISSUER.bearer("store:de-1:manager", "store:de-2:manager")
    changed = update(shop, both, operationId="operation-c", language="ja")
    assert "ja" in [one["language"] for one in changed["subscribers"]]
