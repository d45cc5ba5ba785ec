"""One operation that several regions applied: which application stands, and which answer counts."""

from itertools import permutations

import pytest

from services.domain.documents.operation import Applied, OperationRecord
from services.domain.stamp import Stamp

REGIONS = ("ap-southeast-1", "eu-west-1", "us-east-1")
DOCUMENT = ("STORE#1", "STOCK")


def applied(region: str, at: int, fingerprint: str = "input") -> OperationRecord:
    one = Applied(Stamp(at, region), fingerprint, DOCUMENT, {"glazed": 1}, f"answer of {region}")
    return OperationRecord("op-1", {region: one})


@pytest.mark.parametrize("stamps", list(permutations((1, 2, 3))))
@pytest.mark.parametrize("arrival", list(permutations(range(3))))
def test_the_answer_is_that_of_the_effect_that_counts_in_every_order_of_arrival(
    stamps: tuple[int, ...], arrival: tuple[int, ...]
) -> None:
    """Whatever the stamps are, and although each region takes back as soon as it must."""
    made = [applied(region, at) for region, at in zip(REGIONS, stamps, strict=True)]
    record = made[arrival[0]]
    for number in arrival[1:]:
        record = record.merge(made[number])
        for region in REGIONS:
            if record.surplus_in(region):
                record = record.undo(region)
    standing = [one for one in record.applied.values() if not one.undone]
    assert standing == [record.of_record("input")]
    assert standing[0].answer == "answer of ap-southeast-1"


def test_another_input_under_the_same_id_is_answered_by_its_own_application() -> None:
    record = applied("eu-west-1", 1, "a").merge(applied("us-east-1", 2, "b"))
    answers = {name: record.of_record(name) for name in "ab"}
    assert {name: one.answer for name, one in answers.items() if one} == {
        "a": "answer of eu-west-1",
        "b": "answer of us-east-1",
    }
    assert record.of_record("c") is None
    assert record.surplus_in("us-east-1") is None
