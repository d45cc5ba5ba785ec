"""What the Lambda of notices to people did in one invocation: its metrics."""

from typing import ClassVar, Final

from services.domain import log_lines
from services.mail_deliveries import MailReport

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


class Report(MailReport):
    """One invocation."""

    COMPONENT: ClassVar = log_lines.PEOPLE_NOTICES
    METRICS: ClassVar = _ALL
    FAILED: ClassVar = FAILED
    REFUSED: ClassVar = REFUSED
    DELAYED: ClassVar = DELAYED
    GIVEN_UP: ClassVar = GIVEN_UP
