"""The link from a Strawberry field to the plain function behind it.

A Strawberry field of the root says `metadata=by(function)`; its own method calls that function with
the context and its arguments. Compiled operations call the function directly, so that they need not
import Strawberry.
"""

from collections.abc import Callable
from typing import Any, Final

RESOLVER: Final = "carte-resolver"


def by(function: Callable[..., Any]) -> dict[str, Any]:
    """Metadata of a field that this function resolves: (context, **arguments) to the value."""
    return {RESOLVER: function}
