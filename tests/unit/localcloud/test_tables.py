"""Commands reach the local cloud's tables with a local key, and a lookup changes nothing."""

import os
from pathlib import Path

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
    assert environment == {"AWS_ACCESS_KEY_ID": ANY_KEY, "AWS_SECRET_ACCESS_KEY": ANY_KEY}
