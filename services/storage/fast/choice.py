"""Decides whether reads may bypass botocore in this process, and opens the reader that does."""

import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.machinery import PathFinder
from typing import Any, Final

from services.storage.binding import CONNECT_TIMEOUT_S, Binding
from services.storage.fast import credentials
from services.storage.fast.client import Client
from services.storage.fast.connection import Endpoint
from services.storage.fast.reader import FastReader
from services.storage.fast.signing import Credentials, Signer

# Versions of botocore with which test_fast_contract.py and test_reads.py in tests/unit/storage
# passed. Another version turns fast reads off, until those tests passed and it is added here.
TESTED: Final = frozenset({"1.44.5"})
_VERSION: Final = re.compile(r"^__version__\s*=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
# Only what has no path and no credentials in it; urllib would cost a cold start milliseconds.
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<netloc>(?P<host>[A-Za-z0-9._-]+)(?::(?P<port>\d+))?)/?"
)
# botocore would go another way: through a proxy, or to another kind of endpoint.
_ELSEWHERE: Final = (
    *("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"),
    *("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"),
)
_KNOWN: Final = "d1aadd4df72733af66299182c0b12b7eddfea97d0b1cf0b59a02d2198f393228"


def open_reader(
    binding: Binding, environment: Mapping[str, str] = os.environ
) -> tuple[FastReader | None, str]:
    """Return the fast reader of a binding, or None and the reason why there is none.

    Args:
        binding: Which table, where.
        environment: Where credentials, certificates and proxies are named.
    """
    opened, why_not = open_client(binding, environment)
    return (
        (None, why_not) if opened is None else (FastReader(opened[0], binding.table, opened[1]), "")
    )


def open_client(
    binding: Binding, environment: Mapping[str, str] = os.environ
) -> tuple[tuple[Client, str] | None, str]:
    """Return a client of the region's DynamoDB and its URL, or None and why there is none.

    Args:
        binding: Which region; whichever table.
        environment: Where credentials, certificates and proxies are named.
    """
    url = binding.endpoint or f"https://dynamodb.{binding.region}.{_suffix(binding.region)}"
    is_endpoint = _URL.fullmatch(url) is not None
    why_not = _why_not(environment) if is_endpoint else f"{url} is no endpoint of theirs"
    reached = None if why_not else http_endpoint(url, environment)
    if reached is None:
        return None, why_not
    host, endpoint = reached
    client = Client(
        Signer(binding.region, host),
        endpoint,
        credentials.source(environment),
        connect_timeout_s=CONNECT_TIMEOUT_S,
        read_timeout_s=binding.read_timeout_s,
    )
    return (client, url), ""


def http_endpoint(url: str, environment: Mapping[str, str]) -> tuple[str, Endpoint] | None:
    """Return the value of the Host header for a URL, and where to connect to.

    Args:
        url: Scheme, host and port of an AWS service.
        environment: Where certificates are named.

    Returns:
        None for a URL with a path or with credentials in it.

    Raises:
        OSError: The certificates that the environment names cannot be read.
    """
    parts = _URL.fullmatch(url)
    if parts is None:
        return None
    tls = _context(environment) if parts["scheme"] == "https" else None
    port = int(parts["port"] or (443 if tls else 80))
    return parts["netloc"], Endpoint(parts["host"], port, tls)


def elsewhere(environment: Mapping[str, str]) -> list[str]:
    """Return the variables that are set by which botocore would take another way: a proxy's."""
    return [name for name in _ELSEWHERE if environment.get(name)]


def botocore_version() -> str | None:
    """Return the version of the botocore that would be imported, without importing it."""
    origin = _origin("botocore")
    if origin is None:
        return None
    with open(origin, encoding="utf-8") as source:  # noqa: PTH123 - pathlib costs a cold start
        found = _VERSION.search(source.read())
    return found[1] if found else None


def signs_as_recorded() -> bool:
    """Return whether signing gives, here and now, what botocore once gave for the same request."""
    signer = Signer("eu-west-1", "dynamodb.eu-west-1.amazonaws.com")
    known = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token")
    header = signer.authorization("Query", b'{"TableName":"carte"}', known, "20260504T100000Z")
    return header.endswith(f"Signature={_KNOWN}")


def _why_not(environment: Mapping[str, str]) -> str:
    version = botocore_version()
    if version not in TESTED:
        return f"they were not tested with botocore {version}"
    if another := elsewhere(environment):
        return f"{', '.join(another)} is set"
    return "" if signs_as_recorded() else "their signature is not the one that botocore makes"


def _suffix(region: str) -> str:
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def _context(environment: Mapping[str, str]) -> Any:
    named = environment.get("AWS_CA_BUNDLE") or environment.get("REQUESTS_CA_BUNDLE")
    return _trusting(named or _bundle())


@cache
def _trusting(certificates: str | None) -> Any:
    # Kept, because reading the certificates takes milliseconds, and each service needs them.
    import ssl

    return ssl.create_default_context(cafile=certificates)


def _bundle() -> str | None:
    """Return the certificates that botocore would trust: certifi's, else its own."""
    for module in ("certifi", "botocore"):
        origin = _origin(module)
        bundle = origin and os.path.join(os.path.dirname(origin), "cacert.pem")  # noqa: PTH118, PTH120
        if bundle and os.path.exists(bundle):  # noqa: PTH110
            return bundle
    return None


def _origin(module: str) -> str | None:
    spec = PathFinder.find_spec(module)
    return spec.origin if spec is not None else None
