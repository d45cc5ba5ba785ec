"""Choose the target that an experiment's configuration names."""

from collections.abc import Mapping
from typing import Any, Final

from loadtests.drills.aws.target import AwsTarget
from loadtests.drills.exceptions import DrillError
from loadtests.drills.local_target import LocalTarget
from loadtests.drills.target import Target

LOCAL: Final = "local"
AWS: Final = "aws"


def target_of(configuration: Mapping[str, Any]) -> Target:
    """Return the target that an experiment's configuration names; the local cloud by default.

    Raises:
        DrillError: The configuration names an unknown target, or one that does not run.
    """
    name = configuration.get("target", LOCAL)
    if name == LOCAL:
        return LocalTarget.of(configuration)
    if name == AWS:
        return AwsTarget.of(configuration)
    raise DrillError(f"there is no target {name!r}", "choose local or aws")
