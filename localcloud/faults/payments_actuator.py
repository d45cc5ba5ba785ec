"""The actuator of the payment provider: lost answers, and webhooks twice or late."""

from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.faults.effects import ALL_REGIONS
from localcloud.layout import CloudLayout


class PaymentsActuator(Actuator):
    """Sets the faults of the local payment provider, which forgets them when it is restarted."""

    def __init__(self, session: aiohttp.ClientSession, layout: Callable[[], CloudLayout]) -> None:
        self._session = session
        self._layout = layout

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:  # noqa: ARG002 - there is one
        """Set the combination of all faults.

        Raises:
            ActuatorError: The provider does not answer.
        """
        url = self._layout().payments_url + "/_control"
        try:
            async with self._session.put(url, json={"faults": list(values)}) as response:
                if response.status != 200:  # noqa: PLR2004
                    text = (await response.text())[:300]
                    raise ActuatorError(f"the payment provider refuses the fault: {text}")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ActuatorError(f"the payment provider does not answer: {error!r}") from error

    def has_target(self, target: str) -> bool:
        """Return whether the target is the provider of a cloud that has one."""
        return target == ALL_REGIONS and bool(self._layout().payments_port)

    def incarnation(self, target: str) -> object:  # noqa: ARG002 - there is one
        """Return the running process: a restarted one has no faults."""
        return self._layout().process("payments")
