"""What an item's author states about a diet, and which statements contradict its allergens."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from services.domain.allergens import Allergen


class Diet(Enum):
    """A statement by whoever writes the catalog; an item without one is unknown, never guessed.

    What is vegan is vegetarian, too.
    """

    VEGETARIAN = "VEGETARIAN"
    VEGAN = "VEGAN"


_OF_DEAD_ANIMALS: Final = frozenset({Allergen.FISH, Allergen.CRUSTACEAN, Allergen.MOLLUSC})
_EXCLUDED: Final[Mapping[Diet, frozenset[Allergen]]] = {
    Diet.VEGETARIAN: _OF_DEAD_ANIMALS,
    Diet.VEGAN: _OF_DEAD_ANIMALS | {Allergen.MILK, Allergen.EGG},
}


def contradicting(diet: str | None, allergens: Iterable[str]) -> list[str]:
    """Return the declared allergens that an item of this diet cannot contain.

    Args:
        diet: A name of `Diet`, or None where nothing is stated.
        allergens: Names of `Allergen`; others contradict nothing.
    """
    if diet is None:
        return []
    excluded = {one.name for one in _EXCLUDED[Diet[diet]]}
    return [name for name in allergens if name in excluded]
