"""One rule for each way in: a mutation and a file judge the same extreme value alike."""

from pathlib import Path
from typing import Any

import pytest

from dataload.importing import assortments, catalog
from dataload.importing.columns import ColumnOptions
from dataload.importing.loading import import_assortments
from dataload.importing.loading_catalogs import import_catalog
from dataload.importing.report import ImportReport
from dataload.importing.sheet import open_sheet
from dataload.progress import NoProgress
from tests.support.chain import set_draft
from tests.support.service import Service
from tests.unit.graphql_schema.test_mutations import ASSORTMENT, EDIT, PUBLISH, STORE, send, shop

__all__ = ["shop"]

OPTIONS = ColumnOptions({}, {})
DIETS = '{ menu(storeId: "de-1") { categories { items { id diet } } } }'
ITEM_VALUES: list[tuple[str, str, Any, str]] = [
    (column, field, value, written)
    for column, field, values in (
        ("calories", "calories", [(0, "0"), (10_000, "10000"), (10_001, "10001"), (-1, "-1")]),
        (
            "price",
            "priceMinor",
            [(0, "0"), (2**31 - 1, "21474836.47"), (-1, "-0.01"), (205, "2.05")],
        ),
        (
            "image_url",
            "imageUrl",
            [
                (url, url)
                for url in (
                    "/pictures/a.svg", "https://a.example/b.png", "//evil.example/x",
                    "javascript:alert(1)", "http://a.example/b.png", "data:image/png,x",
                    "https://user@a.example/", "/" + "x" * 300, "pictures/a.svg",
                )
            ],
        ),
        ("category", "category", [("drinks", "drinks"), ("a/b", "a/b"), ("x" * 65, "x" * 65)]),
        ("standard", "standard", [(False, "no"), (True, "yes")]),
    )
    for value, written in values
]  # fmt: skip
TEXTS = ["Ring", "x" * 100, "x" * 101, "a\x07b", "a\u202eb", "مقهى", "🍩"]


def accepts_item(shop: Service, operation: int, **fields: Any) -> bool:
    payload = send(shop, EDIT, f"op-{operation:05}", market="de", itemId="glazed", **fields)
    return not payload["errors"]


def file_accepts_item(shop: Service, folder: Path, column: str, written: str) -> bool:
    path = folder / "item.csv"
    path.write_text(f'id,market,{column}\nglazed,de,"{written}"\n', encoding="utf-8")
    sheet = open_sheet(path, catalog.COLUMNS, OPTIONS)
    report = ImportReport("eu-west-1", dry_run=True, files=[])
    import_catalog(shop.table, [sheet], NoProgress(), report, publish=False)
    problems = report.files[0].problems
    # The mutation makes drafts, whose category may come later.
    return not [one for one in problems if one.rule != "does not fit"]


@pytest.mark.parametrize("case", ITEM_VALUES, ids=lambda case: f"{case[0]}-{case[3][:30]}")
def test_a_value_of_an_item(shop: Service, tmp_path: Path, case: tuple[str, str, Any, str]) -> None:
    column, field, value, written = case
    by_file = file_accepts_item(shop, tmp_path, column, written)
    assert accepts_item(shop, 1, **{field: value}) == by_file


@pytest.mark.parametrize("text", TEXTS)
def test_a_name(shop: Service, tmp_path: Path, text: str) -> None:
    names = [{"locale": "de", "text": text}]
    assert accepts_item(shop, 1, names=names) == file_accepts_item(shop, tmp_path, "name", text)


@pytest.mark.parametrize(
    "item_id", ["latte.large", "a-b_c", "x" * 64, "x" * 65, ".a", "-a", "a b", "é", "category:x"]
)
def test_an_id_of_an_item(shop: Service, tmp_path: Path, item_id: str) -> None:
    header = "id,market,category,name,price,allergens\n"
    path = tmp_path / "item.csv"
    path.write_text(f"{header}{item_id},de,donuts,A,1,none\n", encoding="utf-8")
    sheet = open_sheet(path, catalog.COLUMNS, OPTIONS)
    report = ImportReport("eu-west-1", dry_run=True, files=[])
    import_catalog(shop.table, [sheet], NoProgress(), report, publish=False)
    payload = send(shop, EDIT, market="de", itemId=item_id, priceMinor=100)
    assert (not payload["errors"]) == report.good


@pytest.mark.parametrize("rank", [0, 1_000_000, 1_000_001, -1])
@pytest.mark.parametrize("price", ["0.00", "21474836.47", "-0.01"])
def test_a_line_of_an_assortment(shop: Service, tmp_path: Path, rank: int, price: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(f"store,item,price,rank\nde-1,glazed,{price},{rank}\n", encoding="utf-8")
    sheet = open_sheet(path, assortments.COLUMNS, OPTIONS)
    report = ImportReport("eu-west-1", dry_run=True, files=[])
    import_assortments(shop.table, [sheet], NoProgress(), report)
    minor = round(float(price) * 100)
    line = {"itemId": "glazed", "priceMinor": minor, "rank": rank}
    payload = send(shop, ASSORTMENT, **STORE, lines=[line])
    assert (not payload["errors"]) == report.good


def test_locales_are_canonical_or_refused(shop: Service) -> None:
    for at, locale in enumerate(("FR", "nl")):
        assert accepts_item(shop, at, names=[{"locale": locale, "text": "x"}])
    for at, locale in enumerate(("xx!!", "", "fr_FR", "x", "english"), 10):
        assert not accepts_item(shop, at, names=[{"locale": locale, "text": "x"}])
    entries = shop.table.partition("CATALOG#de", prefix="ITEM#glazed")[0].body["e"]
    assert {"names/fr", "names/nl"} <= entries.keys()


@pytest.mark.parametrize("field", ["names", "descriptions"])
def test_texts_in_languages_that_the_chain_does_not_have_are_refused(
    shop: Service, field: str
) -> None:
    texts = [{"locale": one, "text": "x"} for one in ("it", "xx", "en-US", "pt-BR")]
    payload = send(shop, EDIT, "op-00001", market="de", itemId="glazed", **{field: texts})
    assert [one["path"] for one in payload["errors"]] == [[field, at, "text"] for at in "123"]
    for tag, error in zip(("xx", "en-US", "pt-BR"), payload["errors"], strict=True):
        assert error["message"] == (
            f"text: the chain has no texts in '{tag}'; languages are en, fr, de, ja, es, it, nl"
        )
    entries = shop.table.partition("CATALOG#de", prefix="ITEM#glazed")[0].body["e"]
    assert f"{field}/it" not in entries


def test_a_text_of_an_unknown_language_is_read_and_can_be_taken_away(shop: Service) -> None:
    set_draft(shop.table, "de", "glazed", names={"en": "Ring", "de": "Ring", "xx": "Rxng"})
    gone = [{"locale": "xx", "remove": True}]
    assert accepts_item(shop, 1, names=gone)
    assert accepts_item(shop, 2, names=gone)  # it is gone already
    assert not accepts_item(shop, 3, names=[{"locale": "qq", "remove": True}])  # never was there
    empty = send(
        shop, EDIT, "op-00005", market="de", itemId="glazed", names=[{"locale": "en", "text": " "}]
    )
    assert "is empty; write a text, or take it away with `remove`" in empty["errors"][0]["message"]
    send(shop, PUBLISH, "op-00004", market="de")
    assert shop.ask('{ menu(storeId: "de-1", locale: "xx") { locale } }')["menu"]
    entries = shop.table.partition("CATALOG#de", prefix="ITEM#glazed")[0].body["e"]
    assert entries["names/xx"][0] is None
    assert not [one for one in entries if one.endswith("/qq")]


def test_an_item_whose_names_are_all_taken_away_is_not_published(shop: Service) -> None:
    names = [{"locale": "de", "text": "Ring"}, {"locale": "fr", "text": "Anneau"}]
    assert accepts_item(shop, 1, names=names, descriptions=names)
    known = shop.table.partition("CATALOG#de", prefix="ITEM#glazed")[0].body["e"]
    tags = [one.removeprefix("names/") for one in known if one.startswith("names/")]
    assert accepts_item(shop, 2, names=[{"locale": one, "remove": True} for one in tags])
    (error,) = send(shop, PUBLISH, "op-00003", market="de")["errors"]
    assert "glazed has no name" in error["message"]


def test_null_is_no_change(shop: Service) -> None:
    nothing = {
        "allergens": None, "standard": None, "withdrawn": None, "calories": None, "names": None,
        "category": None, "priceMinor": None, "imageUrl": None, "diet": None,
    }  # fmt: skip
    before = shop.table.partition("CATALOG#de", prefix="ITEM#glazed")[0].body["e"]
    assert accepts_item(shop, 1, **nothing)
    assert shop.table.partition("CATALOG#de", prefix="ITEM#glazed")[0].body["e"] == before


def test_an_item_without_a_statement_of_allergens_is_not_published(shop: Service) -> None:
    names = [{"locale": "en", "text": "New"}]
    fields: dict[str, Any] = {"names": names, "category": "donuts", "priceMinor": 100}
    send(shop, EDIT, market="de", itemId="new", allergens=None, **fields)
    refused = send(shop, PUBLISH, "op-00002", market="de")
    assert "new has no statement of allergens" in refused["errors"][0]["message"]
    send(shop, EDIT, "op-00003", market="de", itemId="new", allergens=[])
    assert send(shop, PUBLISH, "op-00004", market="de")["itemCount"] == 4


@pytest.mark.parametrize(
    ("diet", "allergens", "named"),
    [
        ("VEGAN", ["GLUTEN", "MILK", "EGG"], "MILK, EGG"),
        ("VEGAN", ["MOLLUSC"], "MOLLUSC"),
        ("VEGETARIAN", ["MILK", "FISH"], "FISH"),
    ],
)
def test_a_diet_that_the_allergens_contradict_is_not_published(
    shop: Service, diet: str, allergens: list[str], named: str
) -> None:
    wanted: dict[str, Any] = {
        "market": "de",
        "itemId": "glazed",
        "diet": diet,
        "allergens": allergens,
    }
    assert send(shop, EDIT, **wanted)["errors"] == []
    refused = send(shop, PUBLISH, "op-00002", market="de")
    message = f"glazed is stated to be {diet} and to contain {named}; correct its diet or"
    assert message in refused["errors"][0]["message"]
    assert (
        send(shop, EDIT, "op-00003", market="de", itemId="glazed", clear=["DIET"])["errors"] == []
    )
    assert send(shop, PUBLISH, "op-00004", market="de")["errors"] == []


def test_a_stated_diet_is_on_the_menu_and_nothing_is_derived(shop: Service) -> None:
    send(shop, EDIT, market="de", itemId="glazed", diet="VEGETARIAN")
    send(shop, EDIT, "op-00002", market="de", itemId="latte", allergens=[], standard=True)
    assert send(shop, PUBLISH, "op-00003", market="de")["errors"] == []
    found = shop.ask(DIETS)["menu"]["categories"]
    diets = {item["id"]: item["diet"] for one in found for item in one["items"]}
    assert diets["glazed"] == "VEGETARIAN"
    assert set(diets.values()) == {"VEGETARIAN", None}
