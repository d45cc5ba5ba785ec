"""What the fulfilment Lambda did in one invocation: its metrics."""

from typing import ClassVar, Final

from services.configuration.invocation_report import InvocationReport
from services.domain import log_lines

ORDERS: Final = "OrdersWorked"
FAILED: Final = "OrdersFailed"
DONE: Final = log_lines.DUTIES_DONE
NO_PROVIDER: Final = "DutiesWithoutProvider"
UNKNOWN: Final = "OutcomesUnknown"
TAKEN_OVER: Final = "DutiesTakenOver"
SENT: Final = "NoticesSent"
NOTICES_FAILED: Final = "NoticesFailed"
NOBODY: Final = "NoticesToNobody"
REPEATED: Final = "NoticesRepeated"
TO_OPERATOR: Final = "NoticesToOperator"
_ALL: Final = (
    *(ORDERS, FAILED, DONE, NO_PROVIDER, UNKNOWN, TAKEN_OVER),
    *(SENT, NOTICES_FAILED, NOBODY, REPEATED, TO_OPERATOR),
)


class Report(InvocationReport):
    """One invocation."""

    COMPONENT: ClassVar = log_lines.FULFILMENT
    METRICS: ClassVar = _ALL
    FAILED: ClassVar = FAILED
