"""The schema directives that state what fields and arguments cost.

`@cost` and `@listSize` are those of IBM's GraphQL Cost Directives specification
(https://ibm.github.io/graphql-specs/cost-spec.html), with `weight: Int!` as in Apollo Federation.
One rule differs: a field without `@cost` weighs 1 whatever its type. The specification gives
scalars 0, but completing them is most of the work of a menu.
"""

from typing import Final

import strawberry
from strawberry.schema_directive import Location

# The unit of cost is about 5 microseconds of CPU, so the limit is about 50 milliseconds.
MAX_COST: Final = 10_000


@strawberry.schema_directive(
    name="cost",
    locations=[Location.FIELD_DEFINITION, Location.ARGUMENT_DEFINITION],
    description="What a field weighs each time it is executed, in units of about 5 microseconds of "
    f"CPU; an operation may cost {MAX_COST}. Without it a field weighs 1 and an argument 0.",
)
class Cost:
    """The weight of a field, or what an argument adds to its field where it is given."""

    weight: int = strawberry.directive_field(name="weight")


@strawberry.schema_directive(
    name="listSize",
    locations=[Location.FIELD_DEFINITION],
    description="How many entries a list is counted with: what a slicing argument says, and at "
    "most the assumed size. The cost of what is selected of an entry counts that often.",
)
class ListSize:
    """The size of a list.

    Attributes:
        assumed_size: Entries where no argument says how many, and the most that are counted.
        slicing_arguments: Names of the arguments that say how many entries are returned.
        sized_fields: Names of the lists, in the object that the field returns, that have the size;
            without it the field itself is the list.
        require_one_slicing_argument: Always false here: slicing arguments have defaults.
    """

    assumed_size: int = strawberry.directive_field(name="assumedSize")
    slicing_arguments: list[str] | None = strawberry.directive_field(
        name="slicingArguments", default=strawberry.UNSET
    )
    sized_fields: list[str] | None = strawberry.directive_field(
        name="sizedFields", default=strawberry.UNSET
    )
    require_one_slicing_argument: bool | None = strawberry.directive_field(
        name="requireOneSlicingArgument", default=strawberry.UNSET
    )


@strawberry.schema_directive(
    name="textCost",
    locations=[Location.ARGUMENT_DEFINITION],
    description="What the words and characters of a text add to the cost of its field. No more "
    "words and characters than the maximums are counted, because a longer text is refused. Words "
    "are what blanks, hyphens and other marks separate.",
)
class TextCost:
    """The cost of a text.

    Attributes:
        per_word: Units for each word.
        per_character: Units for each character.
        maximum_length: Characters that are counted at most.
        maximum_words: Words that are counted at most.
    """

    per_word: int = strawberry.directive_field(name="perWord")
    per_character: int = strawberry.directive_field(name="perCharacter")
    maximum_length: int = strawberry.directive_field(name="maximumLength")
    maximum_words: int = strawberry.directive_field(name="maximumWords")


def page(maximum: int, *sized_fields: str) -> ListSize:
    """Return the size of a field that returns `first` entries.

    Args:
        maximum: The largest page.
        sized_fields: Names of the lists in a connection; none where the field is the list.
    """
    return ListSize(
        assumed_size=maximum,
        slicing_arguments=["first"],
        sized_fields=list(sized_fields) or strawberry.UNSET,
        require_one_slicing_argument=False,
    )


def sized(assumed: int) -> ListSize:
    """Return the size of a list that no argument limits.

    Args:
        assumed: Entries of a usual answer.
    """
    return ListSize(assumed_size=assumed)
