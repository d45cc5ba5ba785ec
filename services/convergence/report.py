"""What the Lambda writes to its log: one line a batch, in CloudWatch's embedded metric format.

A line carries one value per dimension, so each type of document that was repaired gets a line of
its own beside the batch's; repairs are rare. Metrics: `Records`, `Repairs`, `Undone`, `Skipped`,
`SoldOut` (items), `AlertsFailed`, `OrdersQueued`, `RightsMoved` (items), `LiveTopicsQueued`,
`AlertStoresQueued`, `PeopleQueued`, and `Repairs` by `DocumentType`, in the namespace `carte`; and
`Faults` by code, as every Lambda of carte counts them. `Conflicts`, where some were listed, is no
metric.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from services.configuration import tracing
from services.domain import log_lines

_COUNTS: Final = (
    "Records",
    log_lines.REPAIRS,
    "Undone",
    "Skipped",
    "SoldOut",
    "AlertsFailed",
    "OrdersQueued",
    "RightsMoved",
    "LiveTopicsQueued",
    "AlertStoresQueued",
    "PeopleQueued",
)


@dataclass(slots=True)
class Report:
    """One batch.

    Attributes:
        conflicts: edit conflicts that were listed.
        repairs: type of document to repairs.
        fault_codes: Code of `services.domain.faults` to how many of `faults` it stands for.
        faults: one text per record that was skipped or failed, and per alert that was not sent.
        failed: sequence number of the record at which the batch stopped.
    """

    region: str
    records: int = 0
    undone: int = 0
    skipped: int = 0
    sold_out: int = 0
    alerts_failed: int = 0
    conflicts: int = 0
    orders: int = 0
    rights_moved: int = 0
    live_topics: int = 0
    alert_stores: int = 0
    people: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    fault_codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    failed: str | None = None

    def lines(self, unix_ms: int, took_ms: float) -> Iterator[str]:
        """Yield the log lines, each with its newline.

        Args:
            unix_ms: now, in milliseconds since 1970-01-01T00:00Z.
            took_ms: milliseconds that the batch took.
        """
        traced = tracing.of_invocation()
        line: dict[str, Any] = {
            **log_lines.counts(unix_ms, dict(zip(_COUNTS, self._counts(), strict=True))),
            **traced,
            "level": "ERROR" if self.faults else "INFO",
            "region": self.region,
            "ms": round(took_ms, 3),
        }
        if self.conflicts:
            line["Conflicts"] = self.conflicts
        if self.faults:
            line["faults"] = self.faults
        if self.failed is not None:
            line["failed"] = self.failed
        yield log_lines.text(line)
        for name, count in sorted(self.repairs.items()):
            of_type = {
                **log_lines.counts(unix_ms, {log_lines.REPAIRS: count}, [["DocumentType"]]),
                **traced,
                "level": "INFO",
                "region": self.region,
                "DocumentType": name,
            }
            yield log_lines.text(of_type)
        for code, count in sorted(self.fault_codes.items()):
            of_code = {
                **log_lines.fault_counts(unix_ms, log_lines.CONVERGENCE, code, count),
                **traced,
                "level": "ERROR",
                "region": self.region,
            }
            yield log_lines.text(of_code)

    def _counts(self) -> tuple[int, ...]:
        return (
            self.records,
            self.repairs.total(),
            self.undone,
            self.skipped,
            self.sold_out,
            self.alerts_failed,
            self.orders,
            self.rights_moved,
            self.live_topics,
            self.alert_stores,
            self.people,
        )
