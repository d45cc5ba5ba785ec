"""Delivers notices by AWS: mails to guests by SES, messages to stores and operators by SNS."""

from typing import Any

import boto3
import orjson
from botocore.exceptions import ClientError, HTTPClientError

from services.domain.mail import Mail, MailSender, MailUnansweredError
from services.domain.orders.facts import GUEST
from services.domain.orders.notices import Notice
from services.unanswered import ONCE, why_it_may_be_done


def sns_client(region: str) -> Any:
    """Return a client of a region's SNS that sends each message once, whatever comes of it."""
    return boto3.client("sns", region_name=region, config=ONCE)


class AwsNotices:
    """The notices of one region."""

    def __init__(
        self, mails: MailSender, sns: Any, *, topic: str, store_domain: str | None
    ) -> None:
        """Take the ways by which notices leave; nothing is sent yet.

        Args:
            mails: Sends mails.
            sns: A client of SNS, as `sns_client` makes it.
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
        attributes = {
            name: {"DataType": "String", "StringValue": value} for name, value in values.items()
        }
        text = orjson.dumps(message).decode()
        try:
            self._sns.publish(TopicArn=self._topic, Message=text, MessageAttributes=attributes)
        except (ClientError, HTTPClientError) as error:
            if why := why_it_may_be_done(error):
                raise MailUnansweredError(f"SNS {why}") from None
            raise

    def _mail(self, notice: Notice, to: str) -> None:
        self._mails.send(Mail(to, notice.subject, notice.text))
