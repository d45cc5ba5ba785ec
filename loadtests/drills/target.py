"""The interface to the system under test: a local cloud or AWS. One experiment runs on both."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any


class Target(ABC):
    """Sets and heals faults. Every fault ends by itself after its time."""

    @abstractmethod
    def inject(
        self, kind: str, region: str, *, seconds: float, parameters: Mapping[str, Any]
    ) -> None:
        """Set a fault.

        Args:
            kind: Of `localcloud.faults`, the same words on AWS.
            region: Whose; empty where the fault has none.
            seconds: After which it ends by itself, whatever became of the drill.
            parameters: Of the kind.

        Raises:
            DrillError: It cannot be set.
        """

    @abstractmethod
    def heal(self, kind: str, region: str) -> None:
        """Heal all faults of a kind; without any nothing happens.

        Raises:
            DrillError: One cannot be ended.
        """
