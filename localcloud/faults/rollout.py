"""Rolls a bad version of the menu Lambda out in one region, and back again.

It is a real deployment: the same code with another entry point (`bad_version.py`) becomes a new
version, and the alias that API Gateway invokes is moved to it. The description of the version names
the version before, so that whoever finds it can roll back. $LATEST gets its good configuration back
at once.

The emulator ignores an alias's weights, so the share of requests that fail is drawn in the entry
point of the bad version, which hands the others to the good one.
"""

import contextlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from localcloud.faults.lambda_actuator import function_with

HANDLER: Final = "services.menu_api.handler.handler"
BAD_HANDLER: Final = "bad_version.handler"
ALIAS: Final = "live"
_VARIABLE: Final = "CARTE_FAULT"  # as bad_version.py reads it, which runs in Lambda only
_DESCRIPTION: Final = re.compile(r"fault (?P<fault>\{.*\}) after version (?P<before>\d+)")


def roll_out(api: Any, values: Sequence[dict[str, Any]]) -> None:
    """Serve with a version that has these faults; without values, with the good version.

    Args:
        api: A client of the region's Lambda API.
        values: `{"raise": share}`, `{"raise_in_resolvers": share}` and `{"skew_ms": milliseconds}`.

    Raises:
        ActuatorError: The menu Lambda is not deployed.
    """
    name = function_with(api, HANDLER, BAD_HANDLER)
    serving = str(api.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
    found = api.get_function_configuration(FunctionName=name, Qualifier=serving)
    bad = _DESCRIPTION.fullmatch(str(found.get("Description", "")))
    fault = joined(values)
    if bad and json.loads(bad["fault"]) == fault:
        return
    good_version = bad["before"] if bad else serving
    latest = api.get_function_configuration(FunctionName=name)
    target = good_version
    if fault:
        _configure(api, name, latest, fault)
        description = f"fault {json.dumps(fault)} after version {good_version}"
        target = api.publish_version(FunctionName=name, Description=description)["Version"]
    if fault or latest["Handler"] == BAD_HANDLER:
        _configure(api, name, latest, None)
    if target != serving:
        api.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=target)
    if bad:
        with contextlib.suppress(api.exceptions.ClientError):
            api.delete_function(FunctionName=name, Qualifier=serving)


def joined(values: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Combine the faults of several bad deployments: shares are independent, skews add up."""
    if not values:
        return {}
    in_resolvers = _any_of(values, "raise_in_resolvers")
    return {
        "raise": _any_of(values, "raise"),
        "skew_ms": sum(value.get("skew_ms", 0.0) for value in values),
        **({"raise_in_resolvers": in_resolvers} if in_resolvers else {}),
    }


def _any_of(values: Sequence[Mapping[str, Any]], name: str) -> float:
    """Return the share of requests that at least one of independent shares hits."""
    good: float = math.prod(1 - value.get(name, 0.0) for value in values)
    return 1 - good


def _configure(
    api: Any, name: str, latest: Mapping[str, Any], fault: Mapping[str, float] | None
) -> None:
    """Give $LATEST the bad entry point with a fault, or the good one back."""
    variables = dict(latest.get("Environment", {}).get("Variables", {}))
    variables.pop(_VARIABLE, None)
    if fault is not None:
        variables[_VARIABLE] = json.dumps({**fault, "handler": HANDLER})
    api.update_function_configuration(
        FunctionName=name,
        Handler=HANDLER if fault is None else BAD_HANDLER,
        Environment={"Variables": variables},
    )
