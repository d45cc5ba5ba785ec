"""The table `[audit]` of a deployment file: CloudTrail and AWS Config of the account."""

from dataclasses import dataclass
from typing import Final

from infra_cdk.config.exceptions import ConfigError

# CloudTrail user guide, "CloudTrail event history": without a trail AWS keeps events for 90 days.
_DAYS: Final = range(90, 3651)


@dataclass(frozen=True, slots=True)
class Audit:
    """Records of who changed what in the account; most companies have them already.

    Attributes:
        trail: Whether CloudTrail writes the account's management events of all regions to a bucket.
        configuration: Whether AWS Config records every version of the resources of each region.
        days: Days for which the files of both are kept.
    """

    trail: bool = False
    configuration: bool = False
    days: int = 365

    def __post_init__(self) -> None:
        """Raise ConfigError for a time that is no longer than that of CloudTrail's own history."""
        if self.days not in _DAYS:
            raise ConfigError(f"audit.days {self.days} is not within {_DAYS[0]} to {_DAYS[-1]}")

    def __bool__(self) -> bool:
        return self.trail or self.configuration
