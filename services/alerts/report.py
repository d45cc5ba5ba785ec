"""What the Lambda of stock alerts did in one invocation: its metrics."""

from typing import ClassVar, Final

from services.configuration.invocation_report import InvocationReport
from services.domain import log_lines

LOOKED_AT: Final = "AlertStoresLookedAt"
FAILED: Final = "AlertStoresFailed"
SENT: Final = "AlertMailsSent"
ITEMS: Final = "AlertItemsTold"
REFUSED: Final = "AlertMailsRefused"
DELAYED: Final = "AlertMailsDelayed"
REPEATED: Final = "AlertMailsPerhapsRepeated"
TAKEN_OVER: Final = "AlertMailsTakenOver"
_ALL: Final = (LOOKED_AT, FAILED, SENT, ITEMS, REFUSED, DELAYED, REPEATED, TAKEN_OVER)


class Report(InvocationReport):
    """One invocation."""

    COMPONENT: ClassVar = log_lines.ALERTS
    METRICS: ClassVar = _ALL
    FAILED: ClassVar = FAILED
