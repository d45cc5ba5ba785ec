"""The interface of an actuator: a part of the cloud whose state faults change."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from localcloud.exceptions import LocalCloudError


class ActuatorError(LocalCloudError):
    """A state could not be applied; the message says which part answered what."""


class Actuator(ABC):
    """One part of the cloud that faults change, with one state per target."""

    @abstractmethod
    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Put the target into the combination of the values; without values, into normal state.

        Applying the same values twice equals applying them once.

        Args:
            target: A region or a link, see `EffectKey`.
            values: The values of the effects of all active faults on this target.

        Raises:
            ActuatorError: The state could not be applied.
        """

    @abstractmethod
    def has_target(self, target: str) -> bool:
        """Return whether this cloud has such a target."""

    def incarnation(self, target: str) -> object:  # noqa: ARG002 - most actuators need the target
        """Return a value that changes when the target was restarted and lost what was applied."""
        return None
