"""Changes JSON values a little: what is nearly right finds more than what is all wrong."""

import copy
import random
from typing import Any, Final

ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63), 1.5, 1e308, -0.0),
    *("", "x", "\x00", "日本", "\U0001f369" * 9, "x" * 3000, "0", "-1", "NaN", "null", "[]", "{}"),
    *([], {}, [None], [[]], {"": None}, {"x": {}}, [0] * 50, "1" * 400),
)


def mutated(dice: random.Random, value: Any, times: int = 1) -> Any:
    """Return a copy of a JSON value in which up to `times` places are changed."""
    made = copy.deepcopy(value)
    for _ in range(times):
        made = _changed(dice, made)
    return made


def _changed(dice: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(list(value))
        kind = dice.random()
        if kind < 0.1:
            del value[key]
        elif kind < 0.2:
            value[dice.choice(("", "x", key + " ", key.upper(), "\x00"))] = value[key]
        else:
            value[key] = _changed(dice, value[key])
        return value
    if isinstance(value, list) and value and dice.random() < 0.9:
        at = dice.randrange(len(value))
        kind = dice.random()
        if kind < 0.1:
            del value[at]
        elif kind < 0.2:
            value.insert(at, copy.deepcopy(value[at]))
        else:
            value[at] = _changed(dice, value[at])
        return value
    if isinstance(value, str) and value and dice.random() < 0.5:
        return text(dice, value)
    return copy.deepcopy(dice.choice(ODD))


def text(dice: random.Random, value: str) -> str:
    """Return a text in which one place is changed."""
    at = dice.randrange(len(value) + 1)
    odd = dice.choice(
        ("", "\x00", "\r\n", '"', "'", "{", "}", "\\", "%", "é", "\U0001f369", "9" * 30)
    )
    return value[:at] + odd + value[at + dice.randrange(3) :]
