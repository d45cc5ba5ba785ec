"""Smoke tests: the deployed step answers, and with the version that was deployed."""

import json
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from infra_cdk.deployment.steps import Step
from infra_cdk.edge_rules import ORIGIN_SHOWN_IN, WRITE_PATHS
from services.domain.errors import CarteError
from services.domain.live.subprotocol import SUBPROTOCOL

# A new domain name needs a moment until it answers.
_DEADLINE_S: Final = 180.0
_BETWEEN_S: Final = 5.0
_TIMEOUT_S: Final = 10.0
_QUESTION: Final = "{ region { name version } }"

_URL: Final = "Url"
_LIVE_URL: Final = "LiveUrl"
_WEBSOCKET_PORTS: Final = {"ws": 80, "wss": 443}
_WATCHED: Final = "subscription { regionStatus { version } }"
# The API's policy names the newest first.
_SECRET: Final = re.compile(r"\{\{resolve:secretsmanager:([^:}]+):SecretString\}\}")

Probe = Callable[[], str | None]
"""Returns what is wrong, or None."""
Get = Callable[..., tuple[int, str]]


def base_url(step: Step, outputs: Mapping[str, str]) -> str | None:
    """Return the URL at which a deployed step answers; None where it answers nothing by HTTP.

    A region answers at the output `Url` of its stack: where the deployment has a domain, API
    Gateway refuses every other host (the execute-api endpoint is disabled).

    Raises:
        CarteError: A region's stack has no such output, so nothing could be tested.
    """
    if step.kind == "region":
        if _URL not in outputs:
            raise CarteError(
                f"the stack {step.stack} has no output {_URL}, so it cannot be smoke-tested",
                "add the output in infra_cdk/stacks/regional.py",
            )
        return outputs[_URL].rstrip("/")
    if step.kind == "edge":
        return _site(step)
    return None


def live_url(step: Step, outputs: Mapping[str, str]) -> str | None:
    """Return the URL at which a deployed step answers WebSockets; None where it answers none.

    Raises:
        CarteError: A region's stack has no output `LiveUrl`, so nothing could be tested.
    """
    if step.kind == "region":
        if _LIVE_URL not in outputs:
            raise CarteError(
                f"the stack {step.stack} has no output {_LIVE_URL}, so its live updates cannot be "
                "smoke-tested",
                "add the output in infra_cdk/stacks/regional.py",
            )
        return outputs[_LIVE_URL]
    site = _site(step) if step.kind == "edge" else None
    return f"wss://{urlsplit(site).netloc}{WRITE_PATHS[0]}" if site else None


def origin_secret_of(step: Step) -> str | None:
    """Return the name of the newest origin secret that a region's API takes; None: no secret."""
    for one in step.template.get("Resources", {}).values():
        if one["Type"] == "AWS::ApiGateway::RestApi":
            found = _SECRET.search(json.dumps(one["Properties"].get("Policy", {})))
            return found[1] if found else None
    return None


def _site(step: Step) -> str | None:
    """The first name that the distribution answers to."""
    for one in step.template.get("Resources", {}).values():
        if one["Type"] == "AWS::CloudFront::Distribution":
            names = one["Properties"]["DistributionConfig"].get("Aliases", [])
            return f"https://{names[0]}" if names else None
    return None


def smoke_test(
    step: Step,
    url: str,
    version: str,
    *,
    deadline: float = _DEADLINE_S,
    between: float = _BETWEEN_S,
    front: str | None = None,
    secret: str | None = None,
    live: str | None = None,
) -> int:
    """Run a step's probes until all pass; return how many there are.

    Args:
        step: What was deployed.
        url: Its base URL.
        version: The software version that must answer.
        deadline: Seconds after which a probe that fails fails the step.
        between: Seconds between two rounds.
        front: URL that receives the requests in place of the host of `url`.
        secret: Origin secret without which a region's API refuses requests; None: it needs none.
        live: URL of the step's WebSockets; None: it has none.

    Raises:
        CarteError: A probe still failed at the deadline.
    """

    def get(path: str, body: bytes | None = None) -> tuple[int, str]:
        return _get(f"{url}{path}", body, front, secret)

    probes = _region_probes(step, get, version) if step.kind == "region" else _edge_probes(get)
    if live is not None:
        probes.append(partial(subscribed, live, front, secret))
    until = time.monotonic() + deadline
    while wrong := [problem for probe in probes if (problem := probe()) is not None]:
        if time.monotonic() > until:
            raise CarteError(
                f"{step.name} does not answer as it should at {url}", detail="\n".join(wrong)
            )
        time.sleep(between)
    return len(probes)


def _region_probes(step: Step, get: Get, version: str) -> list[Probe]:
    def alive() -> str | None:
        status, body = get("/health")
        return None if status == 200 else f"/health answers {status}: {body[:200]}"  # noqa: PLR2004

    def ready() -> str | None:
        status, body = get("/ready")
        return None if status == 200 else f"/ready answers {status}: {body[:200]}"  # noqa: PLR2004

    def itself() -> str | None:
        question = json.dumps({"query": _QUESTION}).encode()
        status, body = get("/graphql", question)
        try:
            region: dict[str, Any] = json.loads(body)["data"]["region"]
        except (ValueError, KeyError, TypeError):
            return f"/graphql answers {status}: {body[:200]}"
        if region["name"] != step.region:
            return f"{region['name']} answers for {step.region}"
        if region["version"] != version:
            return f"version {region['version']} answers, not {version}"
        return None

    return [alive, ready, itself]


def _edge_probes(get: Get) -> list[Probe]:
    def site() -> str | None:
        status, body = get("/")
        there = status == 200 and "<html" in body  # noqa: PLR2004
        return None if there else f"the site answers {status}: {body[:200]}"

    def api() -> str | None:
        status, body = get("/graphql", json.dumps({"query": _QUESTION}).encode())
        return None if '"name"' in body else f"/graphql answers {status}: {body[:200]}"

    return [site, api]


def subscribed(url: str, front: str | None, secret: str | None) -> str | None:
    """Subscribe to `regionStatus`; return what is wrong, or None.

    Args:
        url: Of the WebSocket.
        front: URL that receives the connection in place of the host of `url`.
        secret: Origin secret that the connection shows; None: none.
    """
    from websockets.exceptions import InvalidHandshake, WebSocketException
    from websockets.sync.client import connect
    from websockets.typing import Subprotocol

    reached = urlsplit(front or url)
    port = reached.port or _WEBSOCKET_PORTS.get(reached.scheme, 80)
    try:
        with (
            socket.create_connection((reached.hostname, port), _TIMEOUT_S) as raw,
            connect(
                url.replace("wss://", "ws://", 1) if front else url,
                sock=raw,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                additional_headers={} if secret is None else {ORIGIN_SHOWN_IN: secret},
                open_timeout=_TIMEOUT_S,
                close_timeout=1,
                proxy=None,
            ) as client,
        ):
            client.send(json.dumps({"type": "connection_init"}))
            payload = {"query": _WATCHED}
            first = json.loads(client.recv(_TIMEOUT_S))
            client.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
            second = json.loads(client.recv(_TIMEOUT_S))
    except InvalidHandshake as error:
        return f"{url} takes no WebSocket: {error}"
    except (OSError, TimeoutError, ValueError, WebSocketException) as error:
        return f"{url} does not answer a subscription: {error}"
    if first.get("type") == "connection_ack" and second.get("type") == "next":
        return None
    return f"{url} answers a subscription with {str([first, second])[:200]}"


def _get(url: str, body: bytes | None, front: str | None, secret: str | None) -> tuple[int, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    if secret is not None:
        headers[ORIGIN_SHOWN_IN] = secret
    if front is not None:
        parts = urlsplit(url)
        headers["host"] = parts.netloc
        url = f"{front}{parts.path}"
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - from the templates
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)
