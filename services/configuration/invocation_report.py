"""What one invocation of a Lambda did, and the log lines that publish it as metrics."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from services.configuration import tracing
from services.domain import log_lines


def lines(
    component: str,
    *,
    region: str,
    unix_ms: int,
    took_ms: float,
    counts: Mapping[str, int],
    fault_codes: Mapping[str, int],
    faults: list[str],
    **more: Any,
) -> str:
    """Return the log lines of an invocation, each with its newline.

    Args:
        component: The Lambda, as `log_lines` names it.
        region: Where it runs.
        unix_ms: Now, in milliseconds since 1970-01-01T00:00Z.
        took_ms: Milliseconds that the invocation took.
        counts: Name of a metric to its count.
        fault_codes: Code of `services.domain.faults` to how many of `faults` it stands for.
        faults: One text for each fault.
        more: Further members of the first line.
    """
    traced = tracing.of_invocation()
    line = {
        **log_lines.counts(unix_ms, dict(counts)),
        **traced,
        "level": "ERROR" if faults else "INFO",
        "region": region,
        "ms": round(took_ms, 3),
        **more,
        **({"faults": faults} if faults else {}),
    }
    by_code = (
        {
            **log_lines.fault_counts(unix_ms, component, code, count),
            **traced,
            "level": "ERROR",
            "region": region,
        }
        for code, count in sorted(fault_codes.items())
    )
    return "".join(log_lines.text(one) for one in (line, *by_code))


@dataclass(slots=True)
class InvocationReport:
    """One invocation of a Lambda that works on the messages of a queue.

    Attributes:
        COMPONENT: The Lambda, as `log_lines` names it.
        METRICS: Names of all its metrics.
        FAILED: That of what failed.
        counts: Name of a metric to its count.
        fault_codes: Code of `services.domain.faults` to how many of `faults` it stands for.
        faults: One text for each thing that failed; no personal data.
        remaining_ms: Returns the milliseconds that the invocation may still take; None: no limit.
    """

    COMPONENT: ClassVar[str]
    METRICS: ClassVar[tuple[str, ...]]
    FAILED: ClassVar[str]

    counts: Counter[str] = field(default_factory=Counter)
    fault_codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    remaining_ms: Callable[[], int] | None = None

    def note(self, text: str, code: str | None = None) -> None:
        """Count something that failed.

        Args:
            text: Why, for the log; no personal data.
            code: Of `services.domain.faults`; None: what was sent is wrong, carte has no fault.
        """
        self.counts[self.FAILED] += 1
        self.faults.append(text)
        if code is not None:
            self.fault_codes[code] += 1

    def lines(self, region: str, unix_ms: int, took_ms: float) -> str:
        """Return the log lines, each with its newline; see `lines` of this module."""
        return lines(
            self.COMPONENT,
            region=region,
            unix_ms=unix_ms,
            took_ms=took_ms,
            counts={name: self.counts[name] for name in self.METRICS},
            fault_codes=self.fault_codes,
            faults=self.faults,
        )
