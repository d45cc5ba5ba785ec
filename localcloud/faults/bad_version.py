"""The entry point of a bad version of the menu Lambda; part of the local cloud's package only.

Such a version raises for a share of its requests, makes its stamps by a skewed clock, or both, as
the environment variable `CARTE_FAULT` says. It is served by the Lambda runtime, where the package
`localcloud` is not present: this file is a top-level module there, see `localcloud/package.py`.
"""

import json
import os
import random
from importlib import import_module
from typing import Any, Final

from services.domain import stamp

VARIABLE: Final = "CARTE_FAULT"
"""A JSON object: `handler` (the path of the good entry point), `raise` (a share from 0 to 1) and
`skew_ms` (milliseconds by which the clock is ahead)."""

_fault: Final = json.loads(os.environ[VARIABLE])
stamp.unix_ms.skew_ms = int(_fault["skew_ms"])
_module, _, _name = _fault["handler"].rpartition(".")
_good: Final = getattr(import_module(_module), _name)


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer an event with the good entry point.

    Raises:
        RuntimeError: The request is in the share that fails.
    """
    if random.random() < _fault["raise"]:
        raise RuntimeError("fault: this version of the handler is bad")
    return _good(event, context)
