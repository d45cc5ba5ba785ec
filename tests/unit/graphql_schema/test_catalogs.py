"""Head office's catalogs: drafts beside what is published, differences, publishing, going back."""

from typing import Any

import orjson
import pytest

from services.domain import publishing
from services.domain.documents.catalog import CatalogVersion
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.journals import JournalReader
from tests.support.chain import set_draft
from tests.support.head_office import (
    DIFFERENCE,
    EDIT,
    HISTORY,
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


def test_the_state_counts_what_publishing_changes_and_what_is_missing(shop: Service) -> None:
    quiet = ask(shop, STATE)
    assert (quiet["itemCount"], quiet["changedCount"], quiet["untranslatedCount"]) == (3, 0, 3)
    assert [one["id"] for one in quiet["categories"]] == ["donuts", "drinks"]
    assert quiet["published"]["inForce"]
    assert quiet["published"]["author"] is None
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    do(shop, EDIT, "operation-2", itemId="latte", withdrawn=True)
    do(shop, EDIT, "operation-3", itemId="new", category="donuts", priceMinor=1)
    state = ask(shop, STATE)
    counts = ("addedCount", "changedCount", "withdrawnCount", "incompleteCount")
    assert [state[name] for name in counts] == [1, 1, 1, 1]
    assert state["withoutAllergensCount"] == 1
    assert state["draftsVersion"] != quiet["draftsVersion"]
    assert state["published"] == quiet["published"]


def test_items_stand_in_menu_order_with_the_draft_beside_what_is_published(shop: Service) -> None:
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    do(shop, EDIT, "operation-2", itemId="porridge", withdrawn=True)
    do(shop, EDIT, "operation-3", itemId="new", category="drinks", priceMinor=1)
    found = [edge["node"] for edge in ask(shop, ITEMS)["edges"]]
    assert [(one["itemId"], one["change"]) for one in found] == [
        ("glazed", "CHANGED"),
        ("latte", None),
        ("new", "ADDED"),
        ("porridge", "WITHDRAWN"),
    ]
    glazed, _, new, porridge = found
    assert glazed["draft"]["price"] == {"amountMinor": 210}
    assert glazed["published"]["price"] == {"amountMinor": 199}
    assert glazed["untranslatedNames"] == ["fr", "ja", "es", "it", "nl"]
    assert new["missing"] == ["NAME", "ALLERGENS"]
    assert (new["draft"]["allergens"], new["published"]) == (None, None)
    assert porridge["missing"] == []
    first = ask(shop, ITEMS, first=3)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    rest = ask(shop, ITEMS, first=3, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["itemId"] for edge in rest["edges"]] == ["porridge"]


def test_an_edit_of_what_somebody_else_set_meanwhile_is_refused_and_names_them(
    shop: Service,
) -> None:
    seen = stamps(shop)
    expected = [{"entry": "price", "stamp": seen["price"]}]
    names = [{"locale": "fr", "text": "Anneau"}]
    do(shop, EDIT, "operation-1", "eve", itemId="glazed", priceMinor=210)
    # Another entry was not touched: two translators do not hinder each other.
    other = do(
        shop, EDIT, "operation-2", itemId="glazed", names=names,
        expected=[{"entry": "names/fr", "stamp": None}],
    )  # fmt: skip
    assert other["errors"] == []
    refused = do(shop, EDIT, "operation-3", itemId="glazed", priceMinor=220, expected=expected)
    (error,) = refused["errors"]
    assert error["__typename"] == "ChangedMeanwhileError"
    assert (error["entry"], error["value"], error["author"]) == ("price", "210", "eve")
    assert (error["region"], error["at"]) == ("eu-west-1", "2026-05-04T10:00:00+00:00")
    assert shop.table.get(keys.operation("operation-3")) is None
    again = do(
        shop, EDIT, "operation-3", itemId="glazed", priceMinor=220,
        expected=[{"entry": "price", "stamp": error["stamp"]}],
    )  # fmt: skip
    assert again["item"]["price"] == {"amountMinor": 220}
    # A retry of what was done is answered, though the stamp is an old one by now.
    assert again == do(
        shop, EDIT, "operation-3", itemId="glazed", priceMinor=220,
        expected=[{"entry": "price", "stamp": error["stamp"]}],
    )  # fmt: skip


def test_an_operation_id_with_other_conditions_is_another_input(shop: Service) -> None:
    seen = ask(shop, DIFFERENCE)
    conditions = {
        "expectedVersion": seen["fromVersion"], "expectedDrafts": seen["draftsVersion"]
    }  # fmt: skip
    price_seen: dict[str, Any] = {
        "itemId": "glazed",
        "priceMinor": 250,
        "expected": [{"entry": "price", "stamp": stamps(shop)["price"]}],
    }
    published = do(shop, PUBLISH, "operation-1", **conditions)
    edited = do(shop, EDIT, "operation-2", **price_seen)
    assert (published["errors"], edited["errors"]) == ([], [])
    rolled = do(shop, ROLL_BACK, "operation-3", version=seen["fromVersion"])
    assert rolled["errors"] == []
    for mutation, operation, rest in (
        (PUBLISH, "operation-1", {}),
        (PUBLISH, "operation-1", {**conditions, "expectedVersion": None}),
        (PUBLISH, "operation-1", {**conditions, "expectedDrafts": "another"}),
        (EDIT, "operation-2", {**price_seen, "expected": None}),
        (EDIT, "operation-2", {**price_seen, "expected": [{"entry": "price", "stamp": None}]}),
        (
            ROLL_BACK,
            "operation-3",
            {"version": seen["fromVersion"], "expectedVersion": seen["fromVersion"]},
        ),
    ):
        (error,) = do(shop, mutation, operation, **rest)["errors"]
        assert error["__typename"] == "OperationIdReusedError", rest
    assert do(shop, PUBLISH, "operation-1", **conditions) == published
    assert do(shop, EDIT, "operation-2", **price_seen) == edited


@pytest.mark.parametrize("entry", ["prise", "names", "names/", "names/FR", "price/fr", "id", ""])
def test_an_entry_that_no_draft_has_is_refused_with_those_that_it_can_have(
    shop: Service, entry: str
) -> None:
    right = {"entry": "names/fr", "stamp": None}
    wrong = [right, {"entry": entry, "stamp": None}]
    (error,) = do(
        shop, EDIT, "operation-1", itemId="glazed", priceMinor=210, expected=wrong
    )["errors"]  # fmt: skip
    assert (error["__typename"], error["path"]) == (
        "InvalidValueError",
        ["expected", "1", "entry"],
    )
    assert error["message"].startswith(f"there is no entry {entry!r}; entries are category, ")
    assert "names/<locale>" in error["message"]
    assert shop.table.get(keys.operation("operation-1")) is None
    twice = do(
        shop, EDIT, "operation-1", itemId="glazed", priceMinor=210, expected=[right, right]
    )  # fmt: skip
    assert "stands twice" in twice["errors"][0]["message"]


def test_what_nobody_saw_is_refused_where_it_is_there(shop: Service) -> None:
    names = [{"locale": "en", "text": "Ring"}]
    payload = do(
        shop, EDIT, "operation-1", itemId="glazed", names=names,
        expected=[{"entry": "names/en", "stamp": None}, {"entry": "names/es", "stamp": "old"}],
    )  # fmt: skip
    first, second = payload["errors"]
    # The small catalog was imported: nobody is named, and nothing is guessed.
    assert first["path"] == ["expected"]
    assert first["message"].startswith("an unknown author set names/en at ")
    assert first["message"].endswith("send the edit again with its stamp in `expected`")
    assert second["message"].endswith("with null as its stamp in `expected`")
    assert (first["entry"], first["author"], first["value"]) == ("names/en", None, '"Glazed ring"')
    assert (second["entry"], second["stamp"]) == ("names/es", None)
    many = [{"entry": f"names/x{at}", "stamp": None} for at in range(301)]
    (error,) = do(shop, EDIT, "operation-2", itemId="glazed", names=names, expected=many)["errors"]
    assert error["__typename"] == "InvalidValueError"


def test_a_difference_names_what_changes_for_guests(shop: Service) -> None:
    assert ask(shop, DIFFERENCE)["totalCount"] == 0
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210, allergens=["NUTS"])
    do(shop, EDIT, "operation-2", itemId="latte", withdrawn=True)
    found = ask(shop, DIFFERENCE)
    assert found["problems"] == []
    counts = ("totalCount", "addedCount", "changedCount", "withdrawnCount")
    assert [found[name] for name in counts] == [2, 0, 1, 1]
    assert (found["priceCount"], found["allergenCount"]) == (1, 1)
    assert found["toVersion"] is None
    withdrawn, changed = (edge["node"] for edge in found["edges"])
    assert (withdrawn["itemId"], withdrawn["fields"]) == ("latte", [])
    assert withdrawn["names"] == [{"locale": "en", "text": "Latte"}]
    assert changed["fields"] == [
        {"aspect": "PRICE", "locale": None, "before": "199", "after": "210"},
        {
            "aspect": "ALLERGENS",
            "locale": None,
            "before": '["GLUTEN", "MILK"]',
            "after": '["NUTS"]',
        },
    ]
    assert found["categories"] == [{"id": "drinks", "kind": "WITHDRAWN", "names": []}]
    page = ask(shop, DIFFERENCE, first=1)
    assert page["pageInfo"]["hasNextPage"]
    # The id alone is a cursor of the version before.
    for after in (page["pageInfo"]["endCursor"], "latte"):
        rest = ask(shop, DIFFERENCE, first=1, after=after)
        assert [edge["node"]["itemId"] for edge in rest["edges"]] == ["glazed"]


def items(page: Any) -> list[str]:
    return [edge["node"]["itemId"] for edge in page["edges"]]


def test_a_list_of_items_goes_on_behind_one_that_was_withdrawn_meanwhile(shop: Service) -> None:
    do(shop, EDIT, "operation-1", itemId="new", category="drinks", priceMinor=1)
    every = items(ask(shop, ITEMS))
    page = ask(shop, ITEMS, first=1)
    do(shop, EDIT, "operation-2", itemId=every[0], withdrawn=True)
    rest = ask(shop, ITEMS, after=page["pageInfo"]["endCursor"])
    assert items(rest) == [*every[1:], every[0]]
    # The id alone is a cursor of the version before.
    assert items(ask(shop, ITEMS, after=every[1])) == [*every[2:], every[0]]


def test_a_list_of_items_goes_on_where_categories_changed_meanwhile(shop: Service) -> None:
    every = items(ask(shop, ITEMS))
    pages = [ask(shop, ITEMS, first=at) for at in (1, 2)]
    set_draft(shop.table, "de", "category:aaa", rank=0, names={"en": "First"})
    for at, page in enumerate(pages, 1):
        assert items(ask(shop, ITEMS, after=page["pageInfo"]["endCursor"])) == every[at:]


def test_a_difference_goes_on_behind_an_item_that_differs_no_more(shop: Service) -> None:
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    do(shop, EDIT, "operation-2", itemId="latte", priceMinor=330)
    do(shop, EDIT, "operation-3", itemId="new", category="drinks", priceMinor=1)
    assert items(ask(shop, DIFFERENCE)) == ["glazed", "latte", "new"]
    cursors = [ask(shop, DIFFERENCE, first=at)["pageInfo"]["endCursor"] for at in (1, 2, 3)]
    do(shop, EDIT, "operation-4", itemId="glazed", priceMinor=199)
    rest = [items(ask(shop, DIFFERENCE, after=cursor)) for cursor in cursors]
    assert rest == [["latte", "new"], ["new"], []]
    # One that is in neither catalog any more was where another item is now.
    do(shop, EDIT, "operation-5", itemId="new", withdrawn=True)
    do(shop, EDIT, "operation-6", itemId="newer", category="drinks", priceMinor=1)
    assert items(ask(shop, DIFFERENCE, after=cursors[2])) == ["newer"]


def test_a_difference_says_what_keeps_drafts_from_being_published(shop: Service) -> None:
    set_draft(shop.table, "de", "new", category="donuts", names={"en": "New"}, price=1)
    (problem,) = ask(shop, DIFFERENCE)["problems"]
    assert problem.startswith("new has no statement of allergens")


def test_drafts_that_were_edited_after_they_were_looked_at_are_not_published(
    shop: Service,
) -> None:
    seen = ask(shop, DIFFERENCE)
    expected = {
        "expectedVersion": seen["fromVersion"], "expectedDrafts": seen["draftsVersion"]
    }  # fmt: skip
    do(shop, EDIT, "operation-1", "eve", itemId="glazed", priceMinor=210)
    (error,) = do(shop, PUBLISH, "operation-2", **expected)["errors"]
    assert error["__typename"] == "ChangedMeanwhileError"
    assert (error["entry"], error["author"]) == ("glazed/price", "eve")
    assert error["path"] == ["expectedDrafts"]
    assert "draftsVersion as expectedDrafts" in error["message"]
    assert price(shop) == 199
    expected["expectedDrafts"] = ask(shop, DIFFERENCE)["draftsVersion"]
    published = do(shop, PUBLISH, "operation-3", **expected)
    assert published["errors"] == []
    assert price(shop) == 210
    # By now another version is in force than the one that was looked at.
    (error,) = do(shop, PUBLISH, "operation-4", "eve", **expected)["errors"]
    assert (error["entry"], error["author"]) == ("version", "ada")
    assert error["path"] == ["expectedVersion"]
    assert f"{published['version']}, as expectedVersion" in error["message"]


def test_an_earlier_version_comes_into_force_again_and_the_drafts_stay(shop: Service) -> None:
    first = ask(shop, STATE)["published"]["version"]
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    second = do(shop, PUBLISH, "operation-2")["version"]
    assert price(shop) == 210
    preview = ask(shop, DIFFERENCE, to=first)
    assert (preview["fromVersion"], preview["toVersion"]) == (second, first)
    assert preview["edges"][0]["node"]["fields"][0]["after"] == "199"
    wanted = {"version": first, "expectedVersion": second}
    back = do(shop, ROLL_BACK, "operation-3", "eve", **wanted)
    assert back == {"version": first, "itemCount": 3, "errors": []}
    assert price(shop) == 199
    assert back == do(shop, ROLL_BACK, "operation-3", "eve", **wanted)
    state = ask(shop, STATE)
    assert (state["changedCount"], state["published"]["author"]) == (1, "eve")
    assert state["published"]["rollback"]
    listed = [edge["node"] for edge in ask(shop, PUBLICATIONS)["edges"]]
    assert [(one["version"], one["author"], one["rollback"]) for one in listed] == [
        (first, "eve", True),
        (second, "ada", False),
        (first, None, False),
    ]
    assert [one["inForce"] for one in listed] == [True, False, True]
    assert [one["replaced"] for one in listed] == [second, first, None]
    page = ask(shop, PUBLICATIONS, first=1)
    rest = ask(shop, PUBLICATIONS, first=1, after=page["pageInfo"]["endCursor"])
    assert rest["edges"][0]["node"]["version"] == second
    # Both edits of the pointer are in its journal.
    journal = JournalReader(shop.table).latest(keys.pointer("de"), 5)
    assert [(one.action, one.author) for one in journal] == [
        ("rollbackCatalog", "eve"),
        ("publishCatalog", "ada"),
    ]


def test_a_rollback_to_what_is_not_there_or_after_another_publication_changes_nothing(
    shop: Service,
) -> None:
    first = ask(shop, STATE)["published"]["version"]
    for number, version in enumerate(("nothing", f"{1:016x}@eu-west-1", "x" * 5000)):
        (error,) = do(shop, ROLL_BACK, f"operation-{number}", version=version)["errors"]
        assert error["__typename"] == "UnknownVersionError"
        assert len(error["message"]) < 300
    do(shop, EDIT, "operation-5", itemId="glazed", priceMinor=210)
    second = do(shop, PUBLISH, "operation-6")["version"]
    (error,) = do(shop, ROLL_BACK, "operation-7", version=first, expectedVersion=first)["errors"]
    assert (error["__typename"], error["value"]) == ("ChangedMeanwhileError", f'"{second}"')
    assert price(shop) == 210
    # What is in force already is no publication. It is an action of who asked for it: it beats an
    # older publication that is still on its way.
    for number, mutation, rest in ((8, ROLL_BACK, {"version": second}), (9, PUBLISH, {})):
        assert do(shop, mutation, f"operation-{number}", "eve", **rest)["version"] == second
    assert len(ask(shop, PUBLICATIONS)["edges"]) == 2
    assert len(shop.table.partition("ACTIONS#eve")) == 2
    assert len(shop.table.partition("ACTIONS#ada")) == 2


def test_a_rollback_takes_a_version_only_as_it_is_written(shop: Service) -> None:
    first = ask(shop, STATE)["published"]["version"]
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    second = do(shop, PUBLISH, "operation-2")["version"]
    digits, _, region = first.partition("@")
    spellings = (
        f"{digits.upper()}@{region}",
        f"+{digits[1:]}@{region}",
        f"0x{digits[2:]}@{region}",
    )
    assert first not in spellings
    for number, version in enumerate(spellings):
        (error,) = do(shop, ROLL_BACK, f"rollback-{number}", version=version)["errors"]
        assert (error["__typename"], error["path"]) == ("UnknownVersionError", ["version"])
        assert "copy one from `catalogPublications`" in error["message"]
    assert CatalogRepository(shop.table).in_force("de") == second


def test_every_reason_that_keeps_an_item_from_being_published_is_marked(shop: Service) -> None:
    set_draft(shop.table, "de", "glazed", category="gone")
    set_draft(shop.table, "de", "latte", diet="VEGAN")
    lacks = {edge["node"]["itemId"]: edge["node"]["missing"] for edge in ask(shop, ITEMS)["edges"]}
    assert lacks == {"glazed": ["CATEGORY"], "latte": ["DIET"], "porridge": []}
    state = ask(shop, STATE)
    assert (state["incompleteCount"], state["withoutAllergensCount"]) == (2, 0)
    assert len(ask(shop, DIFFERENCE)["problems"]) == 2
    for item_id, missing in lacks.items():
        one = f'{{ catalogItem(market: "de", itemId: "{item_id}") {{ missing }} }}'
        assert ask(shop, one)["missing"] == missing
    set_draft(shop.table, "de", "category:donuts", withdrawn=True)
    porridge = '{ catalogItem(market: "de", itemId: "porridge") { missing } }'
    assert ask(shop, porridge)["missing"] == ["CATEGORY"]


def test_pages_of_a_difference_compile_drafts_and_decode_versions_once(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(shop, STATE)["published"]["version"]
    do(shop, EDIT, "operation-1", itemId="glazed", priceMinor=210)
    do(shop, EDIT, "operation-2", itemId="latte", priceMinor=330)
    here = Service(process_of(shop.table.region))
    compiled: list[Any] = []
    decoded: list[str] = []
    stored_bytes, load = publishing.stored_bytes, CatalogVersion.load

    def measured(catalog: CatalogVersion) -> int:
        compiled.append(catalog)
        return stored_bytes(catalog)

    def counted(market: str, version: str, *rest: Any) -> CatalogVersion:
        decoded.append(version)
        return load(market, version, *rest)

    monkeypatch.setattr(publishing, "stored_bytes", measured)
    monkeypatch.setattr(CatalogVersion, "load", counted)
    for _ in range(2):
        page = ask(here, DIFFERENCE, first=1)
        ask(here, DIFFERENCE, first=1, after=page["pageInfo"]["endCursor"])
        ask(here, DIFFERENCE, to=first)
        ask(here, ITEM)
    assert (len(compiled), decoded) == (1, [first])
    do(here, EDIT, "operation-3", itemId="latte", priceMinor=340)
    ask(here, DIFFERENCE)
    assert (len(compiled), decoded) == (2, [first])


def test_the_history_of_an_item_is_that_of_its_journal(shop: Service) -> None:
    assert ask(shop, HISTORY) == []
    do(shop, EDIT, "operation-1", "eve", itemId="glazed", priceMinor=210)
    names = [{"locale": "fr", "text": "Anneau"}]
    do(shop, EDIT, "operation-2", "ada", itemId="glazed", names=names)
    found = ask(shop, HISTORY)
    assert [(one["author"], one["changes"]) for one in found] == [
        ("ada", [{"entry": "names/fr", "value": '"Anneau"'}]),
        ("eve", [{"entry": "price", "value": "210"}]),
    ]


@pytest.mark.parametrize(
    "query",
    [
        '{ catalog(market: "xx") { itemCount } }',
        '{ catalogItems(market: "de", first: 0) { totalCount } }',
        '{ catalogItems(market: "de", after: "nobody") { totalCount } }',
        '{ catalogDifference(market: "de", toVersion: "old") { totalCount } }',
        '{ catalogDifference(market: "de", fromVersion: "") { totalCount } }',
        '{ catalogDifference(market: "de", after: "nobody") { totalCount } }',
        '{ catalogPublications(market: "de", after: "old") { edges { cursor } } }',
        '{ catalogPublications(market: "de", after: "ffffffffffffffff@a") { edges { cursor } } }',
    ],
)
def test_what_cannot_be_asked_is_explained(shop: Service, query: str) -> None:
    answer = orjson.loads(shop.post(query, ISSUER.bearer("chain:admin")).body)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_version_from_before_publications_were_recorded_is_listed_as_the_one_in_force(
    shop: Service,
) -> None:
    repository = CatalogRepository(shop.table)
    (only,) = repository.publications("de")
    shop.table.item._get_connection().delete_item(
        keys.publications_partition("de"), keys.publication("de", only.stamp).sk
    )
    (edge,) = ask(shop, PUBLICATIONS)["edges"]
    assert (edge["node"]["version"], edge["node"]["author"]) == (only.version, None)
    assert ask(shop, STATE)["published"]["itemCount"] is None


def test_an_unknown_item_has_no_state_and_no_history(shop: Service) -> None:
    for item in ("nothing", "category:donuts", "x" * 3000):
        arguments = f'(market: "de", itemId: "{item}")'
        assert ask(shop, f"{{ catalogItem{arguments} {{ itemId }} }}") is None
        assert ask(shop, f"{{ catalogItemHistory{arguments} {{ name }} }}") == []
