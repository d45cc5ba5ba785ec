"""One small HTTP GET for health checks, without pulling in a client library."""

import json
import time
import urllib.error
import urllib.request
from typing import Any, Final

from localcloud.exceptions import StartError

_POLL: Final = 0.05

# Loopback only: a proxy of the user's environment must not see these.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str, *, timeout: float) -> tuple[int, bytes]:
    """Status and body of a GET.

    Args:
        url: An `http://127.0.0.1` address.
        timeout: Seconds to wait for the connection and for each read.

    Raises:
        OSError: No answer came in time.
    """
    try:
        with _OPENER.open(url, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def is_ok(url: str, *, timeout: float = 1.0) -> bool:
    """Return whether a GET answers 200 in time."""
    try:
        return get(url, timeout=timeout)[0] == 200  # noqa: PLR2004
    except OSError:
        return False


def get_json(url: str, *, timeout: float) -> Any:
    """The JSON of a GET that answers 200, else None."""
    try:
        status, body = get(url, timeout=timeout)
        return json.loads(body) if status == 200 else None  # noqa: PLR2004
    except (OSError, ValueError):
        return None


def why_not(url: str, *, timeout: float) -> str:
    """Return what a GET that should answer 200 answers instead, in one line."""
    try:
        status, body = get(url, timeout=timeout)
    except OSError as error:
        return f"{url}: {error}"
    return f"{url}: {status} {body[:300].decode(errors='replace')}"


def wait_ok(url: str, *, timeout: float) -> None:
    """Wait until a GET answers 200.

    Raises:
        StartError: It did not within `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while not is_ok(url):
        if time.monotonic() > deadline:
            raise StartError(f"it is not healthy after {timeout:.0f} s: {why_not(url, timeout=1)}")
        time.sleep(_POLL)


def item_count(endpoint: str, table: str, *, timeout: float) -> int | None:
    """Return how many items a table of an emulator holds, or None when it does not answer in time.

    A plain request without a client library: the emulator needs no signature, and `carte status`
    need not wait for an SDK to load.
    """
    request = urllib.request.Request(  # noqa: S310 - an address of our own layout
        endpoint,
        data=json.dumps({"TableName": table}).encode(),
        headers={
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "DynamoDB_20120810.DescribeTable",
        },
    )
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            return int(json.load(answer)["Table"]["ItemCount"])
    except (OSError, ValueError, KeyError):
        return None
