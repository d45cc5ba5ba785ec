"""A bucket with a copy of the uploaded pictures: browsers fill it, CloudFront reads it."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.private_bucket import private_bucket
from infra_cdk.constructs.site_bucket import let_cloudfront_read
from infra_cdk.picture_buckets import bucket_name

_KEPT_DAYS: Final = 30
_PREFLIGHT_S: Final = 3600  # that browsers remember whom the bucket lets in
_ACKNOWLEDGED: Final = {"S1": "CloudFront alone reads it, and has a log."}


class PictureBucket(Construct):
    """One of the two buckets of pictures.

    Pictures never expire: any published version of a catalog may refer to them and be put in force
    again, and no rule of S3 knows which do.

    Attributes:
        bucket: versioned, so that it can be replicated.
    """

    def __init__(self, scope: Construct, construct_id: str, *, account: str, region: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            name=bucket_name(account, region),
            lifecycle=s3.LifecycleRule(
                noncurrent_version_expiration=Duration.days(_KEPT_DAYS),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            ),
            # The site's pages POST files here; what they may send is signed (createPictureUpload).
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.POST],
                    allowed_origins=["*"],
                    allowed_headers=["*"],
                    max_age=_PREFLIGHT_S,
                )
            ],
            versioned=True,
        )
        acknowledge(self.bucket, _ACKNOWLEDGED)
        let_cloudfront_read(self.bucket, account)
