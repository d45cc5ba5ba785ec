"""What the edge lets pass: request targets, headers, encodings, settings."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from localcloud.edge.drains import FILE, DrainFlags
from localcloud.edge.events import Events
from localcloud.edge.forwarding import request_headers, response_headers
from localcloud.edge.options import SettingsError
from localcloud.edge.settings import settings_of
from localcloud.edge.site import preferred_coding
from localcloud.edge.targets import InvalidTargetError, parse_target
from localcloud.layout import CloudLayout, Region
from localcloud.plan import make_layout


@pytest.mark.parametrize(
    "text",
    [
        "/../etc/passwd",
        "/a/../../b",
        "/a/..",
        "/./a",
        "/%2e%2e/a",
        "/%2E./a",
        "/a/%2e%2e",
        "/a%2fb",
        "/a%2F..%2Fb",
        "/a%5c..%5cb",
        "/a\\b",
        "/a%00b",
        "/a%0d%0ab",
        "/\udcff",
        "/%ff",
        "/a?b=\x7f",
        "*",
        "http://elsewhere/a",
        "",
    ],
)
def test_targets_that_climb_or_hide_are_refused(text: str) -> None:
    with pytest.raises(InvalidTargetError):
        parse_target(text)


def test_a_target_keeps_what_was_sent() -> None:
    target = parse_target("/caf%C3%A9/a..b?query=%7Ba%2Fb%7D&x=../..")
    assert target.path == "/café/a..b"
    assert target.raw == "/caf%C3%A9/a..b?query=%7Ba%2Fb%7D&x=../.."
    assert parse_target("/a?").raw == "/a"
    assert parse_target("//elsewhere/a").path == "//elsewhere/a"


def test_headers_of_one_hop_do_not_pass() -> None:
    sent = CIMultiDict(
        {
            "Host": "localhost:8080",
            "Connection": "keep-alive, X-Secret",
            "X-Secret": "1",
            "Transfer-Encoding": "chunked",
            "TE": "trailers",
            "Upgrade": "h2c",
            "Content-Length": "3",
            "Accept": "a/b",
            "X-Forwarded-For": "10.0.0.1",
        }
    )
    assert dict(request_headers(sent, "127.0.0.1")) == {
        "Accept": "a/b",
        "x-forwarded-for": "10.0.0.1, 127.0.0.1",
        "via": "1.1 carte-edge",
    }


def test_answers_keep_repeated_headers_and_lose_those_of_the_hop() -> None:
    received = CIMultiDict(
        [
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("x-carte-region", "eu-west-1"),
            ("x-carte-edge", "forged"),
            ("Keep-Alive", "timeout=5"),
            ("Content-Length", "3"),
        ]
    )
    assert list(response_headers(received).items()) == [
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("x-carte-region", "eu-west-1"),
    ]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("GZIP; q=1.0", "gzip"),
        ("gzip;q=0.0", "identity"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("identity", "identity"),
    ],
)
def test_the_best_encoding_that_the_client_takes(accepted: str, coding: str) -> None:
    assert preferred_coding(accepted, {"identity": b"", "br": b"", "gzip": b""}) == coding


def a_cloud(tmp_path: Path, **changes: Any) -> CloudLayout:
    """A layout with one AWS region and one that is at home."""
    layout = make_layout(8080, regions=["us-east-1"], state_dir=tmp_path)
    home = Region("home", "http://127.0.0.1:1", "http://127.0.0.1:2", latitude=48, longitude=11.5)
    return dataclasses.replace(layout, **{"regions": (*layout.regions, home), **changes})


def test_the_edge_uses_gates_and_places_of_the_layout(tmp_path: Path) -> None:
    layout = a_cloud(tmp_path, edge={"ttl": 3, "surprise": "x"})
    settings = settings_of(layout, {"threshold": 5})
    assert settings.default_region == "us-east-1"
    assert settings.state_dir == tmp_path
    assert settings.site_dir.parts[-2:] == ("web", "dist")
    assert settings.regions[0].api_url == layout.regions[0].gate_url
    assert settings.regions[1].api_url == "http://127.0.0.1:2"
    assert settings.regions[1].coordinates == (48.0, 11.5)
    assert (settings.options.ttl, settings.options.threshold) == (3, 5)
    assert settings.options.interval == 10.0


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"threshold": 0}, "threshold"),
        ({"interval": -1}, "interval"),
        ({"ttl": "long"}, "ttl"),
        ({"access_log": 1}, "access_log"),
        ({"origins": True}, "origins"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(
    tmp_path: Path, options: dict[str, Any], word: str
) -> None:
    with pytest.raises(SettingsError, match=word):
        settings_of(a_cloud(tmp_path, edge=options))


def test_a_region_without_a_place_is_refused(tmp_path: Path) -> None:
    nowhere = Region("home", "http://127.0.0.1:1", "http://127.0.0.1:2")
    with pytest.raises(SettingsError, match="home") as raised:
        settings_of(a_cloud(tmp_path, regions=(nowhere,)))
    assert "latitude" in raised.value.hint


def test_drain_flags_outlive_the_edge(tmp_path: Path) -> None:
    flags = DrainFlags(tmp_path / "new", ["a", "b"], Events())
    flags.set("a", drained=True)
    flags.set("b", drained=True)
    flags.set("b", drained=False)
    assert DrainFlags(tmp_path / "new", ["a", "b"], Events())() == {"a"}
    assert DrainFlags(tmp_path / "new", ["b"], Events())() == frozenset()


def test_drain_flags_that_cannot_be_read_drain_nothing(tmp_path: Path) -> None:
    for content in (b"{", b"17", b"[[]]"):
        (tmp_path / FILE).write_bytes(content)
        assert DrainFlags(tmp_path, ["a"], Events())() == frozenset()
