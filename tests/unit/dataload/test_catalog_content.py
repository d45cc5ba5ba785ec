"""The chain's catalog file: complete in every language and market, true to its own shape."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from services.domain.diets import contradicting
from services.domain.markets import LOCALES

ROOT = Path(__file__).resolve().parents[3]
MARKETS = ("us", "ca", "gb", "ie", "de", "fr", "es", "it", "nl", "sg", "my", "jp", "au", "in")
ALLERGENS = {
    "GLUTEN",
    "MILK",
    "EGG",
    "SOY",
    "NUTS",
    "PEANUT",
    "SESAME",
    "SULPHITE",
    "LUPIN",
    "CELERY",
    "MUSTARD",
    "FISH",
    "CRUSTACEAN",
    "MOLLUSC",
}
DAYPARTS = {"BREAKFAST"}

# What a donut or a bottle of water may cost, in the minor units of the market's currency.
PRICE_RANGE = {
    "jp": (100, 3_000),
    "in": (2_000, 200_000),
    "my": (200, 8_000),
}
PRICE_RANGE_ELSEWHERE = (90, 4_000)

# Words that betray an allergen in the English name or description. Phrases that deny one
# ("no nuts involved") and plants that only borrow the name are taken out first.
TELLTALES = {
    "MILK": r"butter(?!y)|\bmilk|cream|cheese|cheddar|feta|ricotta|mascarpone|custard|yogurt",
    "NUTS": r"hazelnut|pistachio|almond|pecan|praline",
    "PEANUT": r"peanut",
    "SESAME": r"sesame",
    "FISH": r"salmon",
    "EGG": r"\beggs?\b|meringue|custard|choux|cruller",
    "MUSTARD": r"mustard",
    "SULPHITE": r"raisin|candied (peel|orange)",
    "GLUTEN": r"dough|choux|bagel|croissant|muffin|sourdough|cake|biscuit|cookie",
}
NOT_TELLING = re.compile(
    r"no egg or butter|roasted almond; no nuts involved|smell of biscuits|eggless|oat milk"
    r"|coconut[- ]milk|dairy-free|peanut butter|plum butter|coconut egg jam|holes"
)


def load() -> dict[str, Any]:
    text = (ROOT / "dataload/chain/catalog.json").read_text(encoding="utf-8")
    catalog: dict[str, Any] = json.loads(text)
    return catalog


CATALOG = load()
ITEMS: list[dict[str, Any]] = CATALOG["items"]
each_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item["id"]))


def test_ids_are_unique_and_in_kebab_case() -> None:
    ids = [entry["id"] for kind in ("items", "categories") for entry in CATALOG[kind]]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert [name for name in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_the_menu_has_at_least_eight_categories_and_none_is_empty() -> None:
    categories = [category["id"] for category in CATALOG["categories"]]
    assert len(categories) >= 8
    assert {item["category"] for item in ITEMS} == set(categories)
    for category in CATALOG["categories"]:
        assert tuple(category["names"]) == LOCALES


@pytest.mark.parametrize("market", MARKETS)
def test_every_market_sells_at_least_eighty_items_in_eight_categories(market: str) -> None:
    sold = [item for item in ITEMS if market in item["prices"]]
    assert len(sold) >= 80
    assert len({item["category"] for item in sold}) >= 8


def test_the_core_range_is_about_sixty_items_sold_everywhere() -> None:
    core = [item for item in ITEMS if item["standard"]]
    assert 50 <= len(core) <= 70
    assert [item["id"] for item in core if "markets" in item] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_items_share_a_name_or_a_description(locale: str) -> None:
    for field in ("names", "descriptions"):
        texts = Counter(item[field][locale] for item in ITEMS)
        assert [text for text, count in texts.items() if count > 1] == []


def test_descriptions_do_not_begin_alike() -> None:
    openings = Counter(" ".join(item["descriptions"]["en"].lower().split()[:3]) for item in ITEMS)
    assert [words for words, count in openings.items() if count > 1] == []


@each_item
def test_an_item_reads_well_in_every_language(item: dict[str, Any]) -> None:
    assert tuple(item["names"]) == LOCALES
    assert tuple(item["descriptions"]) == LOCALES
    for locale in LOCALES:
        name, description = item["names"][locale], item["descriptions"][locale]
        assert name == name.strip()
        assert 2 <= len(name) <= 45
        assert description == description.strip()
        assert description.endswith("。" if locale == "ja" else ".") or locale == "ja"
        words = len(description.split())
        assert 20 <= len(description) <= 60 if locale == "ja" else 7 <= words <= 20


@each_item
def test_an_item_is_priced_in_every_market_that_sells_it(item: dict[str, Any]) -> None:
    assert tuple(item["prices"]) == tuple(item.get("markets", MARKETS))
    for market, price in item["prices"].items():
        low, high = PRICE_RANGE.get(market, PRICE_RANGE_ELSEWHERE)
        assert type(price) is int
        assert low <= price <= high
        # Yen, cent-less Australian and Singaporean tills, whole rupees.
        step = {"jp": 10, "au": 10, "sg": 10, "my": 10, "in": 100}.get(market, 1)
        assert price % step == 0


@each_item
def test_allergens_are_known_and_those_that_the_text_betrays_are_declared(
    item: dict[str, Any],
) -> None:
    declared = item["allergens"]
    assert set(declared) <= ALLERGENS
    assert len(declared) == len(set(declared))
    text = NOT_TELLING.sub(" ", f"{item['names']['en']} {item['descriptions']['en']}".lower())
    undeclared = [
        allergen
        for allergen, words in TELLTALES.items()
        if re.search(words, text) and allergen not in declared
    ]
    assert undeclared == []


@each_item
def test_vegan_items_say_so_and_no_allergen_contradicts_a_diet(item: dict[str, Any]) -> None:
    if "vegan" in item["id"]:
        assert item["diet"] == "VEGAN"
    assert contradicting(item.get("diet"), item["allergens"]) == []


@each_item
def test_calories_and_dayparts_are_plausible(item: dict[str, Any]) -> None:
    low, high = {
        "boxes": (500, 5_000),
        "coffee": (0, 500),
        "tea-cocoa": (0, 500),
        "cold-drinks": (0, 600),
    }.get(item["category"], (120, 600))
    assert low <= item["calories"] <= high
    assert set(item.get("dayparts", [])) <= DAYPARTS
    assert set(item.get("markets", [])) <= set(MARKETS)


def test_every_item_has_a_look_of_its_own() -> None:
    looks = json.loads((ROOT / "web/pictures/looks.json").read_text(encoding="utf-8"))
    assert set(looks) == {item["id"] for item in ITEMS}
    same = Counter(json.dumps(look, sort_keys=True) for look in looks.values())
    assert [look for look, count in same.items() if count > 1] == []
