"""Where a drill takes things away: a local cloud, or AWS. One experiment runs on both."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any


class Target(ABC):
    """Takes things away and gives them back. Whatever is taken comes back by itself in the end."""

    @abstractmethod
    def inject(
        self, kind: str, region: str, *, seconds: float, parameters: Mapping[str, Any]
    ) -> None:
        """Set a fault.

        Args:
            kind: of `localcloud.faults`, the same words on AWS.
            region: whose; empty where the fault has none.
            seconds: after which it ends by itself, whatever became of the drill.
            parameters: of the kind.

        Raises:
            DrillError: it cannot be set.
        """

    @abstractmethod
    def heal(self, kind: str, region: str) -> None:
        """End faults of a kind; that there is none is no mistake.

        Raises:
            DrillError: one cannot be ended.
        """
