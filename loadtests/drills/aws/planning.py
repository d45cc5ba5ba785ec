"""`--plan`: exactly the AWS calls that a drill would make, none of them made."""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from loadtests.drills.aws.calls import Call, Planner
from loadtests.drills.exceptions import DrillError
from loadtests.drills.experiments import Drill

# Route 53's clock, which AWS runs at: interval x threshold + TTL, and one check's patience.
_CLOCK: Final = {"bound_s": 92.0, "return_s": 100.0, "drain_s": 3.0}
_ORDERS: Final = "loadtests.drills.orders.actions"


def plan_of(drill: Drill) -> list[Call]:
    """Walk through method and rollbacks with a target that only writes down.

    Raises:
        DrillError: A step, or the whole drill, has no counterpart on AWS.
    """
    from chaoslib import substitute
    from chaoslib.exceptions import ActivityFailed

    if drill.is_local:
        raise DrillError(
            f"drill {drill.name} is made on the local cloud only",
            "AWS has no counterpart of what it takes away, or it takes nothing away",
        )
    planner = Planner()
    configuration: dict[str, Any] = {
        **drill.configuration,
        **_CLOCK,
        "target": "aws",
        # Nobody answers there, so the canary fails at the first region, as it is meant to.
        "edge_url": "http://127.0.0.1:9",
        "caller": planner,
    }
    for phase in ("method", "rollbacks"):
        for step in drill.experiment.get(phase, ()):
            if step["type"] != "action" or _is_traffic(step):
                continue
            planner.step = f"{phase}: {step['name']}"
            provider = step["provider"]
            act = getattr(import_module(provider["module"]), provider["func"])
            arguments = substitute(provider.get("arguments", {}), configuration, {})
            try:
                act(**arguments, configuration=configuration)
            except ActivityFailed as error:
                raise DrillError(f"{drill.name}, {step['name']}: {error}") from error
    return planner.calls


def _is_traffic(step: Mapping[str, Any]) -> bool:
    """Bursts and orders are sent by clients: no call of AWS's."""
    provider = step["provider"]
    return bool(provider["func"] == "burst" or provider["module"] == _ORDERS)


def describe(calls: Sequence[Call]) -> Iterator[str]:
    """Return the calls as lines of text: step, call, parameters."""
    step = ""
    for call in calls:
        if call.step != step:
            step = call.step
            yield f"## {step}"
        yield f"{call.service} {call.operation}  ({call.region})"
        for line in json.dumps(call.parameters, indent=2).splitlines():
            yield f"    {line}"
