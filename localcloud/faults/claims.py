"""What a fault asks for: that a handle of the cloud is turned for one subject."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

API_GATE: Final = "api-gate"
DYNAMODB_GATE: Final = "dynamodb-gate"
PROCESS: Final = "process"
PAUSE: Final = "pause"
CUT: Final = "cut"
LAG: Final = "lag"
DUPLICATE: Final = "duplicate"
SKEW: Final = "skew"
STREAM: Final = "stream"
CODE: Final = "code"
DRAIN: Final = "drain"

EVERYWHERE: Final = "*"


class Key(NamedTuple):
    """What can be turned: a handle, and the region (or the way `one>other`) it is turned for."""

    handle: str
    subject: str


@dataclass(frozen=True)
class Claim:
    """One fault's wish for a key. Several faults may claim the same key: the handle joins them."""

    key: Key
    value: dict[str, Any] = field(default_factory=dict)


def way(one: str, other: str) -> str:
    """The subject of what happens on the way from one region to another."""
    return f"{one}>{other}"


def ends(subject: str) -> tuple[str, str]:
    """The regions of a way."""
    one, _, other = subject.partition(">")
    return one, other
