"""The chain: the same for everybody, a part of itself at every size, and true to its countries."""

import re
from collections import Counter
from itertools import islice

import pytest

from dataload.chain.addresses import reach_km
from dataload.chain.gazetteer import City, cities, country_at
from dataload.chain.markets import chain_markets
from dataload.chain.naming import naming
from dataload.chain.placement import LARGEST_CHAIN, first_sites, sites
from dataload.chain.stores import ChainStore
from services.domain.geo import distance_km
from services.domain.hours import parse_hours, zone
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.binding import Binding
from services.storage.kinds import Document
from services.storage.table import Table
from tests.support.demo_chain import demo_chain

SEED = 1
STAMP = Stamp(2**63, "ap-southeast-1")
POSTAL = {
    "us": r"\d{5}",
    "ca": r"[A-Z]\d[A-Z] \d[A-Z]\d",
    "gb": r"[A-Z]{1,2}\d{1,2} \d[A-Z]{2}",
    "ie": r"[A-Z]\d{2} [A-Z]\d[A-Z]\d",
    "de": r"\d{5}",
    "fr": r"\d{5}",
    "es": r"\d{5}",
    "it": r"\d{5}",
    "nl": r"\d{4} [A-Z]{2}",
    "sg": r"\d{6}",
    "my": r"\d{5}",
    "jp": r"\d{3}-\d{4}",
    "au": r"\d{4}",
    "in": r"\d{6}",
}


@pytest.fixture(scope="module")
def stores() -> list[ChainStore]:
    return list(demo_chain(SEED, 3_000))


@pytest.fixture(scope="module")
def places() -> list[City]:
    return [site.city for site in islice(sites(SEED), 3_000)]


def test_the_same_seed_makes_the_same_chain(stores: list[ChainStore]) -> None:
    assert list(demo_chain(SEED, 200)) == stores[:200]


def test_another_seed_makes_another_chain(stores: list[ChainStore]) -> None:
    other = list(demo_chain(SEED + 1, 200))
    assert sum(a.fields == b.fields for a, b in zip(other, stores, strict=False)) < 5
    assert sum(a.prices == b.prices for a, b in zip(other, stores, strict=False)) < 5


def test_known_stores_do_not_change_unnoticed(stores: list[ChainStore]) -> None:
    """If this fails, a chain seeded before no longer grows: stores of two chains would mix."""
    first = {store.store_id: store.fields for store in stores[:14]}
    assert first["us-00001"]["name"] == "Carte New York City"
    assert first["jp-00001"]["street"] == "2-3-8 Higashi-Sakuragaoka"
    assert (first["fr-00001"]["latitude"], first["fr-00001"]["longitude"]) == (48.83111, 2.30582)


def test_the_first_fourteen_stores_are_one_of_each_market(stores: list[ChainStore]) -> None:
    assert {store.fields["market"] for store in stores[:14]} == set(chain_markets())


@pytest.mark.parametrize("size", [300, 3_000])
def test_every_first_part_is_spread_in_proportion(places: list[City], size: int) -> None:
    people = Counter[str]()
    for city in cities():
        if city.market in chain_markets():
            people[city.market] += city.population
    opened = Counter(city.market for city in places[:size])
    for market in chain_markets():
        share = size * people[market] / people.total()
        assert abs(opened[market] - share) < 3, market


def test_the_largest_chain_has_31000_stores_with_unique_ids() -> None:
    placed = list(islice(sites(SEED), LARGEST_CHAIN))
    assert len({site.store_id for site in placed}) == LARGEST_CHAIN
    with pytest.raises(ValueError, match="31000"):
        first_sites(SEED, LARGEST_CHAIN + 1)


def test_names_are_unique_within_a_city() -> None:
    names = Counter(
        (site.city.market, site.city.state, site.city.name, naming(SEED, site).name)
        for site in islice(sites(SEED), LARGEST_CHAIN)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_stores_stand_in_their_city_and_country(
    stores: list[ChainStore], places: list[City]
) -> None:
    for store, city in zip(stores, places, strict=True):
        at = (store.fields["latitude"], store.fields["longitude"])
        assert distance_km(*at, city.latitude, city.longitude) <= reach_km(city) + 0.01
        assert store.fields["time_zone"] == city.time_zone
    borderland = [store for store in stores if store.fields["city"] in {"Detroit", "Windsor"}]
    for store in [*borderland, *stores[:500]]:
        nearest = country_at(store.fields["latitude"], store.fields["longitude"])
        assert nearest == store.fields["market"], store.store_id


def test_profiles_are_complete_and_valid(stores: list[ChainStore]) -> None:
    for store in stores:
        fields = store.fields
        assert store.store_id.startswith(fields["market"] + "-")
        assert re.fullmatch(POSTAL[fields["market"]], fields["postal_code"]), fields
        assert re.search(r"\d", fields["street"])
        assert fields["city"] in fields["name"] or fields["market"] == "sg"
        assert (fields["state"] is not None) == (
            fields["market"] in {"us", "ca", "au", "in", "jp", "my"}
        )
        parse_hours(fields["hours"])
        zone(fields["time_zone"])


def test_hours_vary(stores: list[ChainStore]) -> None:
    hours = [store.fields["hours"] for store in stores]
    assert 0.03 < sum(text == "24/7" for text in hours) / len(hours) < 0.1
    assert 0.05 < sum("off" in text for text in hours) / len(hours) < 0.2
    assert any(end > 1440 for text in hours for day in parse_hours(text).days for _, end in day)


def test_a_stores_partition_is_read_for_one_read_unit(stores: list[ChainStore]) -> None:
    """8 KB eventually consistent; names of attributes count, and so do keys and revision."""
    table = Table(Binding("ap-southeast-1"))
    sizes = []
    for store in stores[:300]:
        documents: dict[keys.Key, Document] = {
            keys.profile(store.store_id): store.profile(STAMP),
            keys.assortment(store.store_id): store.assortment(STAMP),
            keys.stock(store.store_id): store.stock(STAMP),
        }
        size = 0
        for key, document in documents.items():
            item = table.new_item(key, document.dump(), rev=STAMP).serialize()
            size += sum(
                len(name) + len(value.encode())
                for name, typed in item.items()
                for value in typed.values()
            )
        sizes.append(size)
    assert max(sizes) < 8 * 1024 - 1024, "leave room for a few edits"
