"""Any query within the limits takes a bounded number of steps over 31,000 stores.

A step is a line of the search that is executed; a kilobyte of names that is looked through, and the
letters of a thousand names, take as long as ten of them. Their number depends on nothing but the
query and the stores.
"""

import random
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from dataload.chain.menu_items import catalog
from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.markets import LOCALES
from services.domain.search import index as searching
from services.domain.search.index import StoreIndex
from services.domain.search.items import ItemIndex
from services.domain.search.letters import Letters
from services.domain.search.names import Names
from services.domain.search.pages import MAX_WORDS, TooManyWordsError

pytestmark = [pytest.mark.xdist_group("search"), pytest.mark.slow]

MOST_STEPS = 105_000
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
    """Return how many steps a search of stores takes."""
    text = search[:MOST_CHARACTERS]
    return counted(lambda: index.page(market=None, search=text, first=100, after=None, near=near))


def counted(search: Callable[[], object]) -> int:
    """Return how many steps a search takes."""
    lines = scanned = 0

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return line

    def call(frame: FrameType, event: str, argument: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(_FOLDER) else None

    def holding(names: Names, part: str) -> Iterator[int]:
        nonlocal scanned
        scanned += names.size * 10 // 1024
        return whole(names, part)

    def like(letters: Letters, word: str, most: int, shortest: int) -> list[int]:
        nonlocal scanned
        scanned += letters.names(word, most) * 10 // 1024
        return similar(letters, word, most, shortest)

    whole, similar, tracing = Names.holding, Letters.like, sys.gettrace()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Names, "holding", holding)
        patch.setattr(Letters, "like", like)
        sys.settrace(call)
        try:
            search()
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


def made_up_catalog(count: int) -> CatalogVersion:
    """Return a catalog of words of the chain's catalog, and of many that it does not have."""
    dice = random.Random(1)
    content = catalog()

    def texts(field: str, longest: int) -> dict[str, str]:
        made = {}
        for locale in LOCALES:
            words = [
                word + (str(dice.randrange(count)) if dice.random() < 0.1 else "")
                for item in dice.sample(content["items"], 2)
                for word in item[field][locale].split()
            ]
            made[locale] = " ".join(dice.sample(words, min(longest, len(words))))
        return made

    items = tuple(
        CatalogItem(
            f"item-{at}",
            content["categories"][at % 12]["id"],
            texts("names", 4),
            texts("descriptions", 30),
            None,
            100,
            ("NUTS",),
            None,
            True,
            (),
        )
        for at in range(count)
    )
    categories = {one["id"]: one["names"] for one in content["categories"]}
    return CatalogVersion("us", "v1", "USD", categories, items)


@pytest.fixture(scope="module")
def item_indexes() -> dict[int, ItemIndex]:
    made = {count: ItemIndex(made_up_catalog(count)) for count in (250, 1000)}
    for index in made.values():
        # What the first mistyped search of a process makes is not part of any test's search.
        index.page("xxxxxxx", first=1, after=None)
    return made


# The dearest by the clock over 2,000 items, where each took at most 11 ms.
DEAREST_OF_ITEMS = {
    "letters": "s c p m d g r f l k",
    "beginnings": "choc carame rasp straw vani cinn glaz don lem app",
    "mistyped": "chocolte carmael rasberrry strawbery vanila cinamon glzaed donat lemno aple",
    "nothing": "xxxx yyyy zzzz wwww vvvv uuuu tttt ssss rrrr qqqq",
    "long": "xocolatteqarameelxraspberriezzstrawberiezzvanillaxz" * 2,
    "Japanese": "カ ク ド リ チ バ コ シ ス マ",
    "run of Japanese": "チョコレートクリームドーナツリング抹茶いちごカスタード生地砂糖" * 3,
    "without": "without nuts milk egg soy sesame celery mustard fish lupin",
    "commas": "without " + "," * 92,
}


def steps_of_items(index: ItemIndex, text: str) -> int:
    return counted(lambda: index.page(text[:MOST_CHARACTERS], first=100, after=None))


@pytest.mark.parametrize("kind", DEAREST_OF_ITEMS)
def test_searches_of_items_grow_no_faster_than_the_catalog(
    item_indexes: dict[int, ItemIndex], kind: str
) -> None:
    few, many = (steps_of_items(index, DEAREST_OF_ITEMS[kind]) for index in item_indexes.values())
    assert few > 10
    # A catalog has at most twice as many: publishing.MAX_ITEMS.
    assert many <= min(MOST_STEPS, 4 * few + 5000)
