"""Random operations over any schema, as text, with the variables they declare."""

import random
from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from tests.fuzz.inputs import WRONG, Inputs


class OperationMaker(Inputs):
    """Makes one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        dice: random.Random,
        size: int = 30,
        usual: Mapping[str, tuple[Any, ...]] | None = None,
        prefer: tuple[str, ...] = (),
    ) -> None:
        """Make operations of a size; `usual` values by scalar, and fields that are asked often."""
        super().__init__(dice, usual)
        self._schema = schema
        self._prefer = prefer
        self._left = size
        self._fragments: dict[str, str] = {}
        self._open: list[str] = []
        # A field keeps its arguments wherever it appears without an alias, so that it can merge.
        self._arguments: dict[str, str] = {}
        self._aliases = 0

    def make(self) -> str:
        """The document's text."""
        mutation = self._schema.mutation_type
        root = self._schema.query_type
        word = "query"
        if mutation is not None and self._dice.random() < 0.25:
            root, word = mutation, "mutation"
        body = self._selections(root, 0)
        declared = ", ".join(
            f"${name}: {kind}{default}" for name, (kind, default) in self._variables.items()
        )
        head = f"{word} Op{f'({declared})' if declared else ''}"
        if word == "query" and not declared and self._dice.random() < 0.1:
            head = ""
        return "\n".join([f"{head} {body}", *self._fragments.values()])

    def variables(self, dice: random.Random) -> dict[str, Any]:
        """Values for them; now and then wrong, null, missing or too many."""
        given: dict[str, Any] = {}
        for name, (kind, _) in self._variables.items():
            if dice.random() < 0.04:
                given[name] = dice.choice(WRONG)
            elif not is_non_null_type(kind) and dice.random() < 0.3:
                continue
            else:
                given[name] = self._value(kind, dice)
        if dice.random() < 0.03:
            given["unknown"] = 1
        return given

    def _selections(self, kind: Any, depth: int) -> str:
        dice = self._dice
        parts = [self._selection(kind, depth) for _ in range(dice.choice((1, 2, 2, 3, 4, 5)))]
        return "{ " + "\n".join(parts) + " }"

    def _selection(self, kind: Any, depth: int) -> str:
        dice = self._dice
        chance = dice.random()
        fields = getattr(kind, "fields", None)
        if not fields or chance < 0.06:
            alias = "" if dice.random() < 0.7 else f"t{dice.randrange(3)}: "
            if is_abstract_type(kind) and dice.random() < 0.6 and depth < 5:
                return self._inline(kind, depth)
            return f"{alias}__typename{self._switch()}"
        if chance < 0.16 and depth < 5:
            return self._inline(kind, depth)
        if chance < 0.28 and depth < 5:
            return self._spread(kind, depth)
        names = list(fields)
        preferred = [name for name in names if name in self._prefer]
        if preferred and dice.random() < 0.7:
            names = preferred
        return self._field(kind, dice.choice(names), depth)

    def _field(self, parent: Any, name: str, depth: int) -> str:
        dice = self._dice
        definition = parent.fields[name]
        inner = definition.type
        while is_non_null_type(inner) or is_list_type(inner):
            inner = inner.of_type
        self._left -= 1
        if not is_leaf_type(inner) and (depth >= 5 or self._left <= 0):
            return "__typename"
        known = f"{parent.name}.{name}"
        if dice.random() < 0.25:
            self._aliases += 1
            head = f"a{self._aliases}: {name}{self._given(definition)}"
        else:
            if known not in self._arguments:
                self._arguments[known] = self._given(definition)
            head = f"{name}{self._arguments[known]}"
        below = "" if is_leaf_type(inner) else f" {self._selections(inner, depth + 1)}"
        return f"{head}{self._switch()}{below}"

    def _inline(self, kind: Any, depth: int) -> str:
        on = self._condition(kind)
        below = self._selections(on, depth + 1)
        named = f" on {on.name}" if on is not kind or self._dice.random() < 0.7 else ""
        return f"...{named}{self._switch()} {below}"

    def _spread(self, kind: Any, depth: int) -> str:
        dice = self._dice
        on = self._condition(kind)
        usable = [
            name
            for name, text in self._fragments.items()
            if name not in self._open and f" on {on.name} " in text
        ]
        if usable and dice.random() < 0.6:
            return f"...{dice.choice(usable)}{self._switch()}"
        name = f"Frag{len(self._fragments)}"
        self._fragments[name] = ""
        self._open.append(name)
        self._fragments[name] = f"fragment {name} on {on.name} {self._selections(on, depth + 1)}"
        self._open.pop()
        return f"...{name}{self._switch()}"

    def _condition(self, kind: Any) -> Any:
        """A type that objects of this one may also be of."""
        dice = self._dice
        if is_abstract_type(kind):
            possible = list(self._schema.get_possible_types(kind))
            faces = [face for one in possible for face in one.interfaces]
            choices = [*possible, *possible, *faces, kind]
            return dice.choice(choices)
        if isinstance(kind, GraphQLObjectType) and kind.interfaces and dice.random() < 0.4:
            return dice.choice(list(kind.interfaces))
        return kind

    def _switch(self) -> str:
        dice = self._dice
        if dice.random() > 0.12:
            return ""
        word = dice.choice(("skip", "include"))
        if dice.random() < 0.3:
            return f" @{word}(if: {dice.choice(('true', 'false'))})"
        name = f"on{dice.randrange(2)}"
        if name not in self._variables:
            from graphql import GraphQLBoolean, GraphQLNonNull

            if dice.random() < 0.3:
                self._variables[name] = (GraphQLBoolean, " = true")
            else:
                self._variables[name] = (GraphQLNonNull(GraphQLBoolean), "")
        return f" @{word}(if: ${name})"

    def _given(self, definition: Any) -> str:
        from graphql import Undefined

        parts = []
        for name, argument in definition.args.items():
            optional = not is_non_null_type(argument.type) or argument.default is not None
            optional = optional or argument.default_value is not Undefined
            if optional and self._dice.random() < 0.4:
                continue
            parts.append(f"{name}: {self._literal(argument.type, argument, 0)}")
        return f"({', '.join(parts)})" if parts else ""
