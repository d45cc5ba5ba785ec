"""The entry point of a bad version of the menu Lambda; part of the local cloud's package only.

Such a version raises for a share of its requests, in the handler or in a resolver (which the
service answers itself, as a fault of its own), makes its stamps by a skewed clock, or all of it, as
the environment variable `CARTE_FAULT` says. It is served by the Lambda runtime, where the package
`localcloud` is not present: this file is a top-level module there, see `localcloud/package.py`.
"""

import json
import os
import random
from importlib import import_module
from typing import Any, Final

from services.domain.stamp import unix_ms
from services.storage.stores import StoreRepository, StoreRows

VARIABLE: Final = "CARTE_FAULT"
"""A JSON object: `handler` (the path of the good entry point), `raise` and `raise_in_resolvers`
(shares from 0 to 1) and `skew_ms` (milliseconds by which the clock is ahead)."""

_fault: Final = json.loads(os.environ[VARIABLE])
_in_resolvers: Final[float] = _fault.get("raise_in_resolvers", 0.0)


class FailingStores(StoreRepository):
    """The stores of a region, of whose reads a share fails in the code of this version."""

    def rows(self, store_id: str) -> StoreRows:
        """Read a store as the good version does.

        Raises:
            RuntimeError: The read is in the share that fails.
        """
        if random.random() < _in_resolvers:
            raise RuntimeError("fault: this version of the resolvers is bad")
        return super().rows(store_id)


def _good_entry_point() -> Any:
    """Return the good version's entry point; where resolvers fail, one over failing stores."""
    module, _, name = _fault["handler"].rpartition(".")
    good = import_module(module)
    return good.entry_point(FailingStores) if _in_resolvers else getattr(good, name)


unix_ms.skew_ms = int(_fault["skew_ms"])
_good: Final = _good_entry_point()


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer an event with the good entry point.

    Raises:
        RuntimeError: The request is in the share that fails.
    """
    if random.random() < _fault["raise"]:
        raise RuntimeError("fault: this version of the handler is bad")
    return _good(event, context)
