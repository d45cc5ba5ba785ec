"""What a load run takes an answer for: a success, an error of carte, or somebody else's refusal."""

import pytest

from loadtests.cloud.answers import data_of


@pytest.mark.parametrize(
    ("status", "body", "wrong"),
    [
        (200, b'{"data": {"a": 1}}', ""),
        (403, b'{"errors": [{"message": "no such role"}]}', "status 403"),
        (403, b"<H1>403 ERROR</H1>Request blocked.", "status 403 of a firewall, not of carte"),
        (429, b"", "status 429 of a firewall, not of carte"),
        (429, b'{"message":"Too Many Requests"}', "status 429"),
        (502, b"<H1>502 ERROR</H1>", "status 502"),
        (200, b"<html>", "no JSON"),
    ],
)
def test_who_refused_a_request_is_said(status: int, body: bytes, wrong: str) -> None:
    assert data_of(status, body)[0] == wrong
