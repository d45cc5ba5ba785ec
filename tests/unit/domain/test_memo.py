"""What is derived from an immutable object is made once, and written by its memo alone."""

from services.domain.memo import Memo


def test_a_value_is_made_once() -> None:
    memo = Memo[str, list[int]]()
    assert memo.get("a") is None
    first = memo.get_or_make("a", lambda: [1])
    assert memo.get_or_make("a", lambda: [2]) is first
    assert memo.get("a") is first


def test_it_keeps_no_more_than_it_may() -> None:
    memo = Memo[int, int]()
    for number in range(4):
        assert memo.get_or_make(number, lambda: 0, most=3) == 0
    assert set(memo) == {3}
