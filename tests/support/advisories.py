"""PyPI and npm's registry on loopback, with advisories: what pip-audit and npm audit ask.

pip-audit asks https://pypi.org and nothing else, so a proxy on loopback answers in its place, with
a certificate that is made for the test.
"""

import gzip
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.http_server import QuietHandler, ThreadedServer, running

_HOST = "pypi.org"
_BULK = "/-/npm/v1/security/advisories/bulk"
_KNOWN = ("1.2.3", "1.2.4")

# Package and version to the advisories of PyPI's JSON; package to those of npm's bulk endpoint.
OfPypi = Mapping[tuple[str, str], list[dict[str, Any]]]
OfNpm = Mapping[str, list[dict[str, Any]]]


class Advisories:
    """Where the advisories are served.

    Attributes:
        environment: Variables by which the tools ask here.
        paths: Paths that were requested.
    """

    def __init__(self, port: int, certificate: Path) -> None:
        self.environment = {
            "HTTPS_PROXY": f"http://127.0.0.1:{port}",
            "REQUESTS_CA_BUNDLE": str(certificate),
            "npm_config_registry": f"http://127.0.0.1:{port}/",
            "npm_config_noproxy": "127.0.0.1",
            "NO_PROXY": "127.0.0.1",
        }
        self.paths: set[str] = set()


@contextmanager
def serving_advisories(folder: Path, pypi: OfPypi, npm: OfNpm) -> Iterator[Advisories]:
    """Serve advisories, as long as the context lasts.

    Args:
        folder: An existing folder, for the certificate.
        pypi: What PyPI says of versions; of the others in `_KNOWN` it knows no fault.
        npm: What npm's registry says of packages.
    """
    certificate = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Answering(QuietHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            """Become the host that the client asks for."""
            assert self.path == f"{_HOST}:443", self.path
            self.send_response(200)
            self.end_headers()
            with context.wrap_socket(self.connection, server_side=True) as secured:
                self.rfile = secured.makefile("rb")
                self.wfile = secured.makefile("wb")
                self.close_connection = False
                while not self.close_connection:
                    self.handle_one_request()
                    self.wfile.flush()

        def do_GET(self) -> None:
            made.paths.add(self.path)
            parts = self.path.strip("/").split("/")
            if parts[0] == "pypi" and parts[2] in _KNOWN:
                found = pypi.get((parts[1], parts[2]), [])
                info = {"name": parts[1], "version": parts[2]}
                self._answer(200, {"info": info, "vulnerabilities": found})
            elif parts[0] in npm:
                of = {
                    one: {"name": parts[0], "version": one, "dist": {"tarball": ""}}
                    for one in _KNOWN
                }
                latest = {"latest": _KNOWN[-1]}
                self._answer(200, {"name": parts[0], "versions": of, "dist-tags": latest})
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            made.paths.add(self.path)
            names = json.loads(body) if self.path == _BULK else {}
            self._answer(200, {name: npm[name] for name in names if name in npm})

        def _answer(self, status: int, content: Any) -> None:
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    with running(ThreadedServer(Answering)) as server:
        made = Advisories(server.server_port, certificate)
        yield made


def _certificate(folder: Path) -> Path:
    """A key and a certificate of PyPI's name, good for an hour, trusted by this test alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "pypi.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
