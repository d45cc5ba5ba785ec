"""Stock alerts of one region: the queue of stores, the Lambda that mails, and its alarms."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.faults import counted, failures, faults
from infra_cdk.constructs.mail_sender import let_send_mails, mail_environment
from infra_cdk.constructs.queues import CONSUMER_ACTIONS, WorkQueue
from services.domain import log_lines

HANDLER: Final = "services.alerts.handler.handler"
_TIMEOUT_S: Final = 25  # less than API Gateway waits
_MARGIN_S: Final = 30
_MEMORY_MB: Final = 512
# Mails are few; more at once would only meet the limit of SES.
_INVOCATIONS_AT_ONCE: Final = 2
# Most messages of a night wait for the end of quiet hours, and are sent on without a look.
_BATCH: Final = 5
_TABLE_ACTIONS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
)
_MINUTE: Final = Duration.minutes(1)
_FIVE: Final = Duration.minutes(5)


class AlertQueue(WorkQueue):
    """The queue of stores in which something sold out or is back.

    Attributes:
        queue: Filled by the convergence Lambda, and by the Lambda of alerts with what must wait.
        dead_letters: Stores whose subscribers could not be mailed again and again.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            name="carte-stock-alerts",
            of="the queue of stock alerts",
            visibility_s=_TIMEOUT_S + _MARGIN_S,
        )


class StockAlerts(CarteFunction):
    """The Lambda that mails subscribers to stock alerts, and takes their opt-outs.

    Without a sender of mails, or without a domain for the opt-out link, it mails nobody.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, home: Home, alerts: AlertQueue
    ) -> None:
        deployment = home.deployment
        super().__init__(
            scope,
            construct_id,
            home=home,
            name="alerts",
            description="carte: mails what sold out and what is back",
            handler=HANDLER,
            table_actions=_TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={
                "CARTE_REGIONS": ",".join(deployment.regions),
                "CARTE_ALERT_QUEUE": alerts.queue.queue_url,
                **mail_environment(deployment),
            },
            works_on_orders=True,
        )
        # The identity itself is made with the Lambda of fulfilment.
        let_send_mails(self, home)
        self.allow((*CONSUMER_ACTIONS, "sqs:SendMessage"), alerts.queue.queue_arn)
        lambda_.EventSourceMapping(
            self,
            "Stores",
            target=self.alias,
            event_source_arn=alerts.queue.queue_arn,
            batch_size=_BATCH,
            report_batch_item_failures=True,
            max_concurrency=_INVOCATIONS_AT_ONCE,
        )


class StockAlertAlarms(Construct):
    """Alarms of the stock alerts of one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alerts: AlertQueue,
        function: StockAlerts,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        alarm(
            self,
            "Errors",
            name="alerts-errors",
            happened="Stock alerts fail: subscribers do not learn what sold out.",
            do="The log /carte/alerts has the reason (faults): SES's limits or identity, or the "
            "table. Each store is tried five times.",
            metric=failures(
                function.function, faults(log_lines.ALERTS, _FIVE), _FIVE, "stores that failed"
            ),
            above=0,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "GaveUp",
            name="alerts-gave-up",
            happened="The subscribers of a store could not be mailed after five attempts.",
            do="The message in carte-stock-alerts-dead-letters names the store; the log "
            "/carte/alerts has the reason. Send the message to carte-stock-alerts again: nothing "
            "is mailed twice.",
            metric=alerts.dead_letters.metric_approximate_number_of_messages_visible(
                period=_MINUTE
            ),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "Refused",
            name="alert-mails-refused",
            happened="SES refuses a stock alert for good.",
            do="The log /carte/alerts names the subscriber (faults); correct or remove the address "
            "(updateStockAlerts).",
            metric=counted("AlertMailsRefused", _FIVE),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "TooLate",
            name="alert-mails-too-late",
            happened="Subscribers of a store were not mailed for a day what sold out or is back, "
            "and are not any more.",
            do="The log /carte/alerts names the store (faults), and its lines of the day before "
            "say why: SES's limits (AlertMailsDelayed), or no answer. The store's next change is "
            "mailed with what they do not know; until then tell them another way.",
            metric=counted("AlertStoresGivenUp", _FIVE),
            above=0,
            topic=topic,
        )
