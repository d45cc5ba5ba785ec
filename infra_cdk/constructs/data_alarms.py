"""Alarms on the data behind the menus: replication, repairs, count files, sold-out alerts."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.convergence import Convergence
from infra_cdk.constructs.count_files import CountFiles
from infra_cdk.constructs.faults import counted, failures, faults
from infra_cdk.constructs.inventory import Inventory
from services.domain import log_lines

_MINUTE: Final = Duration.minutes(1)
_FIVE: Final = Duration.minutes(5)
# Over all receiving regions: no region is named, so adding one changes nothing.
_LATEST: Final = (
    'SELECT MAX(ReplicationLatency) FROM SCHEMA("AWS/DynamoDB", ReceivingRegion, TableName) '
    "WHERE TableName = '{table}'"
)
_LATE_MS: Final = 30_000
_BEHIND_MS: Final = 60_000
# A few conflicts a minute are a chain at work; hundreds are a region that writes in a loop or a
# clock that is wrong.
_REPAIRS: Final = 500


class DataAlarms(Construct):
    """Alarms of one region's table, convergence and count files."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        table: str,
        replicated: bool,
        convergence: Convergence,
        topic: sns.ITopic,
    ) -> None:
        """Make them.

        Args:
            scope: what they belong to.
            construct_id: their id there.
            table: name of the table.
            replicated: Whether DynamoDB reports how late the other replicas are.
            convergence: the stream Lambda.
            topic: The topic that the alarms notify.
        """
        super().__init__(scope, construct_id)
        self._topic = topic
        if replicated:
            self._replication(table)
        self._convergence(convergence)
        self._counted()

    def _replication(self, table: str) -> None:
        query = _LATEST.format(table=table)
        alarm(
            self,
            "Replication",
            name="replication-late",
            happened="Writes of this region reach another one more than 30 seconds late.",
            do="See in the dashboard which region receives late, and the AWS Health dashboard for "
            "DynamoDB there; nothing is lost, convergence joins what arrives late.",
            metric=cloudwatch.MathExpression(
                expression=query, using_metrics={}, period=_MINUTE, label="milliseconds late"
            ),
            above=_LATE_MS,
            periods=3,
            topic=self._topic,
        )

    def _convergence(self, convergence: Convergence) -> None:
        function = convergence.function
        alarm(
            self,
            "ConvergenceErrors",
            name="convergence-errors",
            happened="The convergence Lambda fails.",
            do="The log /carte/convergence names the records (faults); they are retried, and after "
            "six hours given up into carte-convergence-dead-letters.",
            metric=failures(
                function,
                faults(log_lines.CONVERGENCE, _FIVE),
                _FIVE,
                "batches that failed or stopped",
            ),
            above=0,
            periods=3,
            topic=self._topic,
        )
        alarm(
            self,
            "ConvergenceBehind",
            name="convergence-behind",
            happened="The convergence Lambda reads the stream more than a minute late, so repairs "
            "and sold-out alerts are late too.",
            do="Look for errors and throttles of carte-convergence; an import passes by itself.",
            metric=function.metric(
                "IteratorAge", period=_MINUTE, statistic=cloudwatch.Stats.MAXIMUM
            ),
            above=_BEHIND_MS,
            periods=5,
            topic=self._topic,
        )
        alarm(
            self,
            "ConvergenceThrottled",
            name="convergence-throttled",
            happened="Lambda refuses calls of the convergence Lambda: too many run at once.",
            do="Ask for a higher limit of concurrent executions (docs/operations.md).",
            metric=function.metric_throttles(period=_FIVE),
            above=0,
            periods=3,
            topic=self._topic,
        )
        alarm(
            self,
            "ConvergenceGaveUp",
            name="convergence-gave-up",
            happened="Stream records were given up: what last-writer-wins dropped in them is not "
            "repaired by the stream.",
            do="Within a day, read the message in carte-convergence-dead-letters and mend the "
            "cause. The region's reconciler begins a pass by itself; where that was before the "
            "cause was mended, run it again (docs/operations.md).",
            metric=convergence.dead_letters.metric_approximate_number_of_messages_visible(
                period=_MINUTE
            ),
            above=0,
            topic=self._topic,
        )

    def _counted(self) -> None:
        self._count(
            "Repairs",
            name="repairs",
            metric=log_lines.REPAIRS,
            above=_REPAIRS,
            happened="Far more conflicting writes than usual were repaired in five minutes.",
            do="Nothing is lost; find what writes the same documents in two regions at once: the "
            "log /carte/convergence counts repairs by type of document.",
        )
        self._count(
            "Skipped",
            name="convergence-skipped",
            metric="Skipped",
            above=0,
            happened="The convergence Lambda skipped a record that it cannot read.",
            do="The log /carte/convergence names it (faults): a newer version's document, or an "
            "item that somebody wrote by hand.",
        )
        self._count(
            "AlertsFailed",
            name="sold-out-alerts-failed",
            metric="AlertsFailed",
            above=0,
            happened="Sold-out alerts could not be published.",
            do="The log /carte/convergence has the reason; the topic is carte-sold-out.",
        )

    def _count(
        self, construct_id: str, *, name: str, metric: str, above: int, happened: str, do: str
    ) -> None:
        """An alarm on what the convergence Lambda counts in its log lines."""
        alarm(
            self,
            construct_id,
            name=name,
            happened=happened,
            do=do,
            metric=counted(metric, _FIVE),
            above=above,
            topic=self._topic,
        )


class CountFileAlarms(Construct):
    """Alarms of the count files of one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        files: CountFiles,
        inventory: Inventory,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        alarm(
            self,
            "InventoryErrors",
            name="inventory-errors",
            happened="A count file could not be loaded, and is tried again.",
            do="The log /carte/inventory names the file and the reason; it is tried five times.",
            metric=failures(
                inventory.function,
                counted("CountFilesFailed", _FIVE),
                _FIVE,
                "count files that failed",
            ),
            above=0,
            topic=topic,
        )
        alarm(
            self,
            "CountFilesGaveUp",
            name="count-files-gave-up",
            happened="A count file could not be loaded after five attempts.",
            do="The message in carte-counts-dead-letters names it; mend the file or the cause and "
            "upload it again: what was loaded already is not counted twice.",
            metric=files.dead_letters.metric_approximate_number_of_messages_visible(period=_MINUTE),
            above=0,
            topic=topic,
        )
