"""Operations on the fits of all stores at once, against a loop over them."""

import random
from array import array
from collections.abc import Iterator

import pytest

from services.domain.search.evidence import (
    Evidence,
    StoreBlocks,
    Subject,
    as_array,
    as_number,
    everywhere,
    exceeds,
    fitting_stores,
    only,
    strongest,
    summed,
    values,
    weaker,
)

COUNTS = pytest.mark.parametrize("count", [0, 1, 7, 300])


def drawn(count: int, highest: int = 24) -> Iterator[bytes]:
    dice = random.Random(count)
    for most in (0, 1, 5, highest):
        for share in (0.0, 0.1, 0.9, 1.0):
            yield bytes(dice.randint(0, most) * (dice.random() < share) for _ in range(count))


@COUNTS
def test_the_different_values_and_the_strongest(count: int) -> None:
    for fits in drawn(count, 255):
        assert [*values(fits)] == sorted({*fits})
        assert strongest(fits) == max(fits, default=0)
        kept = bytes(range(1, 201)) * 2
        for fit in (0, 1, 7):
            expected = [one if fits[at] == fit else 0 for at, one in enumerate(kept[:count])]
            assert [*only(kept[:count], fits, fit)] == expected


@COUNTS
def test_fits_are_counted_compared_and_added_up(count: int) -> None:
    for one in drawn(count):
        number = as_number(one)
        assert as_array(number, count) == one
        assert fitting_stores(number, count) == count - one.count(0)
        for fit in (0, 4, 5, 23, 24):
            assert exceeds(number, fit, count) is any(other > fit for other in one)
        for other in drawn(count):
            pairs = [*zip(one, other, strict=True)]
            weak = weaker(number, as_number(other), count)
            assert [*as_array(weak, count)] == [a or b for a, b in pairs]
            total = summed([number, as_number(other)], count)
            assert [*as_array(total, count)] == [a + b if a and b else 0 for a, b in pairs]
    assert as_array(everywhere(3, count), count) == bytes([3]) * count


@pytest.mark.parametrize("count", [1, 600, 3000])
def test_the_strongest_fit_counts_for_each_store(count: int) -> None:
    dice = random.Random(count)
    evidence, found = Evidence(), list[tuple[int, set[int], Subject]]()
    for _ in range(20):
        fit, subject = dice.randint(1, 24), dice.choice([*Subject])
        stores = sorted(dice.sample(range(count), dice.randint(0, count)))
        start = dice.randrange(count)
        bits = sum(1 << store for store in stores)
        for some in (stores, bits, range(start, dice.randint(start, count))):
            evidence.add(fit, some, subject)
            found.append((fit, {*stores} if isinstance(some, int) else {*some}, subject))
    for least in Subject:
        expected = [
            max(
                (fit for fit, stores, named in found if one in stores and named >= least), default=0
            )
            for one in range(count)
        ]
        assert [*evidence.array(count, least)] == expected


def test_stores_of_many_names_are_those_of_their_numbers() -> None:
    dice = random.Random(2)
    numbers = array("I", [dice.randrange(900) for _ in range(4000)])
    blocks = StoreBlocks(numbers, 900)
    for low, high in [(0, 0), (0, 4000), (1, 600), (511, 2049), (512, 1024), (700, 720)]:
        evidence = Evidence()
        for stores in blocks.stores(low, high):
            evidence.add(5, stores)
        expected = {*numbers[low:high]}
        assert [*evidence.array(900)] == [5 * (one in expected) for one in range(900)]
