"""The first commands of the README work at any hour, and with what the demo chain has."""

import re

from localcloud.layout import REPO_ROOT
from tests.support.demo_chain import demo_chain

README = (REPO_ROOT / "README.md").read_text(encoding="utf-8")


def test_the_store_of_the_first_commands_is_open_day_and_night_and_counts_what_they_count() -> None:
    known = {one.store_id: one for one in demo_chain(1, 300)}
    opened = re.search(r"localhost:8080/store/([a-z]{2}-\d{5})", README)
    assert opened is not None
    store_id = opened[1]
    assert known[store_id].fields["hours"] == "24/7"
    assert f'storeId: \\"{store_id}\\"' in README
    assert f"carte order list {store_id}" in README
    counted = re.search(rf"item,pieces\\n{store_id},([a-z-]+),", README)
    assert counted is not None
    assert counted[1] in known[store_id].pieces


def test_no_file_is_named_that_is_not_there() -> None:
    written = set(re.findall(r"> (\S+\.csv)", README))
    named = set(re.findall(r"carte import stock (\S+)", README))
    assert named
    assert named <= written
