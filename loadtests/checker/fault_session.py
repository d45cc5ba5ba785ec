"""The faults of one check, set and healed through the fault controller of the local cloud."""

import time
from collections.abc import Iterable
from typing import Final

from loadtests.checker.schedule import FaultWindow
from loadtests.checker.settings import CheckError
from localcloud.exceptions import LocalCloudError
from localcloud.faults.client import FaultClient
from localcloud.faults.kinds import LONGEST_S
from localcloud.layout import CloudLayout

# How much longer than its window a fault lives, should the check die in it.
_GRACE_S: Final = 15.0
# The longest that the fault controller lets a fault live.
_STOPPED: Final = "convergence-stop"
_PATIENCE_S: Final = 20.0
_POLL_S: Final = 0.2


class FaultSession:
    """Sets faults and heals them; calls block. The controller heals what a dead check left."""

    def __init__(self, layout: CloudLayout) -> None:
        self._client = FaultClient(layout)
        self._regions = layout.region_names
        self._lasting: set[str] = set()

    def begin(self, window: FaultWindow) -> str:
        """Set the fault of a window and return its id; it works when this returns.

        Raises:
            LocalCloudError: The fault controller refuses it or does not answer.
        """
        seconds = min(LONGEST_S, window.ends - window.begins + _GRACE_S)
        fault = self._client.inject(
            window.kind, window.region, seconds=seconds, **window.parameters
        )
        return fault.id

    def end(self, fault_id: str) -> None:
        """Heal one fault.

        Raises:
            LocalCloudError: The fault controller does not answer.
        """
        self._client.heal(fault_id)

    def stop_convergence(self) -> None:
        """Stop feeding the stream Lambdas of all regions, until `heal_everything`.

        Raises:
            LocalCloudError: The fault controller refuses it or does not answer.
        """
        self.keep_everywhere(_STOPPED)

    def keep_everywhere(self, kind: str) -> None:
        """Set a fault in all regions, until `heal_everything`.

        Raises:
            LocalCloudError: The fault controller refuses it or does not answer.
        """
        for region in self._regions:
            self._lasting.add(self._client.inject(kind, region, seconds=LONGEST_S).id)

    def heal(self) -> None:
        """Heal all faults but those of `keep_everywhere`.

        Raises:
            CheckError: Something could not be set back in time.
            LocalCloudError: The fault controller does not answer.
        """
        self._heal_until_done(
            one.id for one in self._client.active() if one.id not in self._lasting
        )

    def heal_everything(self) -> list[str]:
        """Heal all faults of the cloud; return problems as texts instead of raising."""
        self._lasting.clear()
        try:
            self._heal_until_done(one.id for one in self._client.active())
        except (LocalCloudError, CheckError) as error:
            return [f"not every fault is healed: {error.message}"]
        return []

    def _heal_until_done(self, ids: Iterable[str]) -> None:
        owed: set[str] = set()
        wanted = list(ids)
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            owed = {name for one in wanted for name in self._client.heal(one).unhealed}
            if not owed:
                return
            if time.monotonic() > deadline:
                raise CheckError(
                    f"the fault controller could not set back {', '.join(sorted(owed))}",
                    "`carte status` shows what is wrong",
                )
            time.sleep(_POLL_S)
