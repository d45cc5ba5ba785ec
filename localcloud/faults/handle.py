"""What every handle can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any


class HandleError(Exception):
    """Something could not be turned; the message says what answered how."""


class Handle(ABC):
    """One thing of the cloud that faults turn."""

    @abstractmethod
    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """Turn it to the join of what faults claim; without values, to normal. Idempotent.

        Raises:
            HandleError: It did not work.
        """

    @abstractmethod
    def knows(self, subject: str) -> bool:
        """Whether there is such a subject in this cloud."""

    def mark(self, subject: str) -> object:  # noqa: ARG002 - the subject matters to most
        """What tells that the state was lost: while this changes, claims are set again."""
        return None
