"""The front of API Gateway and CloudFront on AWS: which host names each of them refuses.

One HTTP server takes requests for every host of a deployment and answers as AWS documents it:

- `<id>.execute-api.<region>.amazonaws.com` reaches the API of that region, unless the API disables
  it; then the answer is 403 (API Gateway developer guide, "Disable the default endpoint for REST
  APIs");
- a custom domain reaches the stage that it is mapped to, by its name or by a wildcard; another name
  is answered 403;
- a resource policy is judged by the header in which CloudFront shows its secret;
- a WebSocket reaches the stage that its name and path are mapped to; the Lambda judges the header;
- the names of a distribution reach the site's bucket, and the nearest region for `/graphql`, with
  the header that the origin's configuration adds.

Everything is read from the templates that were deployed.
"""

import json
import re
import select
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from infra_cdk.checks.front_door import lets_in
from infra_cdk.checks.model import Cloud, Stack, as_text
from tests.support.http_server import QuietHandler, ThreadedServer, running

_DEFAULT = re.compile(r"([a-z0-9-]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com")
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
Answer = tuple[int, bytes]
Page = Callable[[str], bytes]
Secret = Callable[[str, str], str]
_REFERENCE = re.compile(r"\{\{resolve:secretsmanager:([^:}]+):SecretString\}\}")


class AwsFront:
    """The names of one deployment, over an emulator.

    Attributes:
        emulator: Base URL of the emulator.
        requests: Each request as `host path`, with the status of its answer.
    """

    def __init__(
        self,
        cloud: Cloud,
        emulator: str,
        api_id: Callable[[str], str],
        page: Page,
        *,
        secret: Secret = lambda _name, _region: "",
        live_id: Callable[[str], str] = lambda _region: "carte-live",
    ) -> None:
        """Take the names from templates.

        Args:
            cloud: What was deployed.
            emulator: Base URL of the emulator.
            api_id: Region to the id of its API there.
            page: Returns a file of the site by its key.
            secret: Returns the value of a secret, by its name and region.
            live_id: Region to the id of its WebSocket API there.
        """
        self._live_id = live_id
        self.requests: list[tuple[str, int]] = []
        self._secret = secret
        self._cloud = cloud
        self.emulator = emulator
        self._api_id = api_id
        self._page = page

    def answer(self, host: str, path: str, body: bytes | None, shown: str | None = None) -> Answer:
        """Answer a request as the service behind its host would.

        Args:
            host: The Host header.
            path: With its query string.
            body: Of a POST; None: a GET.
            shown: The header Referer.
        """
        found = self._answer(host, path, body, shown)
        self.requests.append((f"{host} {path}", found[0]))
        return found

    def socket_to(self, host: str, path: str) -> tuple[str, dict[str, str]] | None:
        """Return the emulator's path for a WebSocket and headers of the edge; None: refused."""
        self.requests.append((f"{host} {path}", 101))
        default = _DEFAULT.fullmatch(host)
        if default:
            return f"/_aws/execute-api/{default[1]}{path}", {}
        for stack in self._cloud.regional():
            mapped = {
                str(one.properties.get("ApiMappingKey"))
                for one in stack.resources("AWS::ApiGatewayV2::ApiMapping")
            }
            names = {
                str(one.properties["DomainName"])
                for one in stack.resources("AWS::ApiGatewayV2::DomainName")
            }
            own = host.startswith(stack.region) and f"*.{host.partition('.')[2]}" in names
            site = self._is_site(host)
            if (own or site) and path.removeprefix("/") in mapped:
                shown = self._shown_by_the_edge() if site else None
                emulated = f"/_aws/execute-api/{self._live_id(stack.region)}/live"
                return emulated, {} if shown is None else {"referer": shown}
        return None

    def _answer(self, host: str, path: str, body: bytes | None, shown: str | None) -> Answer:
        default = _DEFAULT.fullmatch(host)
        for stack in self._cloud.regional():
            if default and default[2] == stack.region:
                if _is_disabled(stack):
                    return 403, b'{"message":"Forbidden"}'
                return self._gateway(stack.region, path, body, shown)
            if _takes(stack, host) and (host.startswith(stack.region) or _is_shared(stack, host)):
                return self._gateway(stack.region, f"/live{path}", body, shown)
        if self._is_site(host):
            if path.startswith("/graphql"):
                first = next(self._cloud.regional()).region
                return self._gateway(first, f"/live{path}", body, self._shown_by_the_edge())
            return 200, self._page("index.html")
        return 403, b'{"message":"Forbidden"}'

    def _gateway(self, region: str, path: str, body: bytes | None, shown: str | None) -> Answer:
        method = "GET" if body is None else "POST"
        if not lets_in(self._policy(region), method, path.partition("?")[0], shown):
            return 403, b'{"Message":"User: anonymous is not authorized"}'
        url = f"{self.emulator}/_aws/execute-api/{self._api_id(region)}{path}"
        headers = {"content-type": "application/json", "accept": "application/json"}
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - loopback
        try:
            with _OPENER.open(request, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _policy(self, region: str) -> dict[str, Any]:
        """The resource policy of a region's API, with its references resolved there."""
        for stack in self._cloud.regional():
            for api in stack.resources("AWS::ApiGateway::RestApi"):
                if stack.region == region:
                    text = json.dumps(api.properties.get("Policy", {}))
                    # The emulator's secrets hold punctuation, whatever the template says.
                    policy: dict[str, Any] = json.loads(
                        _REFERENCE.sub(
                            lambda found: json.dumps(self._secret(found[1], region))[1:-1], text
                        )
                    )
                    return policy
        return {}

    def _shown_by_the_edge(self) -> str | None:
        for one in self._cloud.resources("AWS::CloudFront::Distribution"):
            for origin in one.properties["DistributionConfig"]["Origins"]:
                if origin["Id"] == "api" and "OriginCustomHeaders" in origin:
                    (header,) = origin["OriginCustomHeaders"]
                    return self._resolved(header["HeaderValue"], one.region)
        return None

    def _resolved(self, text: str, region: str) -> str:
        return _REFERENCE.sub(lambda found: self._secret(found[1], region), text)

    def _is_site(self, host: str) -> bool:
        return any(
            host in one.properties["DistributionConfig"].get("Aliases", ())
            for one in self._cloud.resources("AWS::CloudFront::Distribution")
        )


def _is_disabled(stack: Stack) -> bool:
    (api,) = stack.resources("AWS::ApiGateway::RestApi")
    return api.properties.get("DisableExecuteApiEndpoint") is True


def _takes(stack: Stack, host: str) -> bool:
    """Whether a region's API has a custom domain of this name that is mapped to its stage."""
    mapped = as_text(
        [one.properties for one in stack.resources("AWS::ApiGateway::BasePathMapping")]
    )
    names = {
        str(one.properties["DomainName"])
        for one in stack.resources("AWS::ApiGateway::DomainName")
        if one.logical_id in mapped
    }
    return host in names or f"*.{host.partition('.')[2]}" in names


def _is_shared(stack: Stack, host: str) -> bool:
    names = {str(one.properties["Name"]) for one in stack.resources("AWS::Route53::RecordSet")}
    return f"{host}." in names


@contextmanager
def serving(front: AwsFront) -> Iterator[str]:
    """Serve a front on loopback; yields its URL."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            if self.headers.get("upgrade", "").lower() == "websocket":
                self._pass_on()
            else:
                self._reply(None)

        def _pass_on(self) -> None:
            """Connect the client with the emulator, byte by byte, until one of them ends."""
            found = front.socket_to(self.headers["host"], self.path)
            self.close_connection = True
            if found is None:
                self.send_error(403)
                return
            path, own = found
            headers = {name.lower(): value for name, value in self.headers.items()} | own
            target = urlsplit(front.emulator)
            lines = [f"GET {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
            with socket.create_connection((target.hostname, target.port), 60) as upstream:
                upstream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
                _pump(upstream, self.connection)

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers.get("content-length", 0))))

        def _reply(self, body: bytes | None) -> None:
            status, content = front.answer(
                self.headers["host"], self.path, body, self.headers["referer"]
            )
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with running(ThreadedServer(Handler)) as server:
        yield server.url


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes on in both directions until a side ends, or neither sends for a minute."""
    sides = {one: other, other: one}
    while ready := select.select([*sides], [], [], 60)[0]:
        for side in ready:
            passed = side.recv(65536)
            if not passed:
                return
            sides[side].sendall(passed)


def refused(front: AwsFront) -> list[str]:
    """The requests that were answered 403, for a message."""
    return [json.dumps(one) for one, status in front.requests if status == 403]
