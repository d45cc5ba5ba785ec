"""The client of the replicator's control API, for drills, the consistency checker and tests."""

import json
import urllib.error
import urllib.request
from typing import Any, Final

from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout

_TIMEOUT_S: Final = 10.0
# Loopback only: a proxy of the user's environment must not see these.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ReplicatorError(LocalCloudError):
    """The replicator does not answer."""


class ReplicatorClient:
    """Reads the state of replication; calls block. Faults are injected by the `FaultClient`."""

    def __init__(self, layout: CloudLayout) -> None:
        """Take the layout of the cloud; no request is sent yet."""
        self._layout = layout

    def status(self) -> dict[str, Any]:
        """Return regions, links and faults of replication, see `localcloud/replicator/status.py`.

        Raises:
            ReplicatorError: The replicator does not answer.
        """
        status: dict[str, Any] = self._get("/status", _TIMEOUT_S)[1]
        return status

    def wait_until_quiet(self, seconds: float) -> bool:
        """Return whether replication comes to rest within so many seconds, at most 600.

        Raises:
            ReplicatorError: The replicator does not answer.
        """
        code, _ = self._get(f"/quiet?timeout={seconds:.1f}", seconds + _TIMEOUT_S)
        return code == 200  # noqa: PLR2004

    def _get(self, path: str, timeout: float) -> tuple[int, Any]:
        url = self._layout.replicator_url + path
        try:
            with _OPENER.open(url, timeout=timeout) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, None
        except (OSError, ValueError) as error:
            raise ReplicatorError(
                f"the replicator at {self._layout.replicator_url} does not answer: {error}",
                f"`carte status --port {self._layout.port}` shows what runs",
            ) from error
