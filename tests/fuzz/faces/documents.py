"""Stored documents that another version, a tool or a fault of the disk has changed."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import orjson

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft, CatalogItem, CatalogVersion
from services.domain.documents.directory import DirectoryShard
from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import counted
from services.domain.documents.waste import WastedLine, WasteReason, WasteRecord
from services.domain.stamp import Stamp
from tests.fuzz.faces.mutation import mutated

DAY: Final = date(2026, 5, 4)
STAMP: Final = Stamp(1_777_888_000_000 << 16, "eu-west-1")


def _bodies() -> dict[str, tuple[Any, Callable[[Any], Any]]]:
    profile = StoreProfile("1", {}).assign(
        {"name": "Carte", "market": "de", "hours": "24/7"}, STAMP
    )
    assortment = Assortment("1", {}).assign({"a": {"price": 1, "listed": True}}, STAMP)
    stock = counted(Stock("1", {}), "a", 5, STAMP, ("eu-west-1", "us-east-1"))
    draft = CatalogDraft("us", "1", {}).assign({"names": {"en": "Ring"}, "price": 1}, STAMP)
    shard = DirectoryShard("us#00", {}).assign({"1": ["us", "Carte", "Berlin"]}, STAMP)
    item = CatalogItem("1", "c", {"en": "x"}, {}, None, 1, ("MILK",), 2, True, ())
    version = CatalogVersion("us", "v1", "USD", {"c": {"en": "C"}}, (item,))
    line = WastedLine("a", 3, 199)
    waste = WasteRecord(DAY, "op-1", "eu-west-1", WasteReason.OTHER, (line,), "EUR")
    return {
        "profile": (profile.dump(), lambda body: StoreProfile.load("1", body)),
        "assortment": (assortment.dump(), lambda body: Assortment.load("1", body)),
        "stock": (stock.dump(), lambda body: Stock.load("1", body)),
        "draft": (draft.dump(), lambda body: CatalogDraft.load("us", "1", body)),
        "shard": (shard.dump(), lambda body: DirectoryShard.load("us#00", body)),
        "waste": (
            waste.dump(),
            lambda body: WasteRecord.load(DAY.isoformat(), "op-1", "eu-west-1", body),
        ),
        "catalog": (version.dump(), lambda body: CatalogVersion.load("us", "v1", body)),
    }


BODIES: Final = {
    kind: (orjson.loads(orjson.dumps(body)), load) for kind, (body, load) in _bodies().items()
}


def case(seed: int) -> str | None:
    """Read a changed document: it is read, or refused as unreadable."""
    dice = random.Random(f"documents {seed}")
    kind = dice.choice(list(BODIES))
    body, load = BODIES[kind]
    changed = mutated(dice, body, dice.randrange(1, 4))
    if not isinstance(changed, dict):
        return None
    try:
        document = load(changed)
        dumped = orjson.loads(orjson.dumps(document.dump()))
        # What can be read once can be read again: it goes back to the table in a repair.
        again = load(dumped)
        if hasattr(again, "merge"):
            # As in a region that has the whole document.
            again.merge(load(body)).dump()
            load(body).merge(again).dump()
        if isinstance(again, Stock):
            again.at_most(0)
    except InvalidDocumentError:
        return None
    except Exception as error:  # noqa: BLE001 - any other error is the fault that is looked for
        return f"{kind} {orjson.dumps(changed).decode()[:300]}: {error!r}"
    return None
