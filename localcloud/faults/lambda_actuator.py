"""The actuator of a region's Lambda API: event source mappings, versions and aliases."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from localcloud import regions
from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.layout import ANY_KEY, CloudLayout

# Seconds; longer than an emulator on a busy machine takes. What failed to be set back is tried
# again by the registry until it works; a fault that cannot be set is refused.
_TIMEOUT_S: Final = 20.0
_AGAIN_S: Final = 2.0

Change = Callable[[Any, Sequence[dict[str, Any]]], None]
"""Applies values by a client of a region's Lambda API; blocks."""


class LambdaActuator(Actuator):
    """Applies a change by the Lambda API of a region's emulator."""

    def __init__(self, layout: Callable[[], CloudLayout], change: Change) -> None:
        """Prepare an actuator.

        Args:
            layout: Returns the layout with the processes that run now.
            change: Applies the values.
        """
        self._layout = layout
        self._change = change
        self._applied_to: dict[str, object] = {}
        """The emulator process that had the values first, by region."""

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Apply the change in a thread, so that the traffic of the gates goes on."""
        from botocore.exceptions import BotoCoreError, ClientError

        if regions.frozen(self._layout(), target):
            # It would execute the call when it thaws, perhaps after a later one.
            raise ActuatorError(
                f"{target} is frozen, so its Lambda API does not answer",
                "heal the freeze first; this is tried again until it works",
            )
        if values:
            self._applied_to.setdefault(target, self._layout().process("emulator", target))
        else:
            self._applied_to.pop(target, None)
        try:
            await asyncio.to_thread(partial(self._call, target, values))
        except (BotoCoreError, ClientError) as error:
            raise ActuatorError(f"the Lambda API of {target}: {error}") from error

    def has_target(self, target: str) -> bool:
        """Return whether the target is a region."""
        return target in self._layout().region_names

    def incarnation(self, target: str) -> object:
        """Return the emulator process.

        Once that is another one than the values were applied to first, the value changes every two
        seconds: a restarted emulator gets its stacks later, and the values are lost with them.
        """
        first = self._applied_to.get(target)
        if first is None or first == self._layout().process("emulator", target):
            return first
        return int(asyncio.get_running_loop().time() / _AGAIN_S)

    def _call(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        import boto3
        from botocore.config import Config

        session = boto3.Session(
            aws_access_key_id=ANY_KEY, aws_secret_access_key=ANY_KEY, region_name=target
        )
        make: Callable[..., Any] = session.client
        config = Config(
            connect_timeout=_TIMEOUT_S,
            read_timeout=_TIMEOUT_S,
            retries={"total_max_attempts": 1},
            proxies={},
        )
        endpoint = self._layout().region(target).endpoint
        self._change(make("lambda", endpoint_url=endpoint, config=config), values)


def function_with(api: Any, *handlers: str) -> str:
    """Return the name of the function that has one of these handlers.

    Raises:
        ActuatorError: There is none.
    """
    for page in api.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function.get("Handler") in handlers:
                return str(function["FunctionName"])
    raise ActuatorError(
        f"no Lambda {handlers[0]} is deployed there", "`carte down` and `carte up` deploy it"
    )
