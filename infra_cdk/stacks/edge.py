"""The edge stack: CloudFront and all that CloudFront wants in us-east-1."""

import json
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.bucket_replication import BucketReplication
from infra_cdk.constructs.distribution import Distribution
from infra_cdk.constructs.edge_alarms import EdgeAlarms
from infra_cdk.constructs.edge_log import EdgeLog
from infra_cdk.constructs.firewall import Firewall
from infra_cdk.constructs.picture_bucket import PictureBucket
from infra_cdk.constructs.site_bucket import SiteBucket, site_bucket_name
from infra_cdk.constructs.site_records import SiteRecords
from infra_cdk.constructs.topics import alarm_topic
from infra_cdk.constructs.without_records import WithoutRecords
from infra_cdk.picture_buckets import bucket_name
from infra_cdk.sign_in import settings

REGION = "us-east-1"


class EdgeStack(Stack):
    """The first copies of site and pictures, the distribution, what belongs to it, and its alarms.

    The second copies are in the stack `carte-site`, which comes first: S3 replicates only into a
    bucket that is there. For that reason nothing is replicated back: a page uploads a picture to
    both buckets, and copying repairs what the second one missed.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        account, domain = deployment.account, deployment.domain
        replica = site_bucket_name(account, deployment.site_replica)
        first = SiteBucket(self, "Site", account=account, region=REGION).bucket
        BucketReplication(
            self,
            "Replication",
            source=first,
            source_name=site_bucket_name(account, REGION),
            to=replica,
            of="the site",
        )
        BucketReplication(
            self,
            "PictureReplication",
            source=PictureBucket(self, "Pictures", account=account, region=REGION).bucket,
            source_name=bucket_name(account, REGION),
            to=bucket_name(account, deployment.site_replica),
            of="pictures",
        )
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=domain.zone_id, zone_name=domain.zone_name
        )
        distribution = Distribution(
            self,
            "Distribution",
            deployment=deployment,
            certificate=acm.Certificate(
                self,
                "Certificate",
                domain_name=domain.name,
                validation=acm.CertificateValidation.from_dns(zone),
            ),
            copies=(
                self._copy("FirstCopy", site_bucket_name(account, REGION), REGION),
                self._copy("SecondCopy", replica, deployment.site_replica),
            ),
            pictures=(
                self._copy("FirstPictures", bucket_name(account, REGION), REGION),
                self._copy(
                    "SecondPictures",
                    bucket_name(account, deployment.site_replica),
                    deployment.site_replica,
                ),
            ),
            firewall_arn=Firewall(self, "Firewall", rate_limit=deployment.edge.rate_limit).arn,
        ).distribution
        EdgeLog(
            self,
            "Log",
            distribution=distribution,
            account=account,
            days=deployment.log_retention_days,
        )
        SiteRecords(self, "Records", zone=zone, name=domain.name, distribution=distribution)
        WithoutRecords(self, "Without", deployment=deployment)
        EdgeAlarms(
            self,
            "Alarms",
            distribution=distribution,
            # Not `carte-alarms`: us-east-1 may be one of the regions.
            topic=alarm_topic(
                self,
                "AlarmTopic",
                name="carte-edge-alarms",
                account=account,
                addresses=deployment.alarm_addresses,
            ),
        )
        CfnOutput(self, "DistributionId", value=distribution.distribution_id)
        CfnOutput(self, "SiteBucket", value=first.bucket_name)
        # `carte deploy` puts these two beside the pages.
        CfnOutput(self, "SignIn", value=json.dumps(settings(deployment)))
        CfnOutput(self, "Operator", value=json.dumps(deployment.operator.facts()))

    def _copy(self, construct_id: str, name: str, region: str) -> s3.IBucket:
        """Return a bucket as CloudFront refers to it; its own policy names its readers."""
        return s3.Bucket.from_bucket_attributes(self, construct_id, bucket_name=name, region=region)
