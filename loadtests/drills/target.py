"""Where a drill takes things away: a local cloud, or AWS. One experiment runs on both."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from loadtests.drills.exceptions import DrillError

LOCAL: Final = "local"
AWS: Final = "aws"


class Target(ABC):
    """Takes things away and gives them back. Whatever is taken comes back by itself in the end."""

    @abstractmethod
    def inject(
        self, kind: str, region: str, *, seconds: float, parameters: Mapping[str, Any]
    ) -> None:
        """Set a fault.

        Args:
            kind: of `services.local.faults`, the same words on AWS.
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


def target_of(configuration: Mapping[str, Any]) -> Target:
    """The target that an experiment's configuration names.

    Raises:
        DrillError: it names none, or one that is not there.
    """
    name = configuration.get("target", LOCAL)
    if name == LOCAL:
        from loadtests.drills.local_target import LocalTarget

        return LocalTarget.of(configuration)
    if name == AWS:
        from loadtests.drills.aws.target import AwsTarget

        return AwsTarget.of(configuration)
    raise DrillError(f"there is no target {name!r}", "choose local or aws")
