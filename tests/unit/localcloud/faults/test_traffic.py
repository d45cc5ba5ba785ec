"""What is wrong at a gate, drawn for single requests."""

import random
import statistics

import pytest

from localcloud.faults.gate_actuator import combine
from localcloud.faults.request_reader import RequestReader
from localcloud.faults.traffic import NO_FAULTS, Latency, Throttle, TokenBucket

SEED = 4711


def test_delays_have_the_median_and_the_tail_that_were_asked_for() -> None:
    chance = random.Random(SEED)
    drawn = [Latency(200, 2000).draw(chance) for _ in range(20_000)]
    percentiles = statistics.quantiles(drawn, n=100)
    assert statistics.median(drawn) == pytest.approx(0.2, rel=0.1), f"seed {SEED}"
    assert percentiles[98] == pytest.approx(2.0, rel=0.2), f"seed {SEED}"


def test_a_tail_as_long_as_the_median_is_always_the_same_delay() -> None:
    assert Latency(300, 300).draw(random.Random(SEED)) == pytest.approx(0.3)
    assert Latency(0, 0).draw(random.Random(SEED)) == 0


def test_delays_of_several_faults_add_up_and_shares_are_independent() -> None:
    slow = {"median_ms": 100.0, "p99_ms": 100.0}
    failure = {"share": 0.5, "status": 503}
    faults = combine([slow, slow, failure, failure])
    chance = random.Random(SEED)
    drawn = [faults.draw(chance) for _ in range(10_000)]
    assert {round(delay, 9) for delay, _ in drawn} == {0.2}
    failed = sum(answer is not None for _, answer in drawn)
    assert failed == pytest.approx(7_500, rel=0.05), f"seed {SEED}"


def test_nothing_claimed_is_no_trouble() -> None:
    assert combine([]) == NO_FAULTS
    assert not NO_FAULTS.per_request


def test_refusing_beats_dropping() -> None:
    assert combine([{"how": "drop"}]).cut == "drop"
    assert combine([{"how": "drop"}, {"how": "refuse"}]).cut == "refuse"


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ("InternalServerError", b"500 Internal", b"dynamodb.v20120810#InternalServerError"),
        ("ProvisionedThroughputExceededException", b"400 Bad", b"#ProvisionedThroughput"),
        ("ThrottlingException", b"400 Bad", b"#ThrottlingException"),
    ],
)
def test_dynamodb_errors_look_like_dynamodbs(error: str, status: bytes, kind: bytes) -> None:
    (failure,) = combine([{"share": 1.0, "error": error}]).failures
    head, _, body = failure.serialize(b"POST").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert f"content-length: {len(body)}".encode() in head
    assert kind in body
    assert b'"__type"' in body


def test_the_answer_of_a_head_request_has_no_body() -> None:
    (failure,) = combine([{"share": 1.0, "status": 503}]).failures
    assert failure.serialize(b"HEAD").endswith(b"\r\n\r\n")
    assert b"content-length: 34" in failure.serialize(b"HEAD")


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_request_is_read_to_the_end_of_its_body_and_no_further(size: int) -> None:
    text = b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\nhello world!"
    request = RequestReader()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert [request.feed(piece) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert (request.method, request.last) == (b"POST", False)


@pytest.mark.parametrize(
    "header", ["Connection: close", "Transfer-Encoding: chunked", "Expect: 100-continue"]
)
def test_a_request_after_which_the_connection_ends(header: str) -> None:
    request = RequestReader()
    assert request.feed(f"POST / HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\n".encode())
    assert request.last


def test_a_head_without_end_is_given_up() -> None:
    request = RequestReader()
    assert not request.feed(b"GET / HTTP/1.1\r\nX: ")
    assert request.feed(b"x" * 70_000)
    assert request.last


def test_a_bucket_takes_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(Throttle(rate=4, burst=2), now=100.0)
    assert [bucket.take(100.0) for _ in range(3)] == [True, True, False]
    assert [bucket.take(100.25) for _ in range(2)] == [True, False]
    assert [bucket.take(200.0) for _ in range(3)] == [True, True, False]


def test_of_several_limits_the_lowest_holds() -> None:
    limits = [{"rate": 20.0, "burst": 5.0}, {"rate": 10.0, "burst": 9.0}]
    assert combine(limits).throttle == Throttle(10.0, 9.0)
