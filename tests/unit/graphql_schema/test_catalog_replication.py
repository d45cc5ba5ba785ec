"""Head office in a region that has some of what another region wrote, and not yet the rest."""

from typing import Any

import orjson
import pytest

from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.keys import Key
from services.storage.table import Table
from tests.support.head_office import (
    DIFFERENCE,
    EDIT,
    EDITOR,
    ITEM,
    ITEMS,
    PUBLICATIONS,
    PUBLISH,
    ROLL_BACK,
    STATE,
    ask,
    do,
    head_office,
    price,
    stamps,
)
from tests.support.moto_table import process_of
from tests.support.service import Service
from tests.support.tokens import ISSUER


@pytest.fixture
def shop(service: Service) -> Service:
    return head_office(service)


def lose(table: Table, key: Key) -> None:
    """Take an item away, as if replication had not brought it yet."""
    table.item(key.pk, key.sk).delete()


def behind(shop: Service, *missing: Key) -> Service:
    """The service of a process in a region to which replication has not brought some items."""
    for key in missing:
        lose(shop.table, key)
    return Service(process_of(shop.table.region))


def status(shop: Service, query: str, **variables: Any) -> tuple[int, Any]:
    answer = shop.post(query, ISSUER.bearer(EDITOR), variables=variables)
    return answer.status, orjson.loads(answer.body)


def publications(shop: Service) -> list[Any]:
    return list(CatalogRepository(shop.table).publications("de"))


def key_of(version: str) -> Key:
    return Key(keys.catalog_partition("de"), f"{keys.VERSION_PREFIX}{version}")


def test_a_pointer_that_arrived_before_its_version_is_not_a_market_without_a_catalog(
    shop: Service,
) -> None:
    first = ask(shop, STATE)["published"]["version"]
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    second = do(shop, PUBLISH, "operation-2")["version"]
    here = behind(shop, key_of(second))
    back = {"input": {"operationId": "operation-3", "market": "de", "version": second}}
    for query, variables in (
        (STATE, {}),
        (ITEMS, {}),
        (ITEM, {}),
        (DIFFERENCE, {}),
        (DIFFERENCE, {"from": first, "to": second}),
        (DIFFERENCE, {"from": second, "to": first}),
        (ROLL_BACK, back),
    ):
        code, answer = status(here, query, **variables)
        assert code == 503, (query, answer)
        assert answer["errors"][0]["extensions"]["retryable"]
    # An earlier version that is here comes into force, whatever else has not arrived.
    assert do(here, ROLL_BACK, "operation-4", version=first)["version"] == first


def test_a_version_of_which_only_the_publication_is_here_has_not_arrived(shop: Service) -> None:
    first = ask(shop, STATE)["published"]["version"]
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    second = do(shop, PUBLISH, "operation-2")["version"]
    do(shop, ROLL_BACK, "operation-3", version=first)
    here = behind(shop, key_of(second))
    assert status(here, DIFFERENCE, to=second)[0] == 503
    back = {"operationId": "operation-4", "market": "de", "version": second}
    assert status(here, ROLL_BACK, input=back)[0] == 503


def test_a_list_of_publications_without_the_one_in_force_is_not_shown(shop: Service) -> None:
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    do(shop, PUBLISH, "operation-2")
    newest, oldest = publications(shop)
    here = behind(shop, keys.publication("de", newest.stamp))
    assert status(here, PUBLICATIONS)[0] == 503
    # Nothing but the pointer has arrived.
    nothing = behind(shop, keys.publication("de", oldest.stamp), key_of(newest.version))
    assert status(nothing, PUBLICATIONS)[0] == 503


def retried(shop: Service, mutation: str, operation_id: str, **rest: Any) -> Any:
    """Do an operation, and again in a region that has its effect and not yet its record."""
    first = do(shop, mutation, operation_id, **rest)
    assert first["errors"] == []
    lose(shop.table, keys.operation(operation_id))
    return first, do(behind(shop), mutation, operation_id, **rest)


def test_a_retry_in_another_region_is_answered_as_applied(shop: Service) -> None:
    old = [{"entry": "price", "stamp": stamps(shop)["price"]}]
    edit: dict[str, Any] = {"itemId": "glazed", "priceMinor": 210, "expected": old}
    first, again = retried(shop, EDIT, "operation-1", **edit)
    assert again == first
    seen = ask(shop, DIFFERENCE)
    first, again = retried(
        shop, PUBLISH, "operation-2",
        expectedVersion=seen["fromVersion"], expectedDrafts=seen["draftsVersion"],
    )  # fmt: skip
    assert again == first
    version = first["version"]
    first, again = retried(
        shop, ROLL_BACK, "operation-3", version=seen["fromVersion"], expectedVersion=version
    )
    assert again == first
    assert price(shop) == 199
    assert len(publications(shop)) == 3, "each came into force once"


def test_a_retry_is_answered_as_applied_also_after_somebody_elses_edit(shop: Service) -> None:
    old = [{"entry": "price", "stamp": stamps(shop)["price"]}]
    edit: dict[str, Any] = {"itemId": "glazed", "priceMinor": 210, "expected": old}
    first = do(shop, EDIT, "operation-1", **edit)
    do(shop, EDIT, "operation-2", "eve", itemId="glazed", priceMinor=230)
    here = behind(shop, keys.operation("operation-1"))
    assert do(here, EDIT, "operation-1", **edit) == first
    # Eve's price stands, and another input is no retry.
    (node,) = [one["node"] for one in ask(here, DIFFERENCE)["edges"]]
    assert node["fields"][0]["after"] == "230"
    (error,) = do(here, EDIT, "operation-1", **{**edit, "priceMinor": 5})["errors"]
    assert error["__typename"] == "OperationIdReusedError"
    # An operation that was never applied is refused as before.
    (error,) = do(here, EDIT, "operation-9", **edit)["errors"]
    assert (error["__typename"], error["author"]) == ("ChangedMeanwhileError", "eve")


@pytest.mark.parametrize(("late", "is_theirs"), [(210, True), (220, False)])
def test_what_a_region_carries_out_late_is_no_change_of_what_its_client_saw_elsewhere(
    shop: Service, late: int, *, is_theirs: bool
) -> None:
    """A region that thaws applies what another region applied already: a newer stamp, one edit."""
    draft = keys.draft("de", "glazed")
    before = shop.table.get(draft, consistent=True)
    assert before is not None
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    seen = stamps(shop)["price"]
    # The replica that was frozen: neither the record nor the edit had arrived.
    lose(shop.table, keys.operation("operation-1"))
    now = shop.table.get(draft, consistent=True)
    assert now is not None
    rev = shop.table.next_stamp(now, None)
    shop.table.put(draft, before.body, rev=rev, replaces=now.rev)
    thawed = behind(shop)
    do(thawed, EDIT, "operation-1", itemId="glazed", priceMinor=late)
    assert stamps(shop)["price"] > seen
    expected = [{"entry": "price", "stamp": seen}]
    more: Any = {"itemId": "glazed", "priceMinor": 250, "expected": expected}
    payload = do(shop, EDIT, "operation-2", **more)
    assert (payload["errors"] == []) == is_theirs, payload
    lose(shop.table, keys.operation("operation-2"))
    refused = do(shop, EDIT, "operation-3", **more)["errors"]
    assert refused, "somebody else's edit is one"
