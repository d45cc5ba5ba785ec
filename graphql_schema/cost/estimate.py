"""Counts what an operation costs, before it is executed.

The work is linear in the selections of the operation, each counted as often as fragments spread it,
which `graphql_schema.limits` bounds.
"""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)
from strawberry import UNSET

from graphql_schema.cost.directives import MAX_COST, TextCost
from graphql_schema.cost.weights import FieldCost, Weights
from graphql_schema.errors import CodedError
from services.domain.search.folding import folded_words

COST_LIMIT: Final = "COST_LIMIT"
_UNKNOWN: Final = object()  # a value that only the variables of a request give


def refuse_above_limit(cost: int) -> None:
    """Refuse an operation that costs more than one may.

    Raises:
        CodedError: COST_LIMIT; the message and the extensions have the cost and the limit.
    """
    if cost > MAX_COST:
        raise CodedError(
            f"the operation costs {cost}, and the limit is {MAX_COST}; ask for smaller pages, or "
            "in several requests",
            COST_LIMIT,
            {"cost": cost, "limit": MAX_COST},
        )


def cost_of(
    schema: GraphQLSchema,
    weights: Weights,
    document: DocumentNode,
    operation_name: str | None,
    variables: Mapping[str, Any] | None,
) -> int:
    """Return what an operation of a valid document costs at most.

    Fields under `@skip` and `@include` are counted, and so is every type of an abstract type.

    Args:
        schema: The schema.
        weights: What its fields weigh.
        document: A document that was validated and is within `graphql_schema.limits`.
        operation_name: Which of its operations; None where it has one only.
        variables: As the client sent them. None: not known yet; the largest values are assumed.
    """
    fragments: dict[str, FragmentDefinitionNode] = {}
    operation: OperationDefinitionNode | None = None
    for one in document.definitions:
        if isinstance(one, FragmentDefinitionNode):
            fragments[one.name.value] = one
        elif isinstance(one, OperationDefinitionNode) and (
            operation_name is None or (one.name and one.name.value == operation_name)
        ):
            operation = one
    if operation is None:
        return 0
    root = schema.get_root_type(operation.operation)
    if root is None:
        return 0
    values = None if variables is None else {**_defaults(operation), **variables}
    count = _Count(weights, fragments, values)
    return ceil(count.selected([(root.name, operation.selection_set)], {}))


class _Count:
    """Counts selections of one operation."""

    def __init__(
        self,
        weights: Weights,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any] | None,
    ) -> None:
        self._weights = weights
        self._fragments = fragments
        self._variables = variables

    def selected(self, sets: list[tuple[str, SelectionSetNode]], sizes: Mapping[str, int]) -> float:
        """Return the cost of what is selected of one object.

        Args:
            sets: The selection sets, each with the name of the type that it selects from.
            sizes: Entries of the lists that the field above has sized, by field name.
        """
        named: dict[str, list[tuple[str, FieldNode]]] = {}
        for type_name, selections in sets:
            for of_type, field in self._fields(type_name, selections, frozenset()):
                key = (field.alias or field.name).value
                named.setdefault(key, []).append((of_type, field))
        return sum(self._field(same, sizes) for same in named.values())

    def _fields(
        self, type_name: str, selections: SelectionSetNode, within: frozenset[str]
    ) -> Iterator[tuple[str, FieldNode]]:
        for one in selections.selections:
            if isinstance(one, FieldNode):
                yield type_name, one
            elif isinstance(one, InlineFragmentNode):
                condition = one.type_condition
                named = condition.name.value if condition else type_name
                yield from self._fields(named, one.selection_set, within)
            elif isinstance(one, FragmentSpreadNode):
                name = one.name.value
                found = self._fragments.get(name)
                if found is not None and name not in within:
                    named = found.type_condition.name.value
                    yield from self._fields(named, found.selection_set, within | {name})

    def _field(self, same: list[tuple[str, FieldNode]], sizes: Mapping[str, int]) -> float:
        """Return the cost of a field: fields of one name in one place are executed once."""
        type_name, field = same[0]
        name = field.name.value
        known = self._weights.get((type_name, name))
        if known is None:
            return 1
        given = {one.name.value: one.value for one in field.arguments or ()}
        cost = known.weight
        for argument in known.arguments:
            if (value := given.get(argument.name)) is not None:
                cost += self._argument(value, argument.weight, argument.text)
        size = self._size(known, given)
        times: float = sizes.get(name, size if known.is_list else 1) * known.mean
        below: dict[str, int] = {}
        if known.size is not None and known.size.sized_fields:
            below = dict.fromkeys(known.size.sized_fields, size)
        inner = [
            (known.of_type, one.selection_set) for _, one in same if one.selection_set is not None
        ]
        if not inner:
            return cost + times if known.is_list else cost
        return cost + times * self.selected(inner, below)

    def _size(self, known: FieldCost, given: Mapping[str, ValueNode]) -> int:
        size = known.size
        if size is None:
            return 1
        slicing = size.slicing_arguments
        if not slicing or slicing is UNSET:
            return size.assumed_size
        node = given.get(slicing[0])
        value: Any = UNSET if node is None else self._value(node)
        if value is UNSET:
            value = known.default_size
        # What is no page size is refused when the field is executed.
        if not isinstance(value, int):
            return size.assumed_size
        return max(0, min(value, size.assumed_size))

    def _argument(self, node: ValueNode, weight: int, text: TextCost | None) -> int:
        value = self._value(node)
        if value is None or value is UNSET:
            return 0
        if text is None:
            return weight
        words, characters = text.maximum_words, text.maximum_length
        if isinstance(value, str):
            shown = value[:characters]
            words, characters = min(words, len(folded_words(shown))), len(shown)
        return weight + text.per_word * words + text.per_character * characters

    def _value(self, node: ValueNode) -> Any:
        """Return the value of an argument as far as its cost depends on it; UNSET: not given."""
        if isinstance(node, VariableNode):
            if self._variables is None:
                return _UNKNOWN
            return self._variables.get(node.name.value, UNSET)
        return _constant(node)


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        one.variable.name.value: _constant(one.default_value)
        for one in operation.variable_definitions or ()
        if one.default_value is not None
    }


def _constant(node: ValueNode) -> Any:
    if isinstance(node, IntValueNode):
        # Python refuses to read very long numbers; no page is that large.
        return int(node.value[:20])
    if isinstance(node, StringValueNode):
        return node.value
    if isinstance(node, NullValueNode):
        return None
    return [] if isinstance(node, ListValueNode) else _UNKNOWN
