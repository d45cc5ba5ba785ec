"""The cache of persisted reads in a real edge: what a reader gets while regions fail and change."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.edge_cloud import OTHER, READ, Edge, MakeEdge, Origins, wait_for

HERE, NEXT, FAR = "us-east-1", "eu-west-1", "ap-southeast-1"


@pytest.fixture
def edge(warm_edge: Edge) -> Edge:
    """One edge for all tests here: none of them cares what it did before."""
    return warm_edge


def cacheable(**others: str) -> dict[str, str]:
    return {"Cache-Control": "public, max-age=60", **others}


def test_a_persisted_read_is_asked_of_a_region_once(edge: Edge, origins: Origins) -> None:
    origins[HERE].behave(headers=cacheable(ETag='"v1"'))
    first, again = edge.get(), edge.get()
    assert first.headers["x-carte-edge"] == (
        "region=us-east-1; why=nearest; cache=miss; attempts=1"
    )
    assert again.headers["x-carte-edge"] == ("region=us-east-1; why=nearest; cache=hit; attempts=0")
    assert again.body == first.body
    assert int(again.headers["age"]) >= 0
    assert "age" not in first.headers
    head = edge.ask("HEAD", READ)
    assert (head.edge["cache"], head.body) == ("hit", b"")
    assert head.headers["content-length"] == str(len(first.body))
    known = edge.get(If_None_Match='"v1"')
    assert (known.status, known.body, known.edge["cache"]) == (304, b"", "hit")
    assert len(origins[HERE].seen()) == 1


def test_other_variables_and_other_places_are_other_answers(edge: Edge, origins: Origins) -> None:
    for origin in origins.values():
        origin.behave(headers=cacheable())
    other = "/graphql/persisted/menu?variables=%7B%22a%22%3A1%7D"
    assert [edge.get(path).edge["cache"] for path in (READ, other, READ, other)] == [
        *("miss", "miss", "hit", "hit")
    ]
    tokyo = edge.get(x_carte_place="JP")
    assert (tokyo.edge["cache"], tokyo.edge["region"]) == ("miss", FAR)
    assert edge.get(f"{READ}&place=SG").edge == {**tokyo.edge, "cache": "hit", "attempts": "0"}
    assert edge.get().edge["region"] == HERE


def test_only_persisted_reads_are_kept(edge: Edge, origins: Origins) -> None:
    origins[HERE].behave(headers=cacheable())
    for _ in range(2):
        assert edge.get("/graphql?query=%7Ba%7D").edge["cache"] == "pass"
        assert edge.post().edge["cache"] == "pass"
        assert edge.ask("OPTIONS", READ).edge["cache"] == "pass"
        assert edge.get(f"/_region/{HERE}{READ}").edge["cache"] == "pass"
    assert len(origins[HERE].seen()) == 8


def test_the_origin_of_a_persisted_read_sees_what_the_key_holds_and_no_more(
    edge: Edge, origins: Origins
) -> None:
    origins[HERE].behave(headers=cacheable())
    own = {"Cookie": "a=1", "X_Other": "1", "User_Agent": "me", "traceparent": "00-1"}
    edge.get(f"{READ}&place=US&secret=1", Authorization="Bearer x", Accept="*/*", **own)
    edge.ask("HEAD", f"{OTHER}1&secret=1", {"Authorization": "Bearer x"})
    get, head = origins[HERE].seen()
    assert get["path"].endswith(READ)
    assert set(get["headers"]) == {"accept", "host", "traceparent", "via", "x-forwarded-for"}
    assert head["path"].endswith(f"{OTHER}1")
    assert "authorization" not in head["headers"]
    # Who has a token gets what all get, and the answer is everybody's.
    assert edge.get(Authorization="Bearer x").edge["cache"] == "hit"


def test_a_crowd_costs_one_request(edge: Edge, origins: Origins) -> None:
    origins[HERE].behave(headers=cacheable(), slow=0.5)
    with ThreadPoolExecutor(16) as clients:
        replies = list(clients.map(lambda _: edge.get(), range(16)))
    assert {reply.status for reply in replies} == {200}
    states = [reply.edge["cache"] for reply in replies]
    assert states.count("miss") == 1
    assert set(states) <= {"miss", "collapsed", "hit"}
    assert len(origins[HERE].seen()) == 1


def test_what_is_kept_outlives_the_region_and_the_rest_fails_over(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(response_timeout=2)
    for origin in origins.values():
        origin.behave(headers=cacheable())
    edge.get()
    origins[HERE].freeze()
    kept = edge.get()
    assert (kept.edge["cache"], kept.edge["region"]) == ("hit", HERE)
    assert kept.seconds < 1.5
    other = f"{OTHER}B"
    assert edge.get(other).edge == {
        "region": NEXT,
        "why": "failover",
        "cache": "miss",
        "attempts": "2",
    }
    again = edge.get(other)
    assert (again.edge["cache"], again.edge["region"]) == ("hit", NEXT)


def test_without_any_region_a_stale_answer_is_better_than_none(
    make_edge: MakeEdge, origins: Origins
) -> None:
    edge = make_edge(response_timeout=0.3, last_response_timeout=0.3)
    for origin in origins.values():
        origin.behave(headers={"Cache-Control": "max-age=1, stale-if-error=300"})
    first = edge.get()
    wait_for(lambda: edge.get().edge["cache"] != "hit", "the answer is no longer fresh")
    for origin in origins.values():
        origin.freeze()
    wait_for(lambda: edge.get().edge["cache"] == "stale", "a stale answer stands in")
    stale = edge.get()
    assert (stale.status, stale.json["path"]) == (200, first.json["path"])
    assert int(stale.headers["age"]) >= 1
    assert edge.get(f"{OTHER}B").status == 504


def test_a_stale_answer_is_renewed_behind_the_readers_back(edge: Edge, origins: Origins) -> None:
    headers = {"Cache-Control": "max-age=1, stale-while-revalidate=60", "ETag": '"v1"'}
    origins[HERE].behave(headers=headers, validates=True)
    edge.get()
    seen: list[str] = []

    def again() -> bool:
        seen.append(edge.get().edge["cache"])
        return "stale" in seen and seen[-1] == "hit"

    wait_for(again, "stale once, and a hit after that")
    assert set(seen) == {"hit", "stale"}
    revalidation = origins[HERE].seen()[-1]
    assert revalidation["headers"]["if-none-match"] == '"v1"'


def test_purging_a_tag_brings_the_news_at_once(edge: Edge, origins: Origins) -> None:
    origins[HERE].behave(headers=cacheable(**{"Cache-Tag": "store:us-1,market:us"}))
    edge.get()
    before = edge.last_event()
    assert edge.operate("purge", tags=["store:us-2"]).json == {"purged": 0}
    assert edge.get().edge["cache"] == "hit"
    assert edge.operate("purge", tags=["store:us-1"]).json == {"purged": 1}
    assert edge.get().edge["cache"] == "miss"
    assert edge.operate("purge", all=True).json == {"purged": 1}
    assert edge.get().edge["cache"] == "miss"
    assert [event["purged"] for event in edge.events("purge", before)] == [0, 1, 1]


def test_the_cache_stays_within_its_bytes(make_edge: MakeEdge, origins: Origins) -> None:
    edge = make_edge(cache_bytes=20_000)
    origins[HERE].behave(headers=cacheable())
    for number in range(30):
        edge.get(f"{OTHER}A{number}")
    cache = edge.status()["cache"]
    assert cache["bytes"] <= 20_000
    assert cache["evicted"] > 0
    assert cache["entries"] + cache["evicted"] == 30
    assert cache["answers"] == {"miss": 30}
    assert edge.get(f"{OTHER}A29").edge["cache"] == "hit"
    assert edge.get(f"{OTHER}A0").edge["cache"] == "miss"


def test_an_error_is_remembered_for_a_moment_only(edge: Edge, origins: Origins) -> None:
    for origin in origins.values():
        origin.behave(status=503)
    assert edge.get().status == 503
    assert edge.get().edge["cache"] == "hit"
    origins[HERE].behave()
    took = wait_for(lambda: edge.get().status == 200, "the error is forgotten")
    assert took < 8
