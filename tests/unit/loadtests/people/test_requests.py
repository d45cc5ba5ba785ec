"""What a measure of people's rights takes an answer for."""

from typing import Any

import pytest

from loadtests.people.requests import NO_ANSWER, OK, Reached


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (0, None, NO_ANSWER),
        (502, None, "status 502"),
        (200, {"data": {"me": {"id": "kim"}}}, OK),
        (200, {"data": {"recordSale": {"errors": []}}}, OK),
        (200, {"data": {"recordSale": {"errors": [{"__typename": "TooMuch"}]}}}, "TooMuch"),
        (403, {"errors": [{"extensions": {"code": "FORBIDDEN"}}]}, "FORBIDDEN"),
        (503, {"errors": [{"message": "later"}]}, "status 503"),
    ],
)
def test_an_answer_is_ok_or_the_reason_why_not(status: int, answer: Any, outcome: str) -> None:
    assert Reached._outcome(status, answer) == outcome


def test_a_region_that_is_not_there_gives_no_answer() -> None:
    nobody = Reached("http://127.0.0.1:9", timeout_s=1.0)
    assert nobody.query("token") == NO_ANSWER
    assert nobody.sale("token") == NO_ANSWER
    assert nobody.order("us-00001") == NO_ANSWER
