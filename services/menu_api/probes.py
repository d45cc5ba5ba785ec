"""`/health`: the process answers. `/ready`: this region should get traffic."""

import time
from collections.abc import Callable
from typing import Final

from graphql_schema.context import Services
from services.menu_api.http_caching import NO_STORE
from services.menu_api.messages import Response, json_response

HEARTBEAT_S: Final = 5.0


class Probes:
    """Answers load balancers, health checkers and people."""

    def __init__(self, services: Services, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._region = services.region
        self._monotonic = monotonic
        self._next_beat = 0.0

    def health(self) -> Response:
        """Return that the process answers; reads nothing."""
        return _uncached(json_response(200, {"status": "ok", "region": self._region}))

    def ready(self) -> Response:
        """Return whether this region can serve: not drained, and its table takes reads and writes.

        The write is the region's heartbeat, from which the others compute the replication lag.
        """
        try:
            if self._monotonic() >= self._next_beat:
                self._services.regions.beat()
                self._next_beat = self._monotonic() + HEARTBEAT_S
            states = self._services.regions.states()
        except Exception as error:  # noqa: BLE001 - whatever it is, this region is not ready
            from services.domain.faults import shown
            from services.storage.fault_codes import code_of

            return self._unready(f"the table does not answer: {shown(code_of(error))}")
        if self._region in states.drained:
            return self._unready("drained")
        return _uncached(json_response(200, {"status": "ready", "region": self._region}))

    def _unready(self, why: str) -> Response:
        body = {"status": "unready", "region": self._region, "why": why}
        return _uncached(json_response(503, body))


def _uncached(response: Response) -> Response:
    response.headers["cache-control"] = NO_STORE
    return response
