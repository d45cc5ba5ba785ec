"""What a compiled operation is made of: types, fields and variables, ready to be executed.

Generated code builds these; `execution` runs them. Nothing here knows graphql-core. Plain classes,
because a dataclass costs a cold start a fifth of a millisecond.
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
    """A scalar or an enum; `complete` serializes, and raises what graphql-core would."""

    __slots__ = ("complete", "name")

    def __init__(
        self,
        name: str,
        complete: Callable[[Any], Any],
    ) -> None:
        self.name = name
        self.complete = complete


class ListType:
    """A list of something."""

    __slots__ = ("item",)

    def __init__(
        self,
        item: "OutputType",
    ) -> None:
        self.item = item


class NonNullType:
    """Something that null may not stand for."""

    __slots__ = ("of",)

    def __init__(
        self,
        of: "OutputType",
    ) -> None:
        self.of = of


class ObjectType:
    """An object type with what is selected of it at one place of the operation."""

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
    """An interface or a union, with the selection for each object it may turn out to be.

    Attributes:
        resolve: (value, info) to the name of an object type.
        objects: by name, all possible ones.
        describe: says why a name is none of them.
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
        key: in the response.
        name: of the field, or of the attribute where `mode` is ATTRIBUTE.
        shown: `Parent.field`, as error messages say it.
        locations: line and column of every field of the document that was merged into this one.
        call: the resolver, or the constant.
        arguments: variables, coerced and raw, to the call's keywords; None: it takes none.
        fast: completes a value whose reading has no effects, or raises anything at all, upon
            which the value is completed once more, slowly and exactly.
        about: whatever makes graphql-core's `info`, for resolvers that want it.
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
        coerce: a JSON value to the value that resolvers get; raises when it is not sure.
        required: the operation cannot run without it.
        default: makes the default value; None: there is none.
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
        checks: what must hold for the coerced variables; else graphql-core takes over.
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
    """An operation.

    Attributes:
        switches: the variables that `@skip` and `@include` look at, in order.
        selections: makes the selection for the values of `switches`; results are kept.
        info: makes graphql-core's info of (field, path, execution); None: no resolver wants one.
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
        """The selection for these values."""
        found = self.known.get(switches)
        if found is None:
            found = self.known[switches] = self.selections(switches)
        return found
