"""Client of the edge's operator API: its state, its decisions, its switches."""

from collections.abc import Mapping
from typing import Any, Final

import urllib3

from loadtests.drills.exceptions import DrillError

_TIMEOUT_S: Final = 5.0
_OK: Final = 200


class EdgeClient:
    """A client of `/_edge` and of the API behind it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = urllib3.PoolManager(timeout=_TIMEOUT_S, retries=False)

    def status(self) -> dict[str, Any]:
        """The answer of `/_edge/status`.

        Raises:
            DrillError: The edge does not answer.
        """
        state: dict[str, Any] = self._json("GET", "/_edge/status")
        return state

    def events(self, since: int) -> list[dict[str, Any]]:
        """The decisions after sequence number `since`.

        Raises:
            DrillError: The edge does not answer.
        """
        found: list[dict[str, Any]] = self._json("GET", f"/_edge/events?since={since}")["events"]
        return found

    def switch(self, settings: Mapping[str, bool], seconds: float) -> None:
        """Switch protections on or off; off, they come back by themselves.

        Raises:
            DrillError: The edge refuses.
        """
        self._json("POST", "/_edge/settings", {**settings, "seconds": seconds})

    def answers(self, path: str, place: str) -> tuple[int, bytes]:
        """GET a path of the API from some place: status (0: no answer) and body."""
        try:
            answer = self._http.request("GET", self.url + path, headers={"x-carte-place": place})
        except urllib3.exceptions.HTTPError:
            return 0, b""
        return answer.status, answer.data

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        try:
            answer = self._http.request(method, self.url + path, json=body)
        except urllib3.exceptions.HTTPError as error:
            raise DrillError(
                f"the edge at {self.url} does not answer", "carte up --detach --time-scale 10"
            ) from error
        if answer.status != _OK:
            raise DrillError(f"the edge refuses {method} {path}: {answer.data[:300]!r}")
        return answer.json()
