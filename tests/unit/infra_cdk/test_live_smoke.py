"""The smoke test of live updates: it subscribes, by the name of the region, with the secret."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from infra_cdk.deployment.smoke import live_url, subscribed
from infra_cdk.deployment.steps import Step
from services.domain.errors import CarteError
from services.domain.live.subprotocol import SUBPROTOCOL

HOST = "eu-west-1.live.menus.example.com"
URL = f"wss://{HOST}/graphql"
REGION = Step("eu-west-1", "region", "carte-eu-west-1", "eu-west-1", {}, "", "")
NAMED = {"Type": "AWS::CloudFront::Distribution"}
CDN = {**NAMED, "Properties": {"DistributionConfig": {"Aliases": ["menus.example.com"]}}}
EDGE = Step("edge", "edge", "carte-edge", "us-east-1", {"Resources": {"Cdn": CDN}}, "", "")


@contextmanager
def gateway(state: str = "next") -> Iterator[str]:
    """A WebSocket API behind the name, which takes the secret `s3` alone; yields its front."""

    def refuse(client: ServerConnection, request: Request) -> Response | None:
        received = request.headers["Host"], request.path, request.headers.get("Referer")
        if received == (HOST, "/graphql", "s3"):
            return None
        return client.respond(HTTPStatus.FORBIDDEN, "Forbidden")

    def talk(client: ServerConnection) -> None:
        for text in client:
            kind = json.loads(text)["type"]
            client.send(
                json.dumps({"type": "connection_ack" if kind == "connection_init" else state})
            )

    with serve(
        talk, "127.0.0.1", 0, process_request=refuse, subprotocols=[Subprotocol(SUBPROTOCOL)]
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_region_that_sends_a_state_passes() -> None:
    with gateway() as front:
        assert subscribed(URL, front, "s3") is None


@pytest.mark.parametrize(
    ("url", "secret"), [(URL, None), (URL, "guessed"), (f"wss://{HOST}/live", "s3")]
)
def test_one_that_refuses_the_handshake_does_not(url: str, secret: str | None) -> None:
    with gateway() as front:
        wrong = subscribed(url, front, secret)
    assert wrong is not None
    assert "takes no WebSocket" in wrong
    assert "403" in wrong


def test_one_that_answers_with_an_error_does_not() -> None:
    with gateway("error") as front:
        assert "error" in (subscribed(URL, front, "s3") or "")


def test_one_that_does_not_listen_does_not() -> None:
    with gateway() as front:
        pass
    assert "does not answer" in (subscribed(URL, front, "s3") or "")


def test_the_url_is_the_regions_output_and_the_sites_name() -> None:
    assert live_url(REGION, {"LiveUrl": URL}) == URL
    assert live_url(EDGE, {}) == "wss://menus.example.com/graphql"
    with pytest.raises(CarteError, match="LiveUrl"):
        live_url(REGION, {"Url": "https://api.example.com"})
