"""Opening hours that a store sets itself: what is answered then, and what is refused."""

from typing import Any

import orjson
import pytest

from services.domain.documents.journal import Change, JournalEntry
from services.domain.stamp import HybridClock, Stamp
from services.storage import keys
from services.storage.conflicts import ConflictIndex
from tests.support.chain import PROFILE, add_store, publish_small_catalog, set_assortment
from tests.support.service import Service
from tests.support.tokens import ISSUER

SET = """
mutation S($input: UpdateStoreHoursInput!) { updateStoreHours(input: $input) {
  hours { weekday opens closes } stamp
  errors { __typename message path ... on ChangedMeanwhileError { entry value author } } } }
"""
READ = '{ store(id: "de-1") { hours { weekday opens closes } hoursStamp openNow opensAt } }'
MANAGER = ISSUER.bearer("store:de-1:manager")
NIGHT = [{"weekday": "FRIDAY", "opens": "18:00", "closes": "02:00"}]
SPLIT = [
    {"weekday": "MONDAY", "opens": "14:00", "closes": "18:00"},
    {"weekday": "MONDAY", "opens": "08:00", "closes": "12:00"},
    {"weekday": "TUESDAY", "opens": "00:00", "closes": "24:00"},
]


@pytest.fixture
def shop(service: Service) -> Service:
    # Monday, 4 May 2026, at noon in Berlin.
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    set_assortment(service.table, "de-1", {"glazed": {"listed": True}})
    return service


def save(
    shop: Service,
    hours: list[dict[str, Any]],
    operation_id: str = "operation-1",
    headers: dict[str, str] = MANAGER,
    **more: Any,
) -> Any:
    mutation_input = {"operationId": operation_id, "storeId": "de-1", "hours": hours, **more}
    found = orjson.loads(shop.post(SET, headers, variables={"input": mutation_input}).body)
    assert "errors" not in found, found
    return found["data"]["updateStoreHours"]


def seen(stamp: str | None) -> dict[str, Any]:
    return {"expected": [{"entry": "hours", "stamp": stamp}]}


def test_hours_are_set_for_the_whole_week_and_read(shop: Service) -> None:
    found = save(shop, SPLIT)
    assert found["errors"] == []
    assert found["hours"] == [
        {"weekday": "MONDAY", "opens": "08:00", "closes": "12:00"},
        {"weekday": "MONDAY", "opens": "14:00", "closes": "18:00"},
        {"weekday": "TUESDAY", "opens": "00:00", "closes": "24:00"},
    ]
    store = shop.ask(READ)["store"]
    assert (store["hours"], store["hoursStamp"]) == (found["hours"], found["stamp"])
    profile = shop.table.get(keys.profile("de-1"))
    assert profile is not None
    assert "Mo 08:00-12:00,14:00-18:00; Tu 00:00-24:00; We-Su off" in str(profile.body)


def test_pickup_slots_and_the_opening_state_follow(shop: Service) -> None:
    slots = '{ pickupSlots(storeId: "de-1", day: "2026-05-08") { start } }'
    menu = '{ menu(storeId: "de-1") { version store { openNow opensAt } } }'
    before = shop.ask(menu)["menu"]
    assert before["store"]["openNow"] is True
    assert save(shop, NIGHT)["errors"] == []
    after = shop.ask(menu)["menu"]
    assert after["store"] == {"openNow": False, "opensAt": "2026-05-08T18:00:00+02:00"}
    assert after["version"] != before["version"]
    starts = [one["start"] for one in shop.ask(slots)["pickupSlots"]]
    # The kitchen begins when the store opens, and needs a quarter of an hour.
    assert starts[0] == "2026-05-08T18:15:00+02:00"
    closed = '{ pickupSlots(storeId: "de-1", day: "2026-05-05") { start } }'
    assert shop.ask(closed)["pickupSlots"] == []


def test_a_week_without_spans_is_never_open(shop: Service) -> None:
    assert save(shop, [])["errors"] == []
    store = shop.ask(READ)["store"]
    assert (store["hours"], store["openNow"], store["opensAt"]) == ([], False, None)


def test_a_retry_gets_the_first_answer_and_another_input_is_refused(shop: Service) -> None:
    first = save(shop, SPLIT)
    save(shop, NIGHT, "operation-2")
    # The same spans in another order are the same intent.
    assert save(shop, SPLIT[::-1]) == first
    assert shop.ask(READ)["store"]["hours"] == NIGHT
    others: list[dict[str, Any]] = [{"hours": []}, {"hours": SPLIT, **seen(first["stamp"])}]
    for other in others:
        (error,) = save(shop, **other)["errors"]
        assert error["__typename"] == "OperationIdReusedError"


def test_hours_that_are_set_as_they_were_are_set_anew(shop: Service) -> None:
    first = save(shop, SPLIT)
    second = save(shop, SPLIT, "operation-2")
    # So an older edit, which is still on its way from another region, does not replace them.
    assert Stamp.parse(second["stamp"]) > Stamp.parse(first["stamp"])


def test_hours_that_somebody_set_meanwhile_are_not_overwritten(shop: Service) -> None:
    stamp = shop.ask(READ)["store"]["hoursStamp"]
    first = save(shop, SPLIT, **seen(stamp))
    assert first["errors"] == []
    refused = save(shop, NIGHT, "operation-2", **seen(stamp))
    (error,) = refused["errors"]
    assert (refused["hours"], refused["stamp"]) == ([], None)
    assert (error["__typename"], error["entry"]) == ("ChangedMeanwhileError", "hours")
    assert error["author"] == "developer"
    assert error["value"] == '"Mo 08:00-12:00,14:00-18:00; Tu 00:00-24:00; We-Su off"'
    assert shop.ask(READ)["store"]["hours"] == first["hours"]
    assert save(shop, NIGHT, "operation-3", **seen(first["stamp"]))["errors"] == []
    # A retry of what was applied gets its answer, though the stamp is another one by now.
    assert save(shop, SPLIT, **seen(stamp)) == first


def test_an_edit_of_another_field_of_the_store_is_no_change_of_its_hours(shop: Service) -> None:
    stamp = shop.ask(READ)["store"]["hoursStamp"]
    close = """mutation { updateStoreClosures(input: { operationId: "operation-9",
      storeId: "de-1", closeDays: ["2026-05-05"] }) { errors { message } } }"""
    shop.post(close, MANAGER)
    assert save(shop, NIGHT, **seen(stamp))["errors"] == []


def test_an_entry_that_is_not_of_the_hours_is_refused(shop: Service) -> None:
    (error,) = save(shop, NIGHT, expected=[{"entry": "houres", "stamp": None}])["errors"]
    assert error["path"] == ["expected", "0", "entry"]
    assert "there is no entry 'houres'; entries are hours" in error["message"]


@pytest.mark.parametrize(
    ("hours", "path", "message"),
    [
        ([{"weekday": "MONDAY", "opens": "08:00", "closes": "08:00"}], ["hours", "0"], "is empty"),
        ([*NIGHT, {"weekday": "MONDAY", "opens": "8am", "closes": "9"}], ["hours", "1"], "8am"),
        ([*NIGHT, {"weekday": "FRIDAY", "opens": "19:00", "closes": "20:00"}], ["hours"],
         "18:00-02:00 and 19:00-20:00 of Fr overlap"),
        ([{"weekday": "MONDAY", "opens": f"0{at}:00", "closes": f"0{at}:30"} for at in range(5)],
         ["hours"], "Mo has 5 spans; at most 4 a day"),
        (NIGHT * 29, ["hours"], "at most 28 spans"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_typed_error_and_changes_nothing(
    shop: Service, hours: list[dict[str, Any]], path: list[str], message: str
) -> None:
    before = shop.ask(READ)
    (error,) = save(shop, hours)["errors"]
    assert (error["__typename"], error["path"]) == ("InvalidValueError", path)
    assert message in error["message"]
    assert shop.ask(READ) == before


def test_a_store_that_does_not_exist_has_no_hours(shop: Service) -> None:
    (error,) = save(shop, NIGHT, headers=ISSUER.bearer("chain:admin"), storeId="de-9")["errors"]
    assert (error["__typename"], error["path"]) == ("UnknownStoreError", ["storeId"])


def test_hours_set_in_two_regions_at_once_are_a_conflict_that_shows_the_loser(
    shop: Service,
) -> None:
    save(shop, NIGHT)
    document = keys.profile("de-1")
    # As another region wrote it, which had not seen the first one.
    stamp = Stamp(Stamp.parse(shop.ask(READ)["store"]["hoursStamp"]).time + 1, "us-east-1")
    change = Change("hours", PROFILE["hours"], None)
    entry = JournalEntry(document, stamp, "operation-2", "bob", "updateStoreHours", (change,))
    shop.table.put(keys.journal(document, stamp), entry.dump(), rev=stamp, replaces=None)
    ConflictIndex(shop.table).take_in(entry)
    conflicts = """{ editConflicts(storeId: "de-1") { edges { node {
      document entry lost { value author } standing { value author } } } } }"""
    found = orjson.loads(shop.post(conflicts, MANAGER).body)["data"]["editConflicts"]
    (edge,) = found["edges"]
    assert edge["node"] == {
        "document": "STORE#de-1/PROFILE",
        "entry": "hours",
        "lost": {"value": '"Mo-Th,Sa-Su off; Fr 18:00-02:00"', "author": "developer"},
        "standing": {"value": f'"{PROFILE["hours"]}"', "author": "bob"},
    }
