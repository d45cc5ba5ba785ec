"""The settings by which a drill finds the resources of a deployment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

_PREFIX: Final = "CARTE_DRILL_"


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Names and ARNs, from the environment; what is not set shows as `<...>` in a plan.

    Attributes:
        account: AWS account id.
        primary: The region of the data stack.
        table: Name of the global table.
        function: Name of the menu Lambda, the same in every region.
        store_arn: Of the KeyValueStore that holds the drain flags.
        role: Name of the role that FIS takes on.
        stop_alarm: CloudWatch alarm that ends an experiment, of the same name in every region.
    """

    account: str = "<account>"
    primary: str = "us-east-1"
    table: str = "carte"
    function: str = "carte-menu-api"
    store_arn: str = "<ARN of the KeyValueStore, an output of the edge stack>"
    role: str = "carte-drill"
    stop_alarm: str = "carte-drill-stop"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read `CARTE_DRILL_ACCOUNT`, `CARTE_DRILL_STORE_ARN` and so on."""
        values = {
            name: environment[_PREFIX + name.upper()]
            for name in cls.__dataclass_fields__
            if _PREFIX + name.upper() in environment
        }
        return cls(**values)

    @property
    def is_complete(self) -> bool:
        """Whether calls could be made: nothing is a placeholder."""
        return not any("<" in getattr(self, name) for name in self.__dataclass_fields__)

    @property
    def role_arn(self) -> str:
        """The role that FIS takes on."""
        return f"arn:aws:iam::{self.account}:role/{self.role}"

    def alarm_arn(self, region: str) -> str:
        """The alarm that ends experiments in a region."""
        return f"arn:aws:cloudwatch:{region}:{self.account}:alarm:{self.stop_alarm}"

    def function_arn(self, region: str) -> str:
        """The menu Lambda of a region."""
        return f"arn:aws:lambda:{region}:{self.account}:function:{self.function}"

    def table_arn(self, region: str) -> str:
        """The replica of a region."""
        return f"arn:aws:dynamodb:{region}:{self.account}:table/{self.table}"
