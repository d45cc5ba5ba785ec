"""Delivers notices by AWS: mails to guests by SES, messages to stores and operators by SNS."""

from typing import Any

import orjson

from services.domain.mail import Mail, MailSender
from services.domain.orders.facts import GUEST
from services.domain.orders.notices import Notice


class AwsNotices:
    """The notices of one region."""

    def __init__(
        self, mails: MailSender, sns: Any, *, topic: str, store_domain: str | None
    ) -> None:
        """Prepare.

        Args:
            mails: Sends mails.
            sns: A client of SNS.
            topic: ARN of the topic for stores and operators.
            store_domain: Domain of the addresses at which stores and operators get mails too, for
                the local mailbox; None: they get none.
        """
        self._mails = mails
        self._sns = sns
        self._topic = topic
        self._store_domain = store_domain

    def send(self, notice: Notice) -> None:
        """Hand a notice to SES or SNS; see `NoticeSender`.

        A message to a store is JSON; its attributes `audience` and `storeId` are for the filters
        of subscriptions.
        """
        if notice.audience == GUEST:
            self._mail(notice, notice.to)
            return
        if self._store_domain is not None:
            self._mail(notice, f"{notice.audience}-{notice.store_id}@{self._store_domain}")
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
        self._mails.send(Mail(to, notice.subject, notice.text))
