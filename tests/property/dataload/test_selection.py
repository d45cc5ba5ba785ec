"""What stores of the chain sell: different, near sixty items, at prices that look like prices."""

import pytest

from dataload.chain.dice import Dice
from dataload.chain.markets import chain_markets
from dataload.chain.menu_items import drafts, offers
from dataload.chain.selection import own_price
from dataload.chain.stores import ChainStore
from services.domain.documents.catalog import DRAFT_FIELDS, CatalogDraft
from services.domain.markets import MARKETS
from services.domain.menu import AVAILABLE, LOW, SOLD_OUT, availability
from services.domain.publishing import CATEGORY_PREFIX, compile_catalog
from services.domain.stamp import Stamp
from tests.support.demo_chain import demo_chain

STAMP = Stamp(2**63, "eu-west-1")


@pytest.fixture(scope="module")
def stores() -> list[ChainStore]:
    return list(demo_chain(1, 400))


def test_every_store_sells_near_sixty_items_of_its_market(stores: list[ChainStore]) -> None:
    for store in stores:
        sold = {offer.item_id for offer in offers(store.fields["market"])}
        assert 45 <= len(store.prices) <= 70
        assert store.prices.keys() <= sold
        assert store.pieces.keys() <= store.prices.keys()


def test_no_two_stores_sell_the_same(stores: list[ChainStore]) -> None:
    assert len({tuple(store.prices.items()) for store in stores}) == len(stores)


def test_most_stores_sell_what_only_their_market_has(stores: list[ChainStore]) -> None:
    locals_sold = 0
    for store in stores:
        local = {offer.item_id for offer in offers(store.fields["market"]) if offer.local}
        locals_sold += bool(local & store.prices.keys())
    assert locals_sold > 0.9 * len(stores)


def test_about_one_price_in_seven_is_the_stores_own(stores: list[ChainStore]) -> None:
    prices = [price for store in stores for price in store.prices.values()]
    assert 0.12 < sum(price is not None for price in prices) / len(prices) < 0.18


@pytest.mark.parametrize("market", chain_markets())
def test_own_prices_are_a_little_off_and_end_as_prices_do(market: str) -> None:
    currency = MARKETS[market].currency
    endings = {"USD": "9", "CAD": "9", "GBP": "05", "EUR": "05", "INR": "0"}.get(currency, "0")
    for offer in offers(market):
        dice = Dice("prices", market, offer.item_id)
        found = {price for _ in range(60) if (price := own_price(offer.price, currency, dice))}
        assert found, offer
        assert offer.price not in found
        for price in found:
            # Rounding to a natural ending may widen 5 to 15 % where a step is a large part.
            assert abs(price / offer.price - 1) < 0.15 + 0.09, (offer, price)
            assert str(price)[-1] in endings


def test_every_menu_shows_low_and_sold_out_items(stores: list[ChainStore]) -> None:
    for store in stores:
        stock = store.stock(STAMP)
        seen = {availability(stock.left(item)) for item in store.prices}
        assert seen == {AVAILABLE, LOW, SOLD_OUT}, store.store_id
    everything = [left for store in stores for left in store.pieces.values()]
    assert sum(left == 0 for left in everything) / len(everything) < 0.12


@pytest.mark.parametrize("market", chain_markets())
def test_drafts_make_a_catalog_that_can_be_published(market: str) -> None:
    drafted = [
        CatalogDraft(market, item, {}).assign(fields, STAMP)
        for item, fields in drafts(market).items()
    ]
    version = compile_catalog(market, str(STAMP), drafted)
    assert len(version.items) == len(offers(market)) >= 80
    assert version.items[0].image_url == f"/pictures/{version.items[0].id}.svg"
    for draft in drafted:
        wanted = {"names", "rank"} if draft.item_id.startswith(CATEGORY_PREFIX) else DRAFT_FIELDS
        assert {field.partition("/")[0] for field in draft.registers} == set(wanted)


def test_dice_fall_the_same_on_every_machine() -> None:
    dice = Dice(1, "us-00001")
    assert [dice.between(1, 6) for _ in range(8)] == [4, 4, 6, 4, 2, 5, 3, 6]
    assert sorted(dice.shuffled(range(50))) == list(range(50))
