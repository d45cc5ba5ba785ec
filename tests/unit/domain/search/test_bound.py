"""Any query within the limits takes a bounded number of steps over 31,000 stores.

A step is a line of the search that is executed; a kilobyte of names that is looked through takes
as long as ten of them. Their number depends on nothing but the query and the stores.
"""

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from services.domain.search import index as searching
from services.domain.search.index import MAX_WORDS, StoreIndex, TooManyWordsError
from services.domain.search.names import Names

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.slow]

MOST_STEPS = 130_000
MOST_CHARACTERS = 100
NEAR = (20.0, 77.0)
_FOLDER = searching.__file__.rpartition("/")[0]

# The dearest by the clock of hand-made queries, and of 325 that were drawn at random.
DEAREST = {
    "letters": "s t a e i o r n l c",
    "pairs": "st ma ro wa pa ha la ca sa al",
    "beginnings of one word": "n na nag naga nagar r ro roa road c",
    "beginnings of words": "b m cros lane de co stat 3 cart ch",
    "words of many stores": "carte city terrace parkway hill 15 plaza la way place",
    "streets": "main street road avenue park hill lake oak 1 2",
    "word of all stores": "carte",
    "countries": "germany france spain italy united states japan india canada",
    "codes": "us de fr gb jp it es in br mx",
    "mistyped": "sant mari lond paar berl chic tokk madr romm newy",
    "mistyped twice": "santamarai sanfrancsco losangelse newyorkk barcelonna amsterdaam birminghma",
    "Chinese": "京 山 川 田 大 小 中 上 下 南",
    "run of Japanese": "東京都新宿区西新宿二丁目八番一号東京都庁第一本庁舎" * 4,
    "Indic": "पुणेे मुंबईइ दिल्लीइ चेन्नईइ कोलकातातत",
    "Indic letters": "पु मु दि को चे बें है ना सू अह",
    "digits": "1 2 3 4 5 6 7 8 9 0",
}


def steps(index: StoreIndex, search: str, near: tuple[float, float] | None = NEAR) -> int:
    """Return how many steps a search takes."""
    lines = scanned = 0

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return line

    def call(frame: FrameType, event: str, argument: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(_FOLDER) else None

    def holding(names: Names, part: str, *, at_end: bool = False) -> Iterator[int]:
        nonlocal scanned
        scanned += names.size * 10 // 1024
        return whole(names, part, at_end=at_end)

    whole, tracing = Names.holding, sys.gettrace()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Names, "holding", holding)
        sys.settrace(call)
        try:
            index.page(
                market=None, search=search[:MOST_CHARACTERS], first=100, after=None, near=near
            )
        finally:
            sys.settrace(tracing)
    return lines + scanned


@pytest.mark.parametrize("kind", DEAREST)
def test_the_dearest_queries_are_bounded(index: StoreIndex, kind: str) -> None:
    assert 100 < steps(index, DEAREST[kind]) <= MOST_STEPS


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_no_query_that_is_looked_for_takes_more(index: StoreIndex, data: st.DataObject) -> None:
    known = sorted({word for search in DEAREST.values() for word in search.split()})
    one = st.sampled_from(known)
    part = st.builds(lambda word, end: word[:end], one, st.integers(1, 12))
    mistyped = st.builds(
        lambda word, at, letter: word[: at % len(word)] + letter + word[at % len(word) + 1 :],
        one,
        st.integers(0, 20),
        st.sampled_from("aeinst京ा1"),
    )
    words = data.draw(st.lists(one | part | mistyped, min_size=1, max_size=MAX_WORDS, unique=True))
    try:
        taken = steps(index, " ".join(words), data.draw(st.sampled_from([None, NEAR])))
    except TooManyWordsError:
        return
    target(taken)
    assert taken <= MOST_STEPS
