"""A region that does not answer is found out at once, and reported in one line with the way out."""

import socket

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from pynamodb.exceptions import GetError

from dataload.reaching import RegionUnreachableError, check_region, reaching
from services.storage.binding import Binding

REFUSED = ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "expired"}}, "GetItem")

LOCAL = Binding("eu-west-1", endpoint="http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "Could not connect"),
        (REFUSED, "ExpiredTokenException"),
        (GetError("failed", REFUSED), "ExpiredTokenException"),
        (GetError("many\nlines", None), "many"),
    ],
)
def test_a_fault_of_the_table_is_one_line_that_says_what_to_do(
    fault: Exception, reason: str
) -> None:
    with pytest.raises(RegionUnreachableError) as raised, reaching(LOCAL):
        raise fault
    assert raised.value.message.startswith("the table of eu-west-1 does not answer: ")
    assert reason in raised.value.message
    assert "\n" not in raised.value.message
    assert "carte status" in raised.value.hint


def test_a_table_in_aws_is_no_matter_of_the_local_cloud() -> None:
    with pytest.raises(RegionUnreachableError) as raised, reaching(Binding("eu-west-1")):
        raise REFUSED
    assert "carte status" not in raised.value.hint
    assert "AWS_PROFILE" in raised.value.hint


def test_a_mistake_of_ours_is_no_unreachable_region() -> None:
    with pytest.raises(KeyError), reaching(LOCAL):
        raise KeyError("x")


def test_a_region_that_is_away_is_found_out_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    # A port that is held and does not listen: nobody else can take it meanwhile.
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        away = Binding("eu-west-1", endpoint=f"http://127.0.0.1:{held.getsockname()[1]}")
        with pytest.raises(RegionUnreachableError, match="eu-west-1 does not answer"):
            check_region(away)
