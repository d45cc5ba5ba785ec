"""Collects generated source text: lines, unique names, and objects that have no literal."""

from collections.abc import Mapping
from types import FunctionType
from typing import Any

from graphql_schema.compiled.plan import NotCompilableError

_SPELLED = (str, int, float, bool, type(None))


class Emitter:
    """Collects the source of one selection.

    Attributes:
        portable: Whether the text is for a file: functions are imported by name, and other objects
            without a literal are refused. If not, such objects are constants, `K[0]`, `K[1]`.
    """

    MAX_NAMES = 5000

    def __init__(self, *, portable: bool) -> None:
        self.portable = portable
        self.lines: list[str] = []
        self.constants: list[Any] = []
        self._modules: set[str] = set()
        self._names = 0

    @property
    def imports(self) -> list[str]:
        """Import statements of the modules that portable text names, sorted."""
        return [f"import {module}" for module in sorted(self._modules)]

    def name(self, prefix: str) -> str:
        """Return a name that was not used yet.

        Raises:
            NotCompilableError: The operation grows too large.
        """
        self._names += 1
        if self._names > self.MAX_NAMES:
            raise NotCompilableError("the operation selects too much")
        return f"{prefix}{self._names}"

    def line(self, text: str, indent: int = 0) -> None:
        """Add a line."""
        self.lines.append("    " * indent + text)

    def let(self, prefix: str, expression: str) -> str:
        """Add an assignment to a new name, and return the name."""
        name = self.name(prefix)
        self.line(f"{name} = {expression}")
        return name

    def constant(self, value: Any) -> str:
        """Return an expression for an object.

        Raises:
            NotCompilableError: The text is portable and the object has no literal.
        """
        if not self.portable:
            self.constants.append(value)
            return f"K[{len(self.constants) - 1}]"
        if isinstance(value, FunctionType) and "<" not in value.__qualname__:
            self._modules.add(value.__module__)
            return f"{value.__module__}.{value.__qualname__}"
        raise NotCompilableError(f"{value!r} cannot be written into a file")

    def value(self, value: Any) -> str:
        """Return an expression that makes a new, equal value each time.

        Raises:
            NotCompilableError: A part of the value has no literal.
        """
        if type(value) in _SPELLED and value == value:  # noqa: PLR0124 - not NaN
            if isinstance(value, float) and value in (float("inf"), float("-inf")):
                raise NotCompilableError("infinity")
            return repr(value)
        if type(value) is list:
            return f"[{', '.join(self.value(one) for one in value)}]"
        if type(value) is dict:
            return self.mapping(value)
        raise NotCompilableError(f"{value!r} cannot be spelled")

    def mapping(self, value: Mapping[Any, Any]) -> str:
        """Return a dict of values."""
        items = (f"{self.value(key)}: {self.value(one)}" for key, one in value.items())
        return "{" + ", ".join(items) + "}"
