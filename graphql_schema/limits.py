"""Limits of operations (depth, aliases, tokens), and the validation rules that enforce them."""

from typing import Any, Final

from strawberry.extensions import MaxAliasesLimiter, QueryDepthLimiter
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

MAX_DEPTH: Final = 14  # the introspection query of GraphiQL needs 13
MAX_ALIASES: Final = 30
MAX_TOKENS: Final = 2000


def depth() -> QueryDepthLimiter:
    """The extension that limits depth."""
    return QueryDepthLimiter(max_depth=MAX_DEPTH)


def aliases() -> MaxAliasesLimiter:
    """The extension that limits aliases."""
    return MaxAliasesLimiter(max_alias_count=MAX_ALIASES)


def rules() -> list[Any]:
    """The validation rules that the schema adds to GraphQL's own."""
    extensions: tuple[Any, ...] = (depth(), aliases())
    added = [rule for extension in extensions for rule in extension.validation_rules]
    return [*added, MaybeNullValidationRule, OneOfInputValidationRule]
