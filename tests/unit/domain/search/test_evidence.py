"""What is asked of the fits of all stores at once."""

import random

import pytest

from services.domain.search.evidence import fits_any, strongest, values


@pytest.mark.parametrize("count", [0, 1, 7, 300])
@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_the_different_values_the_strongest_and_whether_any_fits(
    count: int, kind: type[bytes] | type[bytearray]
) -> None:
    dice = random.Random(count)
    for most in (0, 1, 5, 255):
        fits = kind(dice.randint(0, most) for _ in range(count))
        assert [*values(fits)] == sorted({*fits})
        assert strongest(fits) == max(fits, default=0)
        assert fits_any(fits) is any(fits)
