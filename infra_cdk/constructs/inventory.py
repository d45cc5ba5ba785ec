"""The inventory Lambda: loads count files into the local replica, and tells of refused rows."""

from typing import Final

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.count_files import ARRIVALS, RESULTS, CountFiles
from infra_cdk.constructs.menu_api import TABLE_ACTIONS
from infra_cdk.constructs.queues import CONSUMER_ACTIONS

HANDLER: Final = "services.inventory.handler.handler"
TIMEOUT_S: Final = 900  # the longest that Lambda allows: a chain's night count is large
_MEMORY_MB: Final = 1024
# A few files at once leave the table's capacity to reads of menus. All of them write the partitions
# `STOCKIMPORTS` and `UNKNOWN` (docs/data.md, "Shared partitions"): shard these before raising it.
_FILES_AT_ONCE: Final = 4


class Inventory(CarteFunction):
    """Takes the messages about count files, one at a time."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        home: Home,
        files: CountFiles,
        imports: sns.ITopic,
    ) -> None:
        columns = home.deployment.count_columns
        super().__init__(
            scope,
            construct_id,
            home=home,
            name="inventory",
            description="carte: loads stock counts from CSV files",
            handler=HANDLER,
            table_actions=(*TABLE_ACTIONS, "dynamodb:ConditionCheckItem"),
            memory_mb=_MEMORY_MB,
            timeout_s=TIMEOUT_S,
            environment={
                "CARTE_IMPORTS_TOPIC": imports.topic_arn,
                "CARTE_REGIONS": ",".join(home.deployment.regions),
                **({"CARTE_COUNT_COLUMNS": columns} if columns else {}),
            },
        )
        reading = ("s3:GetObject", "s3:GetObjectVersion")
        for actions, prefix in ((reading, ARRIVALS), (("s3:PutObject",), RESULTS)):
            objects = f"{files.arn}/{prefix}*"
            self.allow(actions, objects)
            acknowledge(self, {f"IAM5[Resource::{objects}]": "Any count file, or any result."})
        self.allow(CONSUMER_ACTIONS, files.queue.queue_arn)
        self.allow(("sns:Publish",), imports.topic_arn)
        lambda_.EventSourceMapping(
            self,
            "Arrivals",
            target=self.alias,
            event_source_arn=files.queue.queue_arn,
            batch_size=1,
            report_batch_item_failures=True,
            max_concurrency=_FILES_AT_ONCE,
        )
