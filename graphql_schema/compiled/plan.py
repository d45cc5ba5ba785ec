"""The plan of an operation: its types, fields and variables, as generated code builds them.

`Execution` runs a plan. Plain classes, because each dataclass adds 0.2 ms to a cold start.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

# How a field gets its value.
ATTRIBUTE: Final = 0  # the source's attribute `name`; reading it has no effect
CONTEXT: Final = 1  # call(context, **arguments): a plain resolver of a root field
CONSTANT: Final = 2  # `__typename`
DEFAULT: Final = 3  # graphql-core's default: a mapping's key or an attribute, called if callable
RESOLVER: Final = 4  # call(source, info, **arguments), with graphql-core's info

Locations = tuple[tuple[int, int], ...]
Fast = Callable[[Any], Any]
Arguments = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


class NotCompilableError(Exception):
    """The operation uses something that the compiler does not support; graphql-core runs it."""


class LeafType:
    """A scalar or an enum.

    Attributes:
        complete: Serializes a value, or raises the error that graphql-core raises.
    """

    __slots__ = ("complete", "name")

    def __init__(
        self,
        name: str,
        complete: Callable[[Any], Any],
    ) -> None:
        self.name = name
        self.complete = complete


class ListType:
    """A list of items of one type."""

    __slots__ = ("item",)

    def __init__(
        self,
        item: "OutputType",
    ) -> None:
        self.item = item


class NonNullType:
    """A type with `!` behind it: its value is never null."""

    __slots__ = ("of",)

    def __init__(
        self,
        of: "OutputType",
    ) -> None:
        self.of = of


class ObjectType:
    """An object type, with the fields that the operation selects at one place."""

    __slots__ = ("fields", "is_type_of", "name")

    def __init__(
        self,
        name: str,
        fields: "tuple[Field, ...]" = (),
        is_type_of: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        self.name = name
        self.fields = fields
        self.is_type_of = is_type_of


class AbstractType:
    """An interface or a union, with the selected fields of each of its object types.

    Attributes:
        resolve: Maps (value, info) to the name of the object type.
        objects: The possible object types by name.
        describe: Returns the error message for a name that is not in `objects`.
    """

    __slots__ = ("describe", "name", "objects", "resolve")

    def __init__(
        self,
        name: str,
        resolve: Callable[[Any, Any], Any],
        objects: dict[str, ObjectType],
        describe: Callable[[Any, Any, str], str],
    ) -> None:
        self.name = name
        self.resolve = resolve
        self.objects = objects
        self.describe = describe


OutputType = LeafType | ListType | NonNullType | ObjectType | AbstractType


class Field:
    """One response key of a selection.

    Attributes:
        key: The response key: the alias, or the name of the field.
        name: The name of the field, or of the attribute where `mode` is ATTRIBUTE.
        shown: `Parent.field`, as error messages have it.
        parent: The name of the type that declares the field.
        locations: Line and column of every field of the document that was merged into this one.
        type: The type of the value.
        mode: How the value is got: ATTRIBUTE, CONTEXT, CONSTANT, DEFAULT or RESOLVER.
        call: The resolver, or the constant.
        arguments: Maps (coerced variables, raw variables) to the keyword arguments of the resolver;
            None if it takes none.
        fast: Completes a usual value in one go. Raises at any other value, which `Execution` then
            completes step by step, with exact errors; None where reading the value has effects.
        about: (definition, nodes, parent type), for resolvers that take graphql-core's `info`.
    """

    __slots__ = (
        "about",
        "arguments",
        "call",
        "fast",
        "key",
        "locations",
        "mode",
        "name",
        "parent",
        "shown",
        "type",
    )

    def __init__(  # noqa: PLR0917 - generated code, which has no need of names
        self,
        key: str,
        name: str,
        shown: str,
        parent: str,
        locations: Locations,
        type: OutputType,  # noqa: A002 - what it is
        mode: int,
        call: Any = None,
        arguments: Arguments | None = None,
        fast: Fast | None = None,
        about: Any = None,
    ) -> None:
        self.key = key
        self.name = name
        self.shown = shown
        self.parent = parent
        self.locations = locations
        self.type = type
        self.mode = mode
        self.call = call
        self.arguments = arguments
        self.fast = fast
        self.about = about


class Variable:
    """A variable of the operation.

    Attributes:
        name: Without the `$`.
        coerce: Maps a JSON value to the value that resolvers get; raises `NotPlainError` at values
            that graphql-core has to coerce.
        required: Whether the operation cannot run without the variable.
        default: Returns a new default value; None if the variable has no default.
    """

    __slots__ = ("coerce", "default", "name", "required")

    def __init__(
        self,
        name: str,
        coerce: Callable[[Any], Any],
        required: bool,  # noqa: FBT001 - generated code says it in place
        default: Callable[[], Any] | None = None,
    ) -> None:
        self.name = name
        self.coerce = coerce
        self.required = required
        self.default = default


class Selection:
    """What an operation selects, given the values of its `@skip` and `@include` variables.

    Attributes:
        root: The root type, with the selected root fields.
        checks: Whether coerced variables may be used; if not, graphql-core runs the operation.
    """

    __slots__ = ("checks", "root")

    def __init__(
        self,
        root: ObjectType,
        checks: Callable[[Mapping[str, Any]], bool] | None = None,
    ) -> None:
        self.root = root
        self.checks = checks


class Plan:
    """A compiled operation, as data.

    Attributes:
        switches: The names of the variables that decide `@skip` and `@include`.
        selections: Returns the selection for values of `switches`.
        info: Makes graphql-core's `info` of (field, path, execution); None if no resolver takes it.
    """

    __slots__ = ("info", "kind", "known", "name", "selections", "switches", "variables")

    def __init__(  # noqa: PLR0917 - as above
        self,
        name: str,
        kind: str,
        variables: tuple[Variable, ...],
        switches: tuple[str, ...],
        selections: Callable[[tuple[bool, ...]], Selection],
        info: Callable[..., Any] | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.variables = variables
        self.switches = switches
        self.selections = selections
        self.info = info
        self.known: dict[tuple[bool, ...], Selection] = {}

    def selection(self, switches: tuple[bool, ...]) -> Selection:
        """Return the selection for values of `switches`; each is made once."""
        found = self.known.get(switches)
        if found is None:
            found = self.known[switches] = self.selections(switches)
        return found
