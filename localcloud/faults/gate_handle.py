"""Joins what faults claim for a gate into its trouble."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from localcloud.faults.gate import Gate
from localcloud.faults.handle import Handle, HandleError
from localcloud.faults.traffic import Cut, Failing, Slowness, Trouble

# As DynamoDB names and words them, so that the SDK retries as it does with AWS.
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


class GateHandle(Handle):
    """The gates of one sort, by region."""

    def __init__(self, gates: Mapping[str, Gate]) -> None:
        self._gates = gates

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """Put the gate's trouble together; takes effect with the next request."""
        try:
            await self._gates[subject].set(trouble_of(values))
        except OSError as error:
            raise HandleError(f"the gate of {subject} cannot listen again: {error}") from error

    def knows(self, subject: str) -> bool:
        """Whether there is a gate of this region."""
        return subject in self._gates


def trouble_of(values: Sequence[Mapping[str, Any]]) -> Trouble:
    """Join claims: delays add up, each failure has its own share, refusing beats dropping."""
    cuts: set[Cut] = {value["how"] for value in values if "how" in value}
    return Trouble(
        slow=tuple(
            Slowness(value["median_ms"], value["p99_ms"])
            for value in values
            if "median_ms" in value
        ),
        failing=tuple(_failing(value) for value in values if "share" in value),
        cut="refuse" if "refuse" in cuts else "drop" if cuts else None,
    )


def _failing(value: Mapping[str, Any]) -> Failing:
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
    return Failing(value["share"], f"{status} {phrase}", headers, json.dumps(body).encode())
