"""Settings of a bench: rounds, sizes, subjects and parts."""

from dataclasses import dataclass
from typing import Final

from loadtests.bench.subject_specs import NAMES

PARTS: Final = ("requests", "cold", "scaling", "emulator", "memory")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one run of `carte bench`.

    Attributes:
        rounds: Interleaved rounds; every subject has one block in each.
        block_ms: CPU time that one block should take.
        warm_ms: CPU time that each subject gets before anything counts: V8 settles late.
        stores: Stores of the main data set.
        large: Stores of the large one, which must not cost more.
        cold_rounds: Fresh processes of each subject.
        subjects: The subjects that take part.
        parts: What is measured, of PARTS.
    """

    rounds: int = 15
    block_ms: float = 80
    warm_ms: float = 3000
    stores: int = 300
    large: int = 31_000
    cold_rounds: int = 9
    subjects: tuple[str, ...] = NAMES
    parts: tuple[str, ...] = PARTS


QUICK: Final = Settings(rounds=5, block_ms=25, warm_ms=300, large=3000, cold_rounds=3)
