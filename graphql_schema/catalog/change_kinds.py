"""The GraphQL enum of what becomes of items; types import `DifferenceKind` from here.

It is the domain's own, as `Allergen` is. Strawberry takes descriptions of values from the values
themselves, which the domain does not have, so they are added here.
"""

from typing import Any, Final

import strawberry

from services.domain.catalogs.difference import DifferenceKind

__all__ = ["DifferenceKind"]

_MEANINGS: Final = {
    "ADDED": "It was not in the catalog before.",
    "WITHDRAWN": "It is not in the catalog afterwards.",
    "CHANGED": "It stays, and says something else.",
}

_kinds: Any = strawberry.enum(
    DifferenceKind,
    name="CatalogChangeKind",
    description="What becomes of an item, or of a category.",
)
for _value in _kinds.__strawberry_definition__.values:
    _value.description = _MEANINGS[_value.name]
