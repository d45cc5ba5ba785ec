"""Images: equal items have one digest, different ones do not; the cache stays within bounds."""

from typing import Any

import pytest

from localcloud.replicator.images import ImageCache, canonical, digest_of, key_of, parse, render
from localcloud.replicator.versions import TOMBSTONE


def test_the_order_of_attributes_and_set_members_does_not_matter() -> None:
    one: Any = {"a": {"SS": ["x", "y"]}, "b": {"M": {"p": {"NS": ["1", "2"]}, "q": {"S": ""}}}}
    other: Any = {"b": {"M": {"q": {"S": ""}, "p": {"NS": ["2", "1"]}}}, "a": {"SS": ["y", "x"]}}
    assert canonical(one) == canonical(other)


def test_the_order_of_a_list_matters() -> None:
    one: Any = {"a": {"L": [{"S": "x"}, {"S": "y"}]}}
    other: Any = {"a": {"L": [{"S": "y"}, {"S": "x"}]}}
    assert digest_of(canonical(one)) != digest_of(canonical(other))


def test_a_map_attribute_named_like_a_set_is_left_alone() -> None:
    item: Any = {"a": {"M": {"SS": {"L": [{"S": "y"}, {"S": "x"}]}}}}
    assert parse(canonical(item)) == item


def test_no_item_is_the_tombstone() -> None:
    assert digest_of(None) == TOMBSTONE
    assert digest_of(canonical({})) != TOMBSTONE


def test_a_key_is_the_same_from_an_item_and_from_a_record() -> None:
    item: Any = {"body": {"S": "x"}, "sk": {"S": "2"}, "pk": {"S": "1"}}
    keys = {"sk": {"S": "2"}, "pk": {"S": "1"}}
    assert key_of(item, ("pk", "sk")) == render(keys)


def test_a_lone_surrogate_is_kept() -> None:
    text = b'{"a":{"S":"\\ud800"}}'
    assert render(parse(text)) == text


@pytest.mark.parametrize("size", [10, 1000])
def test_the_cache_forgets_the_oldest_within_its_bound(size: int) -> None:
    cache = ImageCache(limit=3 * (size + 302))
    for number in range(5):
        cache.put(b"k%d" % number, b"d", b"x" * size)
    found = [cache.get(b"k%d" % number, b"d") is not None for number in range(5)]
    assert found == [False, False, True, True, True]
