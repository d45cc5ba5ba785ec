"""What tells two answers apart, and what does not."""

import random
from itertools import permutations
from urllib.parse import parse_qs, urlencode

import pytest

from localcloud.edge.behaviors import BEHAVIORS, PERSISTED_READS, behavior_of
from localcloud.edge.cache_keys import keyed_query, normal_accept, normal_encoding
from services.menu_api.negotiation import agree
from tests.support.seeds import seed_of_run

NAMES = PERSISTED_READS.query_strings


@pytest.mark.parametrize(
    ("query", "keyed"),
    [
        ("", ""),
        ("variables=%7B%7D", "variables=%7B%7D"),
        ("place=JP&variables=1&utm=x", "variables=1"),
        ("variables=1&operationName=A&query=x", "variables=1"),
        ("variables=1&variables=2", "variables=1&variables=2"),
        ("v%61riables=1", "v%61riables=1"),
        ("Variables=1", ""),
        ("variables", "variables"),
        ("a=variables=1", ""),
    ],
)
def test_the_key_holds_the_parameters_of_the_policy(query: str, keyed: str) -> None:
    assert keyed_query(query, NAMES) == keyed


def test_requests_that_the_origin_distinguishes_never_share_a_key() -> None:
    chance = random.Random(seed_of_run())
    names = ["variables", "v%61riables", "operationName", "extensions", "place", "x", "+variables"]
    by_key: dict[str, tuple[object, ...]] = {}
    for _ in range(3000):
        parts = [
            f"{chance.choice(names)}={chance.choice(['1', '2', '%31', ''])}"
            for _ in range(chance.randrange(4))
        ]
        query = "&".join(parts)
        read = parse_qs(query, keep_blank_values=True)
        means = tuple(tuple(read.get(name, ())) for name in sorted(NAMES))
        assert by_key.setdefault(keyed_query(query, NAMES), means) == means, query


def test_ways_to_accept_the_same_thing_are_one() -> None:
    site = "application/graphql-response+json, application/json;q=0.9"
    assert normal_accept(site) == "application/graphql-response+json"
    assert normal_accept("application/json") == normal_accept("application/json, */*;q=0.1")
    assert normal_accept("") == normal_accept("*/*") == normal_accept("text/html, */*") == "*/*"
    assert normal_accept("text/html") is None


def test_the_normal_form_means_to_the_origin_what_was_sent() -> None:
    offers = ["application/json", "application/graphql-response+json;q=0.5", "*/*;q=0.1", "a/b"]
    for count in range(len(offers) + 1):
        for chosen in permutations(offers, count):
            sent = ", ".join(chosen)
            normal = normal_accept(sent)
            assert agree(normal or "none/at-all") == agree(sent or None), sent


@pytest.mark.parametrize(
    ("sent", "normal"),
    [
        ("gzip, deflate, br, zstd", "br,gzip"),
        ("gzip", "gzip"),
        ("br;q=1.0, gzip;q=0", "br"),
        ("*", "br,gzip"),
        ("identity", ""),
        ("", ""),
    ],
)
def test_encodings_are_those_that_cloudfront_knows(sent: str, normal: str) -> None:
    assert normal_encoding(sent) == normal


def test_the_first_behavior_that_fits_decides() -> None:
    found = {
        path: behavior_of(path).pattern
        for path in (
            "/graphql/persisted/abc",
            "/graphql",
            "/graphql/",
            "/graphiql",
            "/assets/a.js",
            "/pictures/x.svg",
            "/",
        )
    }
    assert found == {
        "/graphql/persisted/abc": "/graphql/persisted/*",
        "/graphql": "/graphql",
        "/graphql/": "*",
        "/graphiql": "*",
        "/assets/a.js": "/assets/*",
        "/pictures/x.svg": "/pictures/*",
        "/": "*",
    }


def test_no_behavior_that_takes_post_caches_or_fails_over() -> None:
    for behavior in BEHAVIORS:
        if "POST" in behavior.methods:
            assert behavior.policy is None
            assert behavior.target != "origin-group"


def test_a_query_of_the_site_is_its_own_key() -> None:
    query = urlencode({"variables": '{"storeId":"us-00001","locale":"de"}'})
    assert keyed_query(query, NAMES) == query
