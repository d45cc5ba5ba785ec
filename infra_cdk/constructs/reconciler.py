"""The reconciler Lambda: compares the replica with its journal, on a schedule."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.convergence import TABLE_ACTIONS
from infra_cdk.constructs.faults import counted

HANDLER: Final = "services.convergence.reconciler.handler"
NAME: Final = "reconciler"
_MEMORY_MB: Final = 1024
_TIMEOUT_S: Final = 300
# A pass over a large table takes several invocations; between two passes one costs a single read.
_EVERY: Final = Duration.minutes(5)
# Operation records are kept for seven days (storage.operations.RETENTION_S): six are left to mend
# the reconciler before a sale that was counted twice cannot be proved any more.
_UNVERIFIED_MINUTES: Final = 24 * 60
# Every run publishes it, so an hour without a figure is an hour without a run.
_SILENT_PERIODS: Final = 12


class ReconcilerFunction(CarteFunction):
    """The reconciler of one region, its schedule and its alarms."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        home: Home,
        dead_letters: sqs.IQueue,
        topic: sns.ITopic,
    ) -> None:
        """Make them.

        Args:
            scope: What they belong to.
            construct_id: Their id there.
            home: The region's table and package.
            dead_letters: Names the stream records that were given up: new ones begin a pass.
            topic: Notified by the alarms.
        """
        super().__init__(
            scope,
            construct_id,
            home=home,
            name=NAME,
            description="carte: compares documents with their journal, repairs what they lack",
            handler=HANDLER,
            table_actions=(*TABLE_ACTIONS, "dynamodb:Scan"),
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={"CARTE_DEAD_LETTERS": dead_letters.queue_url},
        )
        self.allow(("sqs:GetQueueAttributes",), dead_letters.queue_arn)
        events.Rule(
            self,
            "Schedule",
            rule_name=f"carte-{NAME}",
            description="Goes on with the reconciler's pass, or begins one when it is due.",
            schedule=events.Schedule.rate(_EVERY),
            targets=[targets.LambdaFunction(self.alias, retry_attempts=0)],
        )
        alarm(
            self,
            "Found",
            name="reconciler-found",
            happened="Documents lacked writes that are on record: the stream did not repair them.",
            do="They are repaired; the log /carte/reconciler has examples. Find why the stream "
            "lost them: dead letters, a mapping that was off, a restore (docs/operations.md).",
            metric=counted("ReconcilerFound", _EVERY),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "Unverified",
            name="reconciler-behind",
            happened="No pass of the reconciler was completed for a day, or it did not run for an "
            "hour.",
            do="See that the rule carte-reconciler is enabled, and the errors of carte-reconciler. "
            "Mend it within six days: then operation records expire, and a sale counted twice "
            "cannot be proved (docs/operations.md).",
            metric=counted("UnverifiedMinutes", _EVERY, cloudwatch.Stats.MAXIMUM),
            above=_UNVERIFIED_MINUTES,
            periods=_SILENT_PERIODS,
            silence=cloudwatch.TreatMissingData.BREACHING,
            topic=topic,
        )
        alarm(
            self,
            "Errors",
            name="reconciler-errors",
            happened="The reconciler fails.",
            do="The log /carte/reconciler has the reason; each run goes on where the last ended.",
            metric=self.function.metric_errors(period=_EVERY),
            above=0,
            periods=3,
            topic=topic,
        )
