"""What the Lambda of stock alerts did in one invocation: its metrics."""

from typing import ClassVar, Final

from services.domain import log_lines
from services.mail_deliveries import MailReport

LOOKED_AT: Final = "AlertStoresLookedAt"
FAILED: Final = "AlertStoresFailed"
SENT: Final = "AlertMailsSent"
ITEMS: Final = "AlertItemsTold"
REFUSED: Final = "AlertMailsRefused"
DELAYED: Final = "AlertMailsDelayed"
GIVEN_UP: Final = "AlertStoresGivenUp"
REPEATED: Final = "AlertMailsPerhapsRepeated"
TAKEN_OVER: Final = "AlertMailsTakenOver"
_ALL: Final = (
    *(LOOKED_AT, FAILED, SENT, ITEMS, REFUSED, DELAYED, GIVEN_UP, REPEATED),
    TAKEN_OVER,
)


class Report(MailReport):
    """One invocation."""

    COMPONENT: ClassVar = log_lines.ALERTS
    METRICS: ClassVar = _ALL
    FAILED: ClassVar = FAILED
    REFUSED: ClassVar = REFUSED
    DELAYED: ClassVar = DELAYED
    GIVEN_UP: ClassVar = GIVEN_UP
