"""A measured value together with the number of observations behind it.

A value from no observation is not 0: it is absent, and the report says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

NOT_MEASURED: Final = "not measured"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured value of a report, or the reason why there is none.

    Attributes:
        value: The measured value; None where there is none.
        observations: How many observations the value rests on.
        reason: Why there is no value; empty where there is one.
    """

    value: float | None
    observations: int
    reason: str = ""

    @classmethod
    def of(cls, value: float | None, observations: int, reason: str) -> Self:
        """Return the value, or no value with the reason where there are no observations.

        Args:
            value: What the observations give; None where they give nothing.
            observations: How many there are.
            reason: Why there is no value, if there is none.
        """
        if value is None or observations < 1:
            return cls(None, observations, reason)
        return cls(value, observations)

    @classmethod
    def missing(cls, reason: str) -> Self:
        """Return a measurement without a value."""
        return cls(None, 0, reason)

    def text(self, pattern: str = "{:,.2f}") -> str:
        """Return the formatted value, or `not measured: ` and the reason."""
        if self.value is None:
            return f"{NOT_MEASURED}: {self.reason}"
        return pattern.format(self.value)


def to_json(measurements: Mapping[str, Measurement]) -> dict[str, Any]:
    """Return the part of a report that holds measurements.

    Returns:
        Each value (or None) under its own name, `observations` by name, and `not_measured`: the
        reason by the name of each value that is None.
    """
    return {
        **{name: one.value for name, one in measurements.items()},
        "observations": {name: one.observations for name, one in measurements.items()},
        "not_measured": {
            name: one.reason for name, one in measurements.items() if one.value is None
        },
    }


def text_of(value: float | None, pattern: str = "{:,.2f}") -> str:
    """Return a formatted value for a cell of a table; `not measured` for None."""
    return NOT_MEASURED if value is None else pattern.format(value)
