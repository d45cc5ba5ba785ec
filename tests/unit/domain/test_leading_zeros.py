"""Ids that a spreadsheet took for numbers are found; ids that only look alike are not."""

import pytest

from services.domain.leading_zeros import LeadingZeros


@pytest.mark.parametrize(
    ("known", "text", "restored"),
    [
        (["0017"], "17", "0017"),
        (["0017"], "0017", "0017"),
        (["12"], "012", "012"),
        (["017"], "0017", "0017"),
        (["17", "0017"], "017", "017"),
        (["a-17"], "17", "17"),
    ],
)
def test_zeros_are_given_back_and_never_taken_away(
    known: list[str], text: str, restored: str
) -> None:
    assert LeadingZeros(known).restored(text) == restored
