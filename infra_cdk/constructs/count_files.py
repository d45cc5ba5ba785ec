"""The arrival of stock counts: a bucket for CSV files, and a queue with a message for each."""

from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.private_bucket import private_bucket
from infra_cdk.constructs.queues import WorkQueue
from infra_cdk.count_buckets import bucket_name
from services.domain.stock_files.upload_keys import DELIVERIES

ARRIVALS: Final = "counts/"
RESULTS: Final = "results/"
# Lambda developer guide, "Using Lambda with Amazon SQS": at least the Lambda's timeout; six times
# that is advised for batches that wait out throttling. Here a message is one file, at most four run
# at once, and a file that is loaded twice counts once: a second attempt after 90 minutes is worse.
_MARGIN_S: Final = 60
_KEPT_DAYS: Final = 90
_PREFLIGHT_S: Final = 3600  # that browsers remember whom the bucket lets in
_ACKNOWLEDGED: Final = {
    "S1": "Each object is taken once, by one Lambda, whose log names it.",
}


class CountFiles(WorkQueue):
    """The bucket, its queue, and the queue of the files that could not be loaded.

    The bucket has a fixed name, so that people and tills know it, and so that the queue can trust
    it before it is there.

    Attributes:
        arn: the bucket's, known before it is there.
        bucket: `counts/*` in, whatever its name and format, `results/*.json` out.
        queue: one message a file.
        dead_letters: messages of files that failed again and again.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, account: str, region: str, timeout_s: int
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            name="carte-counts",
            of="the queue of count files",
            visibility_s=timeout_s + _MARGIN_S,
            attempts=DELIVERIES,
        )
        name = bucket_name(account, region)
        self.arn = f"arn:{Stack.of(self).partition}:s3:::{name}"
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={
                    "ArnEquals": {"aws:SourceArn": self.arn},
                    "StringEquals": {"aws:SourceAccount": account},
                },
            )
        )
        self.bucket = private_bucket(
            self,
            "Bucket",
            name=name,
            lifecycle=s3.LifecycleRule(
                expiration=Duration.days(_KEPT_DAYS),
                noncurrent_version_expiration=Duration.days(_KEPT_DAYS),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            ),
            # The site's pages POST files here; what they may send is signed (createStockUpload).
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.POST],
                    allowed_origins=["*"],
                    allowed_headers=["*"],
                    max_age=_PREFLIGHT_S,
                )
            ],
            versioned=True,  # two uploads under one key are two files, and both are read
        )
        acknowledge(self.bucket, _ACKNOWLEDGED)
        self._notify_queue()

    def _notify_queue(self) -> None:
        """Notify the queue of new files; by a property, as the construct's own way is a Lambda."""
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)  # noqa: S101 - for the type checker
        # No suffix: S3 compares case, and files that people save as .CSV, .txt or .csv.gz would be
        # ignored without a word. Whatever arrives is answered by a report.
        rules = [("prefix", ARRIVALS)]
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=self.queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(
                            rules=[
                                s3.CfnBucket.FilterRuleProperty(name=part, value=value)
                                for part, value in rules
                            ]
                        )
                    ),
                )
            ]
        )
        # S3 tries the queue at once, and needs the policy for it.
        policy = self.queue.node.find_child("Policy").node.default_child
        assert isinstance(policy, sqs.CfnQueuePolicy)  # noqa: S101 - for the type checker
        resource.add_resource_dependency(policy)
