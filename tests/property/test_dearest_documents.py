"""The dearest documents that a search finds are answered or refused within a bound of steps."""

import sys

import pytest
from hypothesis import example, given, settings, target
from hypothesis import strategies as st

from services.menu_api.application import Application
from services.menu_api.parameters import MAX_DOCUMENT
from tests.fuzz.dear_documents import BLOCKS, document
from tests.fuzz.flood import application
from tests.fuzz.varied_requests import post

# Calls and returns of functions: 850,000 take about 45 ms of CPU.
MAX_STEPS = 850_000


@pytest.fixture(scope="module")
def service() -> Application:
    made = application()
    made.respond(post(query="{ __typename markets { id } }"))
    return made


def steps(service: Application, text: str) -> int:
    """Count the calls and returns of functions that a document costs, as never seen before."""
    service._graphql._executor._schema.whole().documents._documents._entries.clear()
    request = post(query=text, operationName="Q")
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(step)
    try:
        response = service.respond(request)
    finally:
        sys.setprofile(None)
    assert response.status in {200, 400, 413}
    assert len(response.body) <= 256 * 1024  # three introspections of the schema are 72 kB
    return count


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_no_block_is_dear_at_any_size(service: Application, name: str) -> None:
    for size in (45, 900, 1900):
        text = document([(name, size)])[:MAX_DOCUMENT]
        # A third time a valid document is compiled as well.
        for _ in range(3):
            assert steps(service, text) <= MAX_STEPS, f"{name} {size}: {len(text)} characters"


@pytest.mark.slow
@settings(max_examples=40)
@example([("blanks", 900), ("conflicts", 9)])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(BLOCKS)), st.sampled_from([1, 3, 9, 25, 45, 120, 400, 900])
        ),
        min_size=1,
        max_size=5,
    )
)
def test_no_mixture_of_blocks_is_dear(service: Application, parts: list[tuple[str, int]]) -> None:
    text = document(parts)[:MAX_DOCUMENT]
    found = steps(service, text)  # the first time, unless the example is repeated
    target(float(found), label="steps")
    assert found <= MAX_STEPS, f"{parts}: {len(text)} characters"
