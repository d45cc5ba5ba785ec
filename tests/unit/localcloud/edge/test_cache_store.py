"""The store of kept answers: its bound, who goes first, and purging by tag."""

import random
from itertools import starmap

from multidict import CIMultiDict

from localcloud.edge.cache_keys import CacheKey
from localcloud.edge.cache_store import CacheEntry, CacheStore, size_of
from tests.support.seeds import seed_of_run


def key(name: str, location: str = "eu-west-1") -> CacheKey:
    return CacheKey(location, name, "", "*/*", "")


EMPTY = size_of(key("a"), CacheEntry(200, CIMultiDict(), b"", "eu-west-1", "nearest"))


def entry(size: int = 100, tags: str = "") -> CacheEntry:
    headers = CIMultiDict({"Cache-Tag": tags} if tags else {})
    return CacheEntry(200, headers, b"x" * size, "eu-west-1", "nearest")


def test_the_least_recently_used_goes_first() -> None:
    store = CacheStore(3 * (EMPTY + 100))
    for name in "abc":
        store.put(key(name), entry())
    assert store.get(key("a"))
    store.put(key("d"), entry())
    assert [name for name in "abcd" if store.get(key(name))] == ["a", "c", "d"]
    assert store.metrics.evicted == 1


def test_what_is_larger_than_the_whole_cache_is_not_kept() -> None:
    store = CacheStore(5000)
    store.put(key("a"), entry())
    store.put(key("b"), entry(10_000))
    assert store.get(key("b")) is None
    assert store.get(key("a")) is not None


def test_a_replaced_answer_frees_its_bytes_and_its_tags() -> None:
    store = CacheStore(10_000)
    store.put(key("a"), entry(500, "old"))
    store.put(key("a"), entry(100, "new"))
    assert store.bytes == EMPTY + 100 + len("Cache-Tag" + "new")
    assert store.purge(["old"]) == 0
    assert store.purge(["new"]) == 1
    assert (len(store), store.bytes) == (0, 0)


def test_a_tag_purges_all_that_carry_it_everywhere_and_nothing_else() -> None:
    store = CacheStore(100_000)
    store.put(key("a", "us-east-1"), entry(tags="store:us-1, market:us"))
    store.put(key("a", "eu-west-1"), entry(tags="Store:US-1"))
    store.put(key("b"), entry(tags="store:us-10"))
    store.put(key("c"), entry())
    assert store.purge(["store:us-1"]) == 2
    assert len(store) == 2
    assert store.purge(["STORE:US-10", "store:none"]) == 1
    assert store.purge_all() == 1
    assert store.metrics.purged == 4


def test_tags_beyond_the_fiftieth_do_not_count() -> None:
    store = CacheStore(100_000)
    store.put(key("a"), entry(tags=",".join(f"t{number}" for number in range(60))))
    assert store.purge(["t50"]) == 0
    assert store.purge(["t49"]) == 1


def test_each_purge_begins_a_new_generation() -> None:
    store = CacheStore(1000)
    before = store.generation
    store.purge(["none"])
    store.purge_all()
    assert store.generation == before + 2


def test_whatever_happens_the_books_are_right() -> None:
    chance = random.Random(seed_of_run())
    store = CacheStore(20 * (EMPTY + 200))
    for _ in range(3000):
        name = key(str(chance.randrange(40)))
        tags = ",".join(f"t{chance.randrange(6)}" for _ in range(chance.randrange(3)))
        match chance.randrange(8):
            case 0 | 1:
                store.drop(name)
            case 2 if chance.random() < 0.5:
                store.drop_expired_errors(0.0)
            case 2:
                store.purge([f"t{chance.randrange(6)}"])
            case _:
                kept = entry(chance.randrange(900), tags)
                kept.status = chance.choice((200, 404))
                store.put(name, kept)
        assert store.bytes == sum(starmap(size_of, store._entries.items()))
        assert store.bytes <= store.most_bytes
        assert {*store._errors} == {
            name for name, one in store._entries.items() if one.status == 404
        }
        tagged = {(tag, name) for name, one in store._entries.items() for tag in one.tags}
        assert {(tag, one) for tag, keys in store._tagged.items() for one in keys} == tagged


def test_keys_and_headers_count() -> None:
    store = CacheStore(100_000)
    for number in range(100):
        long = CacheKey("eu-west-1", "/graphql", f"{number}" + "q" * 7000, "*/*", "")
        store.put(long, CacheEntry(200, CIMultiDict({"a": "b" * 500}), b"", "eu-west-1", "nearest"))
    assert len(store) == 100_000 // 8600
    assert store.metrics.evicted == 100 - len(store)


def test_errors_go_when_their_time_is_up_and_answers_stay() -> None:
    store = CacheStore(100_000)
    store.put(key("page"), entry())
    for number in range(10):
        missing = entry()
        missing.status, missing.fresh_until = 404, 100.0 + number
        store.put(key(f"missing {number}"), missing)
    store.drop_expired_errors(99.0)
    assert len(store) == 11
    store.drop_expired_errors(103.0)
    assert len(store) == 7
    store.drop_expired_errors(1000.0)
    assert [store.get(key("page")) is not None, len(store)] == [True, 1]
