"""Delivers notices by AWS: mails to guests by SES, messages to stores and operators by SNS."""

from typing import Any, Final

import orjson
from botocore.exceptions import ClientError

from services.domain.orders.facts import GUEST
from services.domain.orders.notices import Notice, NoticeRefusedError

# What SES answers where the address or the mail as such is wrong. Others may pass, such as an
# identity that is not verified yet.
_FOR_GOOD: Final = frozenset({"BadRequestException", "InvalidParameterValue"})


class AwsNotices:
    """The notices of one region."""

    def __init__(
        self, ses: Any, sns: Any, *, topic: str, mail_from: str, stores_by_mail: bool
    ) -> None:
        """Prepare.

        Args:
            ses: A client of SES, version 2.
            sns: A client of SNS.
            topic: ARN of the topic for stores and operators.
            mail_from: Sender of mails; empty: `send` is never called for guests.
            stores_by_mail: Whether stores and operators get mails too; for the local mailbox.
        """
        self._ses = ses
        self._sns = sns
        self._topic = topic
        self._mail_from = mail_from
        self._stores_by_mail = stores_by_mail

    def send(self, notice: Notice) -> None:
        """Hand a notice to SES or SNS; see `NoticeSender`.

        A message to a store is JSON; its attributes `audience` and `storeId` are for the filters
        of subscriptions.
        """
        if notice.audience == GUEST:
            self._mail(notice, notice.to)
            return
        if self._stores_by_mail:
            domain = self._mail_from.rpartition("@")[2]
            self._mail(notice, f"{notice.audience}-{notice.store_id}@{domain}")
        values = {"audience": notice.audience, "storeId": notice.store_id}
        message = {
            **values,
            "orderId": notice.order_id,
            "topic": notice.topic,
            "subject": notice.subject,
            "text": notice.text,
        }
        self._sns.publish(
            TopicArn=self._topic,
            Message=orjson.dumps(message).decode(),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in values.items()
            },
        )

    def _mail(self, notice: Notice, to: str) -> None:
        def utf8(text: str) -> dict[str, str]:
            return {"Data": text, "Charset": "UTF-8"}

        try:
            self._ses.send_email(
                FromEmailAddress=self._mail_from,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": utf8(notice.subject),
                        "Body": {"Text": utf8(notice.text)},
                    }
                },
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _FOR_GOOD:
                # Not the service's text: it may quote the address.
                raise NoticeRefusedError(f"SES refuses the mail for good: {code}") from None
            raise
