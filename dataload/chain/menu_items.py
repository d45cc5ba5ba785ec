"""The chain's catalog as its authors wrote it: `catalog.json`, and the drafts it makes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.domain.markets import MARKETS
from services.domain.publishing import CATEGORY_PREFIX

_CATALOG: Final = Path(__file__).with_name("catalog.json")

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """One item that a market can sell; `price` in minor units of its currency."""

    item_id: str
    price: int
    standard: bool
    local: bool


@cache
def catalog() -> Mapping[str, Any]:
    """`categories` and `items` as the file has them."""
    content: Mapping[str, Any] = json.loads(_CATALOG.read_text(encoding="utf-8"))
    return content


@cache
def offers(market: str) -> tuple[Offer, ...]:
    """Return what a market can sell, in menu order. `local`: it is sold in few markets only."""
    return tuple(
        Offer(item["id"], item["prices"][market], item["standard"], "markets" in item)
        for item in catalog()["items"]
        if market in item.get("markets", MARKETS)
    )


def drafts(market: str) -> dict[str, Fields]:
    """The draft of every category and item of a market: id to fields, as `CatalogDraft` has them.

    Ranks leave gaps of ten, so that somebody can put an item between two others.
    """
    content = catalog()
    drafted: dict[str, Fields] = {
        CATEGORY_PREFIX + category["id"]: {"names": category["names"], "rank": 10 * rank}
        for rank, category in enumerate(content["categories"], 1)
    }
    for rank, item in enumerate(content["items"], 1):
        if market in item.get("markets", MARKETS):
            drafted[item["id"]] = {
                "category": item["category"],
                "names": item["names"],
                "descriptions": item["descriptions"],
                "image_url": f"/pictures/{item['id']}.svg",
                "price": item["prices"][market],
                "allergens": item["allergens"],
                "diet": item.get("diet"),
                "calories": item["calories"],
                "standard": item["standard"],
                "dayparts": item.get("dayparts", []),
                "rank": 10 * rank,
                "withdrawn": False,
            }
    return drafted
