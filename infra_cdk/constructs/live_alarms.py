"""Alarms of live updates: faults, changes that wait or are given up, messages that fail."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.faults import counted, faults
from infra_cdk.constructs.live import LiveUpdates, TopicQueue
from services.domain import log_lines

_MINUTE: Final = Duration.minutes(1)
_FIVE: Final = Duration.minutes(5)
# A change is sent within a second; a minute is a fan-out that does not keep up.
_LATE_S: Final = 60
_REFUSED: Final = 10


class LiveAlarms(Construct):
    """Alarms of the live updates of one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        live: LiveUpdates,
        topics: TopicQueue,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        alarm(
            self,
            "Errors",
            name="live-errors",
            happened="A Lambda of live updates fails: pages that are open are not updated.",
            do="The logs /carte/live and /carte/live-fan-out have the reason (faults). Pages that "
            "are opened anew show the right state; a fan-out is tried three times.",
            metric=cloudwatch.MathExpression(
                expression="FILL(own, 0) + FILL(sockets, 0) + FILL(sends, 0)",
                using_metrics={
                    "own": faults(log_lines.LIVE, _FIVE),
                    "sockets": live.sockets.function.metric_errors(period=_FIVE),
                    "sends": live.fan_out.function.metric_errors(period=_FIVE),
                },
                period=_FIVE,
                label="faults and failed calls",
            ),
            above=0,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "GaveUp",
            name="live-gave-up",
            happened="A change could not be sent to open pages, neither at once nor by its "
            "follow-ups.",
            do="The message in carte-live-dead-letters.fifo names the topic; the log "
            "/carte/live-fan-out has the reason. The next change of the topic sends the whole "
            "state, so nothing is to be repeated.",
            metric=topics.dead_letters.metric_approximate_number_of_messages_visible(
                period=_MINUTE
            ),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "Behind",
            name="live-behind",
            happened="A change waits for more than a minute before it is sent to open pages.",
            do="See carte-live-throttled and carte-live-errors. If neither rings, one store has "
            "very many different subscriptions, or Lambda throttles carte-live-fan-out.",
            metric=topics.queue.metric_approximate_age_of_oldest_message(period=_MINUTE),
            above=_LATE_S,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "PostsFailed",
            name="live-posts-failed",
            happened="Messages to open connections fail again and again.",
            do="The log /carte/live-fan-out counts them (LiveFailed). API Gateway answers 5xx, or "
            "the Lambda lost the right execute-api:ManageConnections.",
            metric=counted("LiveFailed", _FIVE),
            above=_REFUSED,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "Throttled",
            name="live-throttled",
            happened="API Gateway refuses messages to open connections with 429.",
            do="Ask for a higher quota of API requests a second in this region (docs/operations.md,"
            " raise limits). The state is sent again to whom it did not reach, three times within "
            "two minutes.",
            metric=counted("LiveThrottled", _FIVE),
            above=_REFUSED,
            periods=3,
            topic=topic,
        )
