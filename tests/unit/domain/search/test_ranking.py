"""The order of the stores of a search, against all stores sorted."""

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.ranking import Positions, Remoteness, by_prominence, ranked

STORE = DirectoryEntry("de-1", "de", "A", "B", None, None, 0.0, 0.0)
MIDDLES = [(51.5, -0.1), (40.7, -74.0), (20.0, 77.0), (0.0, 179.9), (0.0, -179.9), (89.9, 0.0)]


def positions(dice: random.Random, count: int) -> Positions:
    entries = []
    for _ in range(count):
        latitude, longitude = dice.choice(MIDDLES)
        latitude = min(90.0, latitude + dice.gauss(0, 5))
        entries.append(replace(STORE, latitude=latitude, longitude=longitude + dice.gauss(0, 5)))
    return Positions.of(entries)


def kinds(dice: random.Random, count: int) -> Iterable[Remoteness]:
    prominence = bytes(dice.choice((1, 1, 1, 2, 3, 7)) for _ in range(count))
    yield by_prominence(prominence)
    where = positions(dice, count)
    most = where.most_prominent(prominence)
    for near in [*MIDDLES, (-60.0, 100.0)]:
        for named in (False, True):
            yield where.remoteness(near, prominence, most, named=named)


@pytest.mark.parametrize("count", [0, 1, 200, 3000])
def test_the_first_stores_are_those_of_all_sorted(count: int) -> None:
    dice = random.Random(count)
    for remote in kinds(dice, count):
        fits = bytes(dice.choices((0, 3, 9, 200), (2, 1, 9, 0.1), k=count))
        down = list(remote.of(range(count)))
        ranks = sorted((-fits[one], down[one], one) for one in range(count) if fits[one])
        for most in (1, 21, 400):
            assert ranked(fits, remote, None, most) == ranks[:most]
            for after in (0, 15, 500, 2000):
                if after < len(ranks):
                    follow = ranks[after + 1 : after + 1 + most]
                    assert ranked(fits, remote, ranks[after], most) == follow


def test_regions_are_balanced_and_each_store_is_in_its_sphere() -> None:
    where = positions(random.Random(5), 3000)
    sizes = [where.regions.count(region) for region in {*where.regions}]
    assert sum(sizes) == 3000
    assert min(sizes) > 100
    assert max(sizes) <= 256
    *_, spheres = where.parts()
    assert len(spheres) == 4 * len(sizes)
