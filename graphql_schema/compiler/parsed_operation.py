"""Finds the operation to run in a parsed document, and refuses what is not supported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.collect_fields import FragmentDetails

from graphql_schema.compiled.plan import NotCompilableError

_SWITCHES = {"skip", "include"}


@dataclass(frozen=True, slots=True)
class ParsedOperation:
    """An operation with the fragments of its document.

    Attributes:
        node: The operation.
        fragments: The fragments of the document by name.
        switches: The names of the variables that decide `@skip` and `@include`, sorted.
    """

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    switches: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the operation; empty if it has none."""
        return self.node.name.value if self.node.name else ""

    @property
    def definitions(self) -> Mapping[str, FragmentDefinitionNode]:
        """The fragments' nodes."""
        return {name: one.definition for name, one in self.fragments.items()}


def parsed_operation(document: DocumentNode, name: str | None) -> ParsedOperation:
    """Return the operation of a name, or the only one if the name is None.

    Raises:
        NotCompilableError: There is no such operation, or it uses something unsupported.
    """
    nodes = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if name is not None:
        nodes = [one for one in nodes if one.name and one.name.value == name]
    if len(nodes) != 1:
        raise NotCompilableError("not one operation")
    fragments = {
        one.name.value: FragmentDetails(one, None)
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    if any(one.definition.variable_definitions for one in fragments.values()):
        raise NotCompilableError("fragments with arguments")
    switches: set[str] = set()
    for directive in _directives(document):
        if directive.name.value not in _SWITCHES:
            raise NotCompilableError(f"@{directive.name.value}")
        value = directive.arguments[0].value if directive.arguments else None
        if isinstance(value, VariableNode):
            switches.add(value.name.value)
    return ParsedOperation(nodes[0], fragments, tuple(sorted(switches & _declared(nodes[0]))))


def _declared(node: OperationDefinitionNode) -> set[str]:
    return {one.variable.name.value for one in node.variable_definitions or ()}


def _directives(document: DocumentNode) -> Iterator[DirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            yield from definition.directives or ()
            if isinstance(definition, OperationDefinitionNode):
                for variable in definition.variable_definitions or ():
                    yield from variable.directives or ()
            yield from _selected(definition.selection_set)


def _selected(selections: SelectionSetNode) -> Iterator[DirectiveNode]:
    for selection in selections.selections:
        yield from selection.directives or ()
        if isinstance(selection, FragmentSpreadNode):
            if selection.arguments:
                raise NotCompilableError("fragments with arguments")
            continue
        if isinstance(selection, FieldNode) and selection.selection_set is None:
            continue
        inner: SelectionSetNode = selection.selection_set  # type: ignore[attr-defined]
        yield from _selected(inner)
