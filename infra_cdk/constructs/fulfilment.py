"""Fulfilment of orders: the queue, the Lambda that performs duties, the sweeper, the topic."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs import payment_secret as payments
from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.faults import counted, failures, faults
from infra_cdk.constructs.mail_sender import add_identity, let_send_mails, mail_environment
from infra_cdk.constructs.queues import CONSUMER_ACTIONS, WorkQueue
from infra_cdk.constructs.topics import topic
from services.domain import log_lines
from services.domain.orders.table_indexes import WORK

HANDLER: Final = "services.fulfilment.handler.handler"
SWEEPER_HANDLER: Final = "services.fulfilment.sweeper.handler"
_TIMEOUT_S: Final = 120  # a slow payment provider is waited for
_SWEEPER_TIMEOUT_S: Final = 55  # less than a minute: two sweeps never overlap
_MEMORY_MB: Final = 512
_SILENT_S: Final = 300  # five heartbeats
_UNHEARD_PERIODS: Final = 12  # of five minutes; a deployment of several regions takes that long
_MARGIN_S: Final = 30
# Orders at once leave the table and the account's concurrency to those who read menus.
_ORDERS_AT_ONCE: Final = 20
_TABLE_ACTIONS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
)
_SWEEPER_TABLE_ACTIONS: Final = (
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
)
_MINUTE: Final = Duration.minutes(1)
_FIVE: Final = Duration.minutes(5)
# Work that a lost region has to do itself, and nothing else, is overdue for longer.
_OVERDUE_MINUTES: Final = 15


class OrderQueue(WorkQueue):
    """The queue of orders of which something may be due, one group per order.

    Attributes:
        queue: Filled by the convergence Lambda and the sweeper.
        dead_letters: Orders whose work failed again and again.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            name="carte-orders.fifo",
            of="the queue of orders",
            visibility_s=_TIMEOUT_S + _MARGIN_S,
        )


class Fulfilment(CarteFunction):
    """The Lambda that performs what is due for orders, and the topic of its notices."""

    def __init__(
        self, scope: Construct, construct_id: str, *, home: Home, orders: OrderQueue
    ) -> None:
        notices = topic(scope, "Notices", name="carte-notices")
        mail_from = home.deployment.mail_from
        super().__init__(
            scope,
            construct_id,
            home=home,
            name="fulfilment",
            description="carte: performs what is due for orders, sends notices",
            handler=HANDLER,
            table_actions=_TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={
                "CARTE_REGIONS": ",".join(home.deployment.regions),
                "CARTE_NOTICES_TOPIC": notices.topic_arn,
                **mail_environment(home.deployment),
                **payments.environment(home.deployment),
            },
            works_on_orders=True,
        )
        payments.let_read_the_secret(self, home)
        self.allow(("sns:Publish",), notices.topic_arn)
        if mail_from and home.deployment.mail_identity:
            add_identity(self, home.deployment)
        let_send_mails(self, home)
        self.allow(CONSUMER_ACTIONS, orders.queue.queue_arn)
        lambda_.EventSourceMapping(
            self,
            "Orders",
            target=self.alias,
            event_source_arn=orders.queue.queue_arn,
            batch_size=1,
            report_batch_item_failures=True,
            max_concurrency=_ORDERS_AT_ONCE,
        )


class SweeperFunction(CarteFunction):
    """The Lambda that finds overdue work, and its schedule."""

    def __init__(
        self, scope: Construct, construct_id: str, *, home: Home, orders: OrderQueue
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            home=home,
            name="sweeper",
            description="carte: finds overdue work on orders, also that of lost regions",
            handler=SWEEPER_HANDLER,
            table_actions=_SWEEPER_TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_SWEEPER_TIMEOUT_S,
            environment={
                "CARTE_REGIONS": ",".join(home.deployment.regions),
                "CARTE_ORDER_QUEUE": orders.queue.queue_url,
            },
            works_on_orders=True,
        )
        self.allow(("dynamodb:Query",), f"{home.table.table_arn}/index/{WORK.name}")
        self.allow(("sqs:SendMessage",), orders.queue.queue_arn)
        events.Rule(
            self,
            "Schedule",
            rule_name="carte-sweeper",
            description="Looks for overdue work on orders.",
            schedule=events.Schedule.rate(_MINUTE),
            targets=[targets.LambdaFunction(self.alias, retry_attempts=0)],
        )


class FulfilmentAlarms(Construct):
    """Alarms of the work on orders in one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        orders: OrderQueue,
        fulfilment: Fulfilment,
        sweeper: SweeperFunction,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        alarm(
            self,
            "Errors",
            name="fulfilment-errors",
            happened="The fulfilment Lambda fails.",
            do="The log /carte/fulfilment names the orders (faults); they are tried five times, "
            "and after that every hour at least.",
            metric=failures(
                fulfilment.function,
                faults(log_lines.FULFILMENT, _FIVE),
                _FIVE,
                "orders that failed",
            ),
            above=0,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "GaveUp",
            name="fulfilment-gave-up",
            happened="Work on an order failed five times.",
            do="The message in carte-orders-dead-letters.fifo names the order; the log "
            "/carte/fulfilment has the reason. The sweeper goes on trying: nothing is lost.",
            metric=orders.dead_letters.metric_approximate_number_of_messages_visible(
                period=_MINUTE
            ),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "Overdue",
            name="orders-overdue",
            happened="Work on an order is more than a quarter of an hour late.",
            do="Look whether a region is away: what only that region may do waits for it. Else "
            "see the log /carte/fulfilment: the provider of payments or of mails may be down.",
            metric=counted("OldestDueMinutes", _MINUTE, cloudwatch.Stats.MAXIMUM),
            above=_OVERDUE_MINUTES,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "Silent",
            name="region-silent",
            happened="Nothing that another region wrote has arrived here for more than five "
            "minutes, though each writes every minute.",
            do="See whether a region is lost (carte-unhealthy-<region>); else replication to here "
            "stands still: look at the AWS Health dashboard for DynamoDB. Nothing is lost.",
            metric=counted("RegionSilentSeconds", _MINUTE, cloudwatch.Stats.MAXIMUM),
            above=_SILENT_S,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "Unheard",
            name="region-unheard",
            happened="For an hour, nothing that another region wrote has ever arrived here, or the "
            "sweeper here did not run.",
            do="The log /carte/sweeper names the regions that are heard (living). Deploy the one "
            "that is missing, or take it out of `regions`; else look whether the table has a "
            "replica here and there. Without log lines, look at the rule carte-sweeper.",
            metric=counted("RegionsUnheard", _FIVE, cloudwatch.Stats.MAXIMUM),
            above=0,
            periods=_UNHEARD_PERIODS,
            # Nothing else is published by a sweeper that nobody runs.
            silence=cloudwatch.TreatMissingData.BREACHING,
            topic=topic,
        )
        alarm(
            self,
            "SweeperErrors",
            name="sweeper-errors",
            happened="The sweeper fails, so orders do not expire and lost regions are not "
            "replaced.",
            do="The log /carte/sweeper has the reason; the next minute's run goes on by itself.",
            metric=sweeper.function.metric_errors(period=_MINUTE),
            above=0,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "NoticesFailed",
            name="notices-failed",
            happened="Guests or stores do not get their notices.",
            do="The log /carte/fulfilment has the reason (faults): SES's limits or identity, "
            "or the topic carte-notices. They are tried again for a day.",
            metric=counted("NoticesFailed", _FIVE),
            above=0,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "Contradiction",
            name="orders-contradict",
            happened="The operator got a notice about the money of an order: facts contradict each "
            "other, a refund was refused or failed, or an accepted order is not paid.",
            do="The topic carte-notices names the order and what happened; what to do for each is "
            "in docs/operations.md (carte-orders-contradict).",
            metric=counted("NoticesToOperator", _FIVE),
            above=0,
            topic=topic,
        )
