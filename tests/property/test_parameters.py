"""Whatever JSON a request has: its parameters are taken, or refused in a bounded answer."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.menu_api.parameters import Parameters
from services.menu_api.refusals import RefusedRequestError


@given(
    st.dictionaries(
        st.sampled_from(["query", "variables", "operationName", "extensions"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda child: st.lists(child) | st.dictionaries(st.text(), child),
        ),
    )
)
def test_any_json_is_parameters_or_refused(value: dict[str, Any]) -> None:
    try:
        body = orjson.dumps(value)
    except TypeError:
        return
    try:
        Parameters.from_body(body)
    except RefusedRequestError as refused:
        assert 400 <= refused.status < 500  # noqa: PT017
        assert len(str(refused)) < 300  # noqa: PT017
