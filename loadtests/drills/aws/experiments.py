"""Faults as FIS experiment templates. Every one ends by itself, and on an alarm before that.

Sources: AWS FIS user guide, "AWS FIS actions reference" (action ids, parameters, target names) and
"Stop conditions". Lambda faults need the FIS extension as a layer of the function.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from loadtests.drills.aws.settings import AwsSettings

_WHOLE: Final = 100
# FIS takes durations from one minute up.
_LEAST_MINUTES: Final = 1
# Longer than the function's own time-out: it answers nothing, as a hanging region does.
_HANGS_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Fault:
    """An action of AWS Fault Injection Service.

    Attributes:
        action: Its id.
        target: What the action calls its target.
        resource: Type of the target.
        arn: Which resource.
        parameters: But for the duration.
    """

    action: str
    target: str
    resource: str
    arn: str
    parameters: Mapping[str, str]


def fault_of(
    kind: str, region: str, parameters: Mapping[str, Any], settings: AwsSettings
) -> Fault | None:
    """The counterpart of a local fault; None: FIS has none."""
    make = _FAULTS.get(kind)
    if make is None:
        return None
    if kind == "replication-pause":
        return Fault(
            "aws:dynamodb:global-table-pause-replication",
            "Tables",
            "aws:dynamodb:global-table",
            settings.table_arn(region),
            {},
        )
    action, values = make(parameters)
    return Fault(action, "Functions", "aws:lambda:function", settings.function_arn(region), values)


def template(
    fault: Fault, kind: str, region: str, seconds: float, settings: AwsSettings
) -> dict[str, Any]:
    """The parameters of CreateExperimentTemplate."""
    minutes = max(_LEAST_MINUTES, math.ceil(seconds / 60))
    return {
        "description": f"carte drill: {kind} in {region}; ends after {minutes} min by itself",
        "roleArn": settings.role_arn,
        "stopConditions": [{"source": "aws:cloudwatch:alarm", "value": settings.alarm_arn(region)}],
        "targets": {
            "Target": {
                "resourceType": fault.resource,
                "resourceArns": [fault.arn],
                "selectionMode": "ALL",
            }
        },
        "actions": {
            "Fault": {
                "actionId": fault.action,
                "parameters": {**fault.parameters, "duration": f"PT{minutes}M"},
                "targets": {fault.target: "Target"},
            }
        },
        "tags": tags(kind, region),
    }


def tags(kind: str, region: str) -> dict[str, str]:
    """Return what an experiment is found again by, also when the drill that started it is gone."""
    return {"carte-drill": kind, "carte-region": region}


def _delay(milliseconds: float) -> tuple[str, dict[str, str]]:
    return "aws:lambda:invocation-add-delay", {
        "invocationPercentage": str(_WHOLE),
        "startupDelayMilliseconds": str(round(milliseconds)),
    }


def _error(share: float) -> tuple[str, dict[str, str]]:
    return "aws:lambda:invocation-error", {
        "invocationPercentage": str(max(1, round(share * _WHOLE))),
        "preventExecution": "true",
    }


def _unavailable(share: float) -> tuple[str, dict[str, str]]:
    """What clients see of a table that fails; FIS makes no errors of DynamoDB itself."""
    return "aws:lambda:invocation-http-integration-response", {
        "contentTypeHeader": "application/json",
        "invocationPercentage": str(max(1, round(share * _WHOLE))),
        "preventExecution": "true",
        "statusCode": "503",
    }


_FAULTS: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[str, dict[str, str]]]]] = {
    "freeze": lambda _: _delay(_HANGS_MS),
    "slow": lambda parameters: _delay(float(parameters["median_ms"])),
    "fail": lambda parameters: _error(float(parameters["share"])),
    "bad-deployment": lambda _: _error(1.0),
    "dynamodb-fail": lambda parameters: _unavailable(float(parameters.get("share", 1.0))),
    "replication-pause": lambda _: ("", {}),
}
