"""The table `[game_days]` of a deployment file: experiments that fail a region on purpose."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from infra_cdk.config.exceptions import ConfigError

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
# An hour is far below the 20 hours after which DynamoDB drops a replica that is cut off.
_MINUTES: Final = range(2, 61)


@dataclass(frozen=True, slots=True)
class GameDays:
    """Experiments of the AWS Fault Injection Service, which end by themselves.

    Attributes:
        until: The day (`2027-03-31`, UTC) from whose beginning on no experiment can start; empty:
            there are no experiments.
        minutes: Minutes that a fault lasts.
    """

    until: str = ""
    minutes: int = 10

    def __post_init__(self) -> None:
        """Raise ConfigError for a day that does not exist, or a time that is too long."""
        if self.minutes not in _MINUTES:
            raise ConfigError(
                f"game_days.minutes {self.minutes} is not within {_MINUTES[0]} to {_MINUTES[-1]}"
            )
        if self.until and not _is_day(self.until):
            raise ConfigError(f"game_days.until {self.until!r} is not a day such as 2027-03-31")

    def __bool__(self) -> bool:
        return bool(self.until)

    @property
    def end(self) -> str:
        """The moment from which on no experiment can start, as IAM's conditions write it."""
        return f"{self.until}T00:00:00Z"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return bool(_DAY.fullmatch(text))
