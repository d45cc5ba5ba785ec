"""The actuator of the gates: combines the effects of all faults into the state of one gate."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.faults.gate import Gate
from localcloud.faults.traffic import Cut, FailureResponse, GateFaults, Latency, Throttle

# Names and messages are those of DynamoDB, so that the SDK retries as it does with AWS.
_DYNAMODB: Final = {
    "InternalServerError": (
        500,
        "com.amazonaws.dynamodb.v20120810#InternalServerError",
        "Internal server error",
    ),
    "ProvisionedThroughputExceededException": (
        400,
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded",
    ),
    "ThrottlingException": (
        400,
        "com.amazon.coral.availability#ThrottlingException",
        "Rate exceeded",
    ),
}


class GateActuator(Actuator):
    """Controls all gates of one kind; the targets are regions, or all of them as one."""

    def __init__(self, gates: Mapping[str, Gate]) -> None:
        self._gates = gates

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """Set the faults of the region's gate, from the next request on.

        Raises:
            ActuatorError: The gate cannot listen on its port again.
        """
        if target not in self._gates:
            raise ActuatorError(
                "this cloud has no such gate", "stop it and start it again: it is an older one"
            )
        try:
            await self._gates[target].set_faults(combine(values))
        except OSError as error:
            raise ActuatorError(
                f"the gate of {target} cannot listen again: {error}",
                "end the program that took its port; this is tried again until it works",
            ) from error

    def has_target(self, target: str) -> bool:
        """Return whether there is a gate of this region."""
        return target in self._gates


def combine(values: Sequence[Mapping[str, Any]]) -> GateFaults:
    """Combine effects.

    Latencies add up, each failure keeps its share, `refuse` beats `drop`, the lowest rate holds.
    """
    cuts: set[Cut] = {value["how"] for value in values if "how" in value}
    return GateFaults(
        latencies=tuple(
            Latency(value["median_ms"], value["p99_ms"]) for value in values if "median_ms" in value
        ),
        failures=tuple(_failure_response(value) for value in values if "share" in value),
        cut="refuse" if "refuse" in cuts else "drop" if cuts else None,
        throttle=min(
            (Throttle(value["rate"], value["burst"]) for value in values if "rate" in value),
            key=lambda one: one.rate,
            default=None,
        ),
    )


def _failure_response(value: Mapping[str, Any]) -> FailureResponse:
    if "error" in value:
        status, kind, message = _DYNAMODB[value["error"]]
        body: dict[str, str] = {"__type": kind, "message": message}
        headers: tuple[str, ...] = (
            "content-type: application/x-amz-json-1.0",
            "x-amzn-requestid: FAULT",
        )
    else:
        status = int(value["status"])
        body = {"message": HTTPStatus(status).phrase}
        headers = ("content-type: application/json", "x-amzn-requestid: FAULT")
    phrase = HTTPStatus(status).phrase
    return FailureResponse(value["share"], f"{status} {phrase}", headers, json.dumps(body).encode())
