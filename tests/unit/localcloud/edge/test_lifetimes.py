"""How long the edge may keep an answer: RFC 9111 and CloudFront's documents, rule by rule."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from localcloud.edge.behaviors import PERSISTED_READS, CachePolicy
from localcloud.edge.lifetimes import Lifetime, directives, lifetime

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
POLICY = replace(PERSISTED_READS, max_ttl=1000.0)


def kept(
    cache_control: str | None = None,
    status: int = 200,
    policy: CachePolicy = POLICY,
    **others: str,
) -> Lifetime | None:
    headers = CIMultiDict({name.replace("_", "-"): value for name, value in others.items()})
    if cache_control is not None:
        headers["Cache-Control"] = cache_control
    return lifetime(status, headers, policy, NOW)


@pytest.mark.parametrize(
    ("cache_control", "fresh"),
    [
        ("max-age=60", 60),
        ("public, max-age=60", 60),
        ("MAX-AGE = 60", 60),
        ('max-age="60"', 60),
        ("s-maxage=5, max-age=60", 5),
        ("max-age=5, s-maxage=60", 60),
        ("max-age=5000", 1000),  # the policy's maximum
        ("max-age=60, max-age=30", 30),  # RFC 9111, 4.2.1: the more careful of two
        ("max-age=99999999999999", 1000),
        ('community="private", max-age=60', 60),  # a value is no directive
    ],
)
def test_an_answer_lives_as_long_as_it_says_within_the_policy(
    cache_control: str, fresh: float
) -> None:
    found = kept(cache_control)
    assert found is not None
    assert found.fresh == fresh


@pytest.mark.parametrize(
    "cache_control",
    [
        None,
        "public",
        "no-store",
        "private, max-age=60",
        "no-cache, max-age=60",
        'no-cache="Set-Cookie", max-age=60',
        'private="x-a", max-age=60',
        "no-store, s-maxage=60",
        "max-age=0",
        "max-age=-1",
        "max-age=soon",
        "max-age",
        "s-maxage=0, max-age=60",
    ],
)
def test_what_may_not_be_kept_is_not(cache_control: str | None) -> None:
    assert kept(cache_control) is None


def test_a_minimum_ttl_overrules_the_origin_as_cloudfront_warns() -> None:
    least = replace(POLICY, min_ttl=20.0)
    for cache_control in ("no-store", "private", "no-cache", "max-age=5", "max-age=0"):
        assert kept(cache_control, policy=least) is not None
        assert kept(cache_control, policy=least).fresh == 20  # type: ignore[union-attr]


def test_the_default_ttl_is_for_answers_that_say_nothing() -> None:
    headers = replace(POLICY, default_ttl=30.0)
    assert kept(None, policy=headers).fresh == 30  # type: ignore[union-attr]
    assert kept("max-age=5", policy=headers).fresh == 5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("expires", "fresh"),
    [
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60),
        ("Sat, 21 Nov 2026 11:59:00 GMT", None),
        ("0", None),
        ("soon", None),
    ],
)
def test_expires_counts_where_there_is_no_max_age(expires: str, fresh: float | None) -> None:
    found = kept(expires=expires)
    assert (found.fresh if found else None) == fresh
    assert kept("max-age=7", expires=expires).fresh == 7  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cache_control", "expected"),
    [
        (
            "max-age=10, stale-while-revalidate=30, stale-if-error=300",
            Lifetime(10, revalidate=30, if_error=300),
        ),
        # CloudFront: what it had, while the origin cannot be reached, unless headers forbid it.
        ("max-age=10", Lifetime(10, if_error=1000)),
        ("max-age=10, stale-if-error=0", Lifetime(10)),
        ("max-age=10, stale-while-revalidate=5000", Lifetime(10, revalidate=1000, if_error=1000)),
        ("max-age=10, must-revalidate, stale-if-error=300", Lifetime(10)),
        ("max-age=10, proxy-revalidate, stale-while-revalidate=30", Lifetime(10)),
        ("s-maxage=10", Lifetime(10)),
        ("s-maxage=10, stale-if-error=20", Lifetime(10, if_error=20)),
    ],
)
def test_how_long_a_stale_answer_may_still_serve(cache_control: str, expected: Lifetime) -> None:
    assert kept(cache_control) == expected


@pytest.mark.parametrize("status", [404, 414, 500, 501, 502, 503, 504])
def test_errors_are_kept_for_the_error_caching_minimum_ttl(status: int) -> None:
    assert kept("no-store", status) == Lifetime(1)
    assert kept(None, status) == Lifetime(1)
    assert kept("max-age=7", status) == Lifetime(7)
    assert kept(None, status, replace(POLICY, error_ttl=0.0)) is None


@pytest.mark.parametrize("status", [400, 403, 405, 412, 415])
def test_errors_of_the_request_are_kept_only_where_the_origin_says_so(status: int) -> None:
    assert kept("no-store", status) is None
    assert kept(None, status) is None
    assert kept("max-age=7", status) == Lifetime(7)


@pytest.mark.parametrize("status", [201, 204, 206, 302, 304, 307, 401, 406, 416, 429])
def test_other_statuses_are_never_kept(status: int) -> None:
    assert kept("max-age=60", status) is None


def test_what_is_meant_for_one_client_is_never_kept() -> None:
    assert kept("max-age=60", set_cookie="a=1") is None
    assert kept("max-age=60", 500, set_cookie="a=1") is None


@pytest.mark.parametrize(
    ("vary", "may"),
    [
        ("accept", True),
        ("Accept, Accept-Encoding", True),
        ("accept, origin", False),
        ("*", False),
        ("cookie", False),
    ],
)
def test_an_answer_that_varies_beyond_the_key_is_not_kept(vary: str, *, may: bool) -> None:
    assert (kept("max-age=60", vary=vary) is not None) is may


def test_cache_control_on_several_lines_counts_as_one() -> None:
    headers = CIMultiDict([("Cache-Control", "max-age=60"), ("cache-control", "no-store")])
    assert directives(headers) == {"max-age": "60", "no-store": ""}
    assert lifetime(200, headers, POLICY, NOW) is None
