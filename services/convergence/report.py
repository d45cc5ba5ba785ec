"""What the Lambda writes to its log: one line a batch, in CloudWatch's embedded metric format.

A line carries one value per dimension, so each type of document that was repaired gets a line of
its own beside the batch's; repairs are rare. Metrics: `Records`, `Repairs`, `Undone`, `Skipped`,
`SoldOut` (items), `AlertsFailed`, and `Repairs` by `DocumentType`, in the namespace `carte`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

NAMESPACE: Final = "carte"
_COUNTS: Final = ("Records", "Repairs", "Undone", "Skipped", "SoldOut", "AlertsFailed")


@dataclass(slots=True)
class Report:
    """One batch.

    Attributes:
        repairs: type of document to repairs.
        faults: one text per record that was skipped or failed, and per alert that was not sent.
        failed: sequence number of the record at which the batch stopped.
    """

    region: str
    records: int = 0
    undone: int = 0
    skipped: int = 0
    sold_out: int = 0
    alerts_failed: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    failed: str | None = None

    def lines(self, unix_ms: int, took_ms: float) -> Iterator[str]:
        """The log lines, without newlines.

        Args:
            unix_ms: now, in milliseconds since 1970-01-01T00:00Z.
            took_ms: milliseconds that the batch took.
        """
        line: dict[str, Any] = {
            "_aws": _directive(unix_ms, [], _COUNTS),
            "level": "ERROR" if self.faults else "INFO",
            "region": self.region,
            "Records": self.records,
            "Repairs": self.repairs.total(),
            "Undone": self.undone,
            "Skipped": self.skipped,
            "SoldOut": self.sold_out,
            "AlertsFailed": self.alerts_failed,
            "ms": round(took_ms, 3),
        }
        if self.faults:
            line["faults"] = self.faults
        if self.failed is not None:
            line["failed"] = self.failed
        yield orjson.dumps(line).decode()
        for name, count in sorted(self.repairs.items()):
            of_type = {
                "_aws": _directive(unix_ms, ["DocumentType"], ("Repairs",)),
                "level": "INFO",
                "region": self.region,
                "DocumentType": name,
                "Repairs": count,
            }
            yield orjson.dumps(of_type).decode()


def _directive(unix_ms: int, dimensions: list[str], names: tuple[str, ...]) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": "Count"} for name in names]
    wanted = {"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics}
    return {"Timestamp": unix_ms, "CloudWatchMetrics": [wanted]}
