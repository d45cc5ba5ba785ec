"""Log lines of the Lambdas: JSON, with counts in CloudWatch's embedded metric format.

Source: AWS, "Specification: Embedded metric format". CloudWatch reads the counts out of the log, so
a Lambda makes no call for them. AWS Lambda Powertools would do the same; it is left out because
importing it takes 25 ms of every cold start.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson

NAMESPACE: Final = "carte"
# The metric of faults; it is published under Function alone, and under Function and Code.
FAULTS: Final = "Faults"
# Counts that are also read elsewhere: by the dashboard, alarms and `/ops`.
REPAIRS: Final = "Repairs"
DUTIES_DONE: Final = "DutiesDone"
FUNCTION: Final = "Function"
CODE: Final = "Code"
FAULT_DIMENSIONS: Final = ((FUNCTION,), (FUNCTION, CODE))
# Values of the dimension Function: one for each Lambda.
MENU_API: Final = "menu_api"
CONVERGENCE: Final = "convergence"
RECONCILER: Final = "reconciler"
INVENTORY: Final = "inventory"
FULFILMENT: Final = "fulfilment"
LIVE: Final = "live"
ALERTS: Final = "alerts"
PEOPLE_NOTICES: Final = "people_notices"


def text(members: Mapping[str, Any]) -> str:
    """Return the members as one line of JSON, with its newline; half a character becomes `?`."""
    try:
        return orjson.dumps(members).decode() + "\n"
    except TypeError:  # half a surrogate pair in a text
        import json

        shown = json.dumps(members, default=_shown, ensure_ascii=False)
        return shown.encode("utf-8", "replace").decode() + "\n"


def _shown(value: Any) -> str:
    """Return a value that JSON does not have as a text, a moment as orjson writes it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def warning(message: str, **members: str) -> str:
    """Return the line of something that works in a poorer way until a person mends it.

    Args:
        message: What is wrong.
        members: Where: such as `region`.
    """
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return text({"level": "WARNING", "at": at, **members, "message": message})


def counts(
    unix_ms: int,
    values: Mapping[str, int],
    dimensions: Sequence[Sequence[str]] = ((),),
) -> dict[str, Any]:
    """Return the members by which a log line publishes counts.

    Args:
        unix_ms: Time of the counts, in milliseconds since 1970-01-01T00:00Z.
        values: Name of each metric, to its count.
        dimensions: Sets of names of dimensions under which each metric is published; the line must
            have a member of each name.
    """
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(names) for names in dimensions],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
    }
    return {"_aws": {"Timestamp": unix_ms, "CloudWatchMetrics": [directive]}, **values}


def fault_counts(unix_ms: int, function: str, code: str, count: int = 1) -> dict[str, Any]:
    """Return the members by which a log line publishes faults of one code.

    Args:
        unix_ms: Time of the faults, in milliseconds since 1970-01-01T00:00Z.
        function: The Lambda: MENU_API or one of the names below it.
        code: One of `services.domain.faults.CODES`.
        count: How many.
    """
    named = {FUNCTION: function, CODE: code}
    return {**counts(unix_ms, {FAULTS: count}, FAULT_DIMENSIONS), **named}
