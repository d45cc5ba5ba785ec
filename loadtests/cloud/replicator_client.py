"""Asks the replicator of a local cloud whether replication has come to rest."""

from typing import Final

import urllib3

from localcloud.layout import CloudLayout
from services.domain.errors import CarteError

_TIMEOUT_S: Final = 10.0
_OK: Final = 200


class ReplicatorClient:
    """A client of the replicator's control API; calls block."""

    def __init__(self, layout: CloudLayout) -> None:
        self._url = layout.replicator_url
        self._http = urllib3.PoolManager(timeout=_TIMEOUT_S, retries=False)

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait for replication to come to rest, and return whether it did in so many seconds.

        Raises:
            CarteError: The replicator does not answer.
        """
        url = f"{self._url}/quiet?timeout={seconds:.1f}"
        try:
            return self._http.request("GET", url, timeout=seconds + _TIMEOUT_S).status == _OK
        except urllib3.exceptions.HTTPError as error:
            raise CarteError(
                f"the replicator does not answer: {error}", "`carte status` shows what runs"
            ) from error
