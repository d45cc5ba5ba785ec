"""What resolvers of a generated schema answer: the same for the same seed and place, however asked.

Both executors run the same operation, one after the other, against one `World` each. A value
depends on the seed of the case and where it stands, on nothing else; so what differs in the
responses is the executors' doing. Every call of a resolver is noted: a resolver that is called
twice, or with other arguments, is a difference too.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError
from graphql.pyutils import Undefined


class OwnError(Exception):
    """A fault with extensions of its own."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.extensions = {"own": message}


class Printable:
    """An object that some scalars turn into text."""

    def __str__(self) -> str:
        return "printable"

    def __repr__(self) -> str:
        return "<printable>"


@dataclass
class Chances:
    """How often what happens, from 0 to 1."""

    fault: float
    null: float
    odd: float


@dataclass
class World:
    """One executor's view of a case.

    Attributes:
        seed: of the case.
        calls: resolvers called, with arguments, in order.
    """

    seed: str
    chances: Chances
    calls: list[str] = field(default_factory=list)

    def dice(self, *place: Any) -> random.Random:
        """Random numbers that belong to a place."""
        return random.Random(f"{self.seed}/{place}")

    def fault(self, dice: random.Random, text: str) -> Any:
        """Something that is wrong at nearly every place; or it is raised."""
        kind = dice.randrange(16)
        if kind == 0:
            raise ValueError(f"fault at {text}")
        if kind == 1:
            raise GraphQLError(f"refused at {text}", extensions={"code": "REFUSED"})
        if kind == 2:
            raise OwnError(text)
        if kind == 3:
            raise GraphQLError("elsewhere", path=["else", 7])
        wrong: tuple[Any, ...] = (
            ValueError(f"returned at {text}"),
            None,
            Undefined,
            object,
            float("nan"),
            float("inf"),
            2**31,
            2**53 + 1,
            [],
            {},
            b"bytes",
            Printable(),
        )
        return wrong[kind - 4]
