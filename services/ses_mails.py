"""Sends mails by Amazon SES, for all Lambdas that write to people."""

from typing import Any, Final, Self

import boto3
from botocore.exceptions import ClientError, HTTPClientError

from services.domain.mail import Mail, MailRefusedError, MailsLimitedError, MailUnansweredError
from services.unanswered import ONCE, why_it_may_be_done

# What SES answers where the address or the mail as such is wrong.
_FOR_GOOD: Final = frozenset({"BadRequestException", "InvalidParameterValue", "MessageRejected"})
# `MessageRejected` is also its answer where the sender, or in the sandbox the receiver, is not
# verified ("Email address is not verified. The following identities failed the check ..."): that
# is a fault of the deployment, and the mail is sent when it is mended.
_UNVERIFIED: Final = "not verified"
# What it answers above its rate, or above the quota of a day.
_LIMITED: Final = frozenset(
    {"LimitExceededException", "ThrottlingException", "TooManyRequestsException"}
)


def ses_client(region: str) -> Any:
    """Return a client of a region's SES that sends each mail once, whatever comes of it."""
    return boto3.client("sesv2", region_name=region, config=ONCE)


class SesMails:
    """The mails of one region."""

    @classmethod
    def of_region(cls, region: str, mail_from: str) -> Self:
        """Return the mails of a region of AWS, from this sender; each is handed over once."""
        return cls(ses_client(region), mail_from)

    def __init__(self, ses: Any, mail_from: str) -> None:
        """Take the client and the sender; nothing is sent yet.

        Args:
            ses: A client of SES, version 2, as `ses_client` makes it.
            mail_from: The sender's address.
        """
        self._ses = ses
        self._mail_from = mail_from

    def send(self, mail: Mail) -> None:
        """Hand a mail to SES; see `MailSender`."""
        simple: dict[str, Any] = {
            "Subject": _utf8(mail.subject),
            "Body": {"Text": _utf8(mail.text)},
        }
        if mail.html:
            simple["Body"]["Html"] = _utf8(mail.html)
        if mail.headers:
            simple["Headers"] = [
                {"Name": name, "Value": value} for name, value in mail.headers.items()
            ]
        try:
            self._ses.send_email(
                FromEmailAddress=self._mail_from,
                Destination={"ToAddresses": [mail.to]},
                Content={"Simple": simple},
            )
        except ClientError as error:
            answered = error.response.get("Error", {})
            code = answered.get("Code", "")
            if code in _FOR_GOOD and _UNVERIFIED not in answered.get("Message", ""):
                # Not the service's text: it may quote the address.
                raise MailRefusedError(f"SES refuses the mail for good: {code}") from None
            if code in _LIMITED:
                raise MailsLimitedError(f"SES takes no more mails for now: {code}") from None
            if why := why_it_may_be_done(error):
                raise MailUnansweredError(f"SES {why}") from None
            raise
        except HTTPClientError as error:
            raise MailUnansweredError(f"SES {why_it_may_be_done(error)}") from None


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
