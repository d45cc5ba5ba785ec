"""The link from a Strawberry field to the plain function behind it.

A root field declares `metadata=resolved_by(function)`, and its Strawberry method calls that
function with the context and the arguments. Compiled operations call the function itself, and so
need no Strawberry.
"""

from collections.abc import Callable
from typing import Any, Final

RESOLVER: Final = "carte-resolver"


def resolved_by(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the metadata of a field whose value is `function(context, **arguments)`."""
    return {RESOLVER: function}
