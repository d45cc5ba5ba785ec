"""The site stack: the second copies of site and pictures, in another region than us-east-1."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.constructs.picture_bucket import PictureBucket
from infra_cdk.constructs.site_bucket import SiteBucket


class SiteStack(Stack):
    """Buckets that CloudFront reads when the first ones fail."""

    def __init__(
        self, scope: Construct, construct_id: str, *, account: str, region: str, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        SiteBucket(self, "Site", account=account, region=region)
        PictureBucket(self, "Pictures", account=account, region=region)
