"""The access log: the latest requests, chosen by region and status, and bounded."""

import pytest

from localcloud.edge.access_log import MOST_KEPT, MOST_SHOWN, NO_REGION, AccessLog

HERE, FAR = "us-east-1", "eu-west-1"


@pytest.fixture
def log() -> AccessLog:
    log = AccessLog(enabled=False)
    for path, status, decision in (
        ("/graphql", 200, f"region={HERE}; why=nearest; cache=pass; attempts=1"),
        ("/graphql", 504, f"region={FAR}; why=failover; cache=pass; attempts=2"),
        ("/graphql/persisted/x", 200, f"region={FAR}; why=health; cache=hit"),
        ("/store/us-00001", 200, "origin=site"),
        ("/graphql", 499, ""),
        ("/_edge/status", 200, "origin=edge"),
    ):
        log.add("GET", path, status, 0.0123, decision)
    return log


def shown(log: AccessLog, **chosen: str) -> list[tuple[str, int]]:
    return [(one["request"], one["status"]) for one in log.recent(**chosen)]


def test_the_newest_request_comes_first_and_those_of_the_page_itself_do_not_count(
    log: AccessLog,
) -> None:
    assert shown(log) == [
        ("GET /graphql", 499),
        ("GET /store/us-00001", 200),
        ("GET /graphql/persisted/x", 200),
        ("GET /graphql", 504),
        ("GET /graphql", 200),
    ]
    assert log.recent()[0]["ms"] == 12.3


def test_requests_are_chosen_by_region_and_status(log: AccessLog) -> None:
    assert shown(log, region=FAR) == [("GET /graphql/persisted/x", 200), ("GET /graphql", 504)]
    assert shown(log, region=FAR, status="5xx") == [("GET /graphql", 504)]
    assert shown(log, status="4xx") == [("GET /graphql", 499)]
    assert len(shown(log, status="ok")) == 3
    assert shown(log, region=NO_REGION, status="ok") == [("GET /store/us-00001", 200)]


def test_a_rare_request_is_found_among_a_thousand_and_what_is_kept_is_bounded(
    log: AccessLog,
) -> None:
    for _ in range(MOST_KEPT - 4):
        log.add("GET", "/graphql", 200, 0.001, f"region={HERE}; why=nearest")
    assert len(shown(log)) == MOST_SHOWN
    assert shown(log, status="5xx") == [("GET /graphql", 504)]
    for _ in range(4):
        log.add("GET", "/" + "x" * 5000, 200, 0.001, "origin=site")
    assert shown(log, status="5xx") == []
    assert len(shown(log)[0][0]) == 300
