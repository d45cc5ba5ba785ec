"""When a region whose emulator was restarted has all that the others can send it."""

from typing import Any

import pytest

from localcloud.refilling import is_filled

HERE, AWAY, THIRD = "us-east-1", "eu-west-1", "ap-southeast-1"


def status(**changes: Any) -> dict[str, Any]:
    """The replicator's status after the restart of one region, which is filled again."""
    facts = {"compared": 2, "settled": True, "pending": 0, "cut": False, "reachable": True}
    facts |= changes
    return {
        "resync": {HERE: {"compared": facts["compared"], "settled": facts["settled"]}},
        "regions": {AWAY: {"reachable": facts["reachable"]}, THIRD: {"reachable": True}},
        "pairs": [
            {"from": AWAY, "to": HERE, "pending": facts["pending"], "cut": facts["cut"]},
            {"from": THIRD, "to": HERE, "pending": 0, "cut": False},
            {"from": HERE, "to": AWAY, "pending": 7, "cut": False},
        ],
    }


@pytest.mark.parametrize(
    ("changes", "filled"),
    [
        ({}, True),
        ({"compared": 1}, False),  # the replicator has not noticed the restart yet
        ({"settled": False}, False),
        ({"pending": 3}, False),
        ({"pending": 3, "cut": True}, True),  # it will not arrive while the fault lasts
        ({"pending": 3, "reachable": False}, True),
    ],
)
def test_a_region_is_filled(changes: dict[str, Any], *, filled: bool) -> None:
    assert is_filled(status(**changes), HERE, compared=1) == filled
