"""Effects of faults: the state that a fault wants for a target of an actuator."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

# The names of the actuators.
API_GATE: Final = "api-gate"
DYNAMODB_GATE: Final = "dynamodb-gate"
PROCESS: Final = "process"
PAUSE: Final = "pause"
CUT: Final = "cut"
LAG: Final = "lag"
DUPLICATE: Final = "duplicate"
SKEW: Final = "skew"
STREAM: Final = "stream"
ORDERS: Final = "orders"
CODE: Final = "code"
DRAIN: Final = "drain"
PAYMENTS_GATE: Final = "payments-gate"
PAYMENTS: Final = "payments"

ALL_REGIONS: Final = "*"


class EffectKey(NamedTuple):
    """The actuator and the target of an effect.

    Attributes:
        actuator: The name of the actuator, one of the constants of this module.
        target: A region, a link between two regions (see `link`), or `ALL_REGIONS`.
    """

    actuator: str
    target: str


@dataclass(frozen=True)
class Effect:
    """The state that one fault wants for one key.

    Several faults may have effects on the same key: the actuator combines their values.
    """

    key: EffectKey
    value: dict[str, Any] = field(default_factory=dict)


def link(source: str, target: str) -> str:
    """Return the name of the one-way replication link from one region to another."""
    return f"{source}>{target}"


def link_ends(name: str) -> tuple[str, str]:
    """Return source and target of a link."""
    source, _, target = name.partition(">")
    return source, target
