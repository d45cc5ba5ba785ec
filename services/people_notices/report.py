"""What the Lambda of notices to people did in one invocation, and the line of its log."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from services.configuration import tracing
from services.domain import log_lines

LOOKED_AT: Final = "PeopleLookedAt"
SIGN_INS: Final = "PeopleSignIns"
FAILED: Final = "PeopleNoticesFailed"
WELCOMES: Final = "PeopleWelcomes"
DEVICES: Final = "PeopleDeviceNotices"
ROLES: Final = "PeopleRoleNotices"
REFUSED: Final = "PeopleMailsRefused"
DELAYED: Final = "PeopleMailsDelayed"
GIVEN_UP: Final = "PeopleNoticesGivenUp"
WITHOUT_ADDRESS: Final = "PeopleWithoutAddress"
_ALL: Final = (
    *(LOOKED_AT, SIGN_INS, FAILED, WELCOMES, DEVICES, ROLES, REFUSED, DELAYED, GIVEN_UP),
    WITHOUT_ADDRESS,
)


@dataclass(slots=True)
class Report:
    """One invocation.

    Attributes:
        counts: Name of a metric to its count.
        fault_codes: Code of `services.domain.faults` to how many of `faults` it stands for.
        faults: One text for each person or mail that failed; no address.
    """

    counts: Counter[str] = field(default_factory=Counter)
    fault_codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def lines(self, region: str, unix_ms: int, took_ms: float) -> str:
        """Return the log lines, each with its newline.

        Args:
            region: Where the Lambda runs.
            unix_ms: Now, in milliseconds since 1970-01-01T00:00Z.
            took_ms: Milliseconds that the invocation took.
        """
        traced = tracing.of_invocation()
        line = {
            **log_lines.counts(unix_ms, {name: self.counts[name] for name in _ALL}),
            **traced,
            "level": "ERROR" if self.faults else "INFO",
            "region": region,
            "ms": round(took_ms, 3),
            **({"faults": self.faults} if self.faults else {}),
        }
        by_code = (
            {
                **log_lines.fault_counts(unix_ms, log_lines.PEOPLE_NOTICES, code, count),
                **traced,
                "level": "ERROR",
                "region": region,
            }
            for code, count in sorted(self.fault_codes.items())
        )
        return "".join(log_lines.text(one) for one in (line, *by_code))
