"""The settings of one consistency check."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.domain.errors import CarteError, UnknownNameError

FAULTS: Final = (
    "replication-pause",
    "region-cut",
    "freeze",
    "convergence-stop",
    "drop-stream-records",
    "clock-skew",
    "duplicate-delivery",
    "replication-lag",
)
PLANTS: Final = ("none", "convergence-off", "wall-clock", "drop-operations", "reconciler-off")


class CheckError(CarteError):
    """The check cannot be made; says nothing about the consistency of the cloud."""


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """The settings of a consistency check.

    Attributes:
        seed: Number that clients and faults draw from; timing is not repeated by it.
        seconds: How long clients write.
        clients: How many there are; each stays in one region.
        faults: Kinds of faults that run meanwhile, of `FAULTS` or of the workload's own.
        plant: A bug to emulate, so that the check itself can be tested.
        through_edge: Reach the regions through the edge's pinned paths.
        patience_s: How long to wait for the regions to become quiet.
        keep: Leave what the check wrote in the tables.
    """

    seed: int
    seconds: float = 60.0
    clients: int = 8
    faults: tuple[str, ...] = FAULTS
    plant: str = "none"
    through_edge: bool = False
    patience_s: float = 120.0
    keep: bool = False


def read_faults(text: str, known: tuple[str, ...] = FAULTS) -> tuple[str, ...]:
    """The kinds of faults that `--faults` names: `all`, `none`, or some with commas.

    Args:
        text: What the option says.
        known: The kinds of faults of the workload.

    Raises:
        UnknownNameError: One is unknown.
    """
    if text == "all":
        return known
    if text == "none":
        return ()
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    return _known("kind of fault", names, known, others=("all", "none"))


def read_plant(text: str, known: tuple[str, ...] = PLANTS) -> str:
    """The bug that `--plant` names, of those that are known for the workload.

    Raises:
        UnknownNameError: It is unknown.
    """
    return _known("bug", (text,), known)[0]


def _known(
    what: str, names: tuple[str, ...], allowed: Sequence[str], *, others: Sequence[str] = ()
) -> tuple[str, ...]:
    for name in names:
        if name not in allowed:
            raise UnknownNameError(what, name, (*others, *allowed))
    return names
