"""Commands reach the local cloud's tables with a local key, and a lookup changes nothing."""

import os
from pathlib import Path

import pytest

from localcloud.layout import ANY_KEY
from localcloud.plan import make_layout
from localcloud.tables import table_binding, use_local_key


def test_a_binding_leaves_the_environment_as_it_is(tmp_path: Path) -> None:
    before = dict(os.environ)
    layout = make_layout(state_dir=tmp_path)
    binding = table_binding(layout, layout.primary)
    assert (binding.region, binding.table) == (layout.primary, layout.table)
    assert dict(os.environ) == before


def test_a_persons_own_credentials_are_taken_out() -> None:
    environment = {"AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "old", "AWS_ACCESS_KEY_ID": "me"}
    use_local_key(environment)
    keys = {name: value for name, value in environment.items() if name.startswith("AWS")}
    assert keys == {"AWS_ACCESS_KEY_ID": ANY_KEY, "AWS_SECRET_ACCESS_KEY": ANY_KEY}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "intranet, localhost"}, "intranet,localhost,127.0.0.1"),
        ({"no_proxy": "intranet"}, "intranet,127.0.0.1,localhost"),
        ({"no_proxy": "*"}, "*"),
    ],
)
def test_requests_to_a_local_cloud_go_past_a_proxy(before: dict[str, str], after: str) -> None:
    environment = {**before, "HTTP_PROXY": "http://proxy:3128"}
    use_local_key(environment)
    assert environment["NO_PROXY"] == environment["no_proxy"] == after
    assert environment["HTTP_PROXY"] == "http://proxy:3128"
