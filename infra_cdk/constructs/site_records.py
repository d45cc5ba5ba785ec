"""The site's name, for both versions of the internet protocol."""

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct


class SiteRecords(Construct):
    """Records that lead to the distribution."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        zone: route53.IHostedZone,
        name: str,
        distribution: cloudfront.IDistribution,
    ) -> None:
        super().__init__(scope, construct_id)
        target = route53.RecordTarget.from_alias(targets.CloudFrontTarget(distribution))
        route53.ARecord(self, "V4", zone=zone, record_name=f"{name}.", target=target)
        route53.AaaaRecord(self, "V6", zone=zone, record_name=f"{name}.", target=target)
