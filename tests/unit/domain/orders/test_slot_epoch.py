"""How the places of a pickup slot are shared out to regions."""

import pytest

from services.domain.orders.slot_use import slot_epoch

EIGHT = tuple("abcdefgh")


@pytest.mark.parametrize(
    ("places", "regions", "shares"),
    [
        (20, 3, (12, 6, 2)),
        (1, 3, (1, 0, 0)),
        (2, 3, (1, 1, 0)),
        (5, 3, (3, 1, 1)),
        (20, 8, (8, 6, 1, 1, 1, 1, 1, 1)),
        (20, 1, (20,)),
        (0, 2, (0, 0)),
    ],
)
def test_places_go_to_the_nearest_region_first(
    places: int, regions: int, shares: tuple[int, ...]
) -> None:
    epoch = slot_epoch(places, EIGHT[:regions])
    assert tuple(epoch.shares.values()) == shares
    assert sum(shares) == places
