"""The site stack: the second copy of the site, in another region than us-east-1."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.constructs.site_bucket import SiteBucket


class SiteStack(Stack):
    """A bucket that S3 fills, and that CloudFront reads when the first one fails."""

    def __init__(
        self, scope: Construct, construct_id: str, *, account: str, region: str, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        SiteBucket(self, "Site", account=account, region=region)
