"""The prepared tables of the search: a bucket that the menu Lambda fills and reads."""

from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.private_bucket import private_bucket
from services.domain.search.tables_file import FOLDER

# Each change of the directory makes new ones, of 2 MB; those that are still in use after these days
# are made once more.
_KEPT_DAYS: Final = 7
_ACKNOWLEDGED: Final = {
    "S1": "The menu Lambda alone reads and writes it, and what it reads is public: names of stores."
}


class SearchTables(Construct):
    """The bucket of one region; nothing is lost with it, for the Lambda makes what is missing."""

    def __init__(self, scope: Construct, construct_id: str, *, account: str, region: str) -> None:
        super().__init__(scope, construct_id)
        bucket = private_bucket(
            self,
            "Bucket",
            name=search_bucket_name(account, region),
            lifecycle=s3.LifecycleRule(
                expiration=Duration.days(_KEPT_DAYS),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            ),
        )
        acknowledge(bucket, _ACKNOWLEDGED)


def search_bucket_name(account: str, region: str) -> str:
    """Return the name of a region's bucket of tables, known before the bucket is there."""
    return f"carte-search-{account}-{region}"


def search_objects(stack: Stack, account: str, region: str) -> str:
    """Return the ARN of all tables of a region."""
    return f"arn:{stack.partition}:s3:::{search_bucket_name(account, region)}/{FOLDER}*"
