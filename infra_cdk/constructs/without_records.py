"""Names for all regions but one: the nearest healthy region of the others."""

from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra_cdk.config import Deployment


class WithoutRecords(Construct):
    """`without-<region>.api.<domain>` for each region, as latency records of all others.

    Each leads to the record of one region that falls with its health (see `Names`), and takes that
    health over; so a set answers with the nearest healthy one of its regions. Here, because a
    region's own stack names no other region, and because these aliases need all of them to be
    there.
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        domain = deployment.domain
        for left_out in deployment.regions:
            for region in deployment.regions:
                if region == left_out:
                    continue
                route53.CfnRecordSet(
                    self,
                    f"{left_out}-{region}",
                    hosted_zone_id=domain.zone_id,
                    name=f"{domain.without(left_out)}.",
                    type="A",
                    region=region,
                    set_identifier=region,
                    alias_target=route53.CfnRecordSet.AliasTargetProperty(
                        dns_name=f"{domain.healthy(region)}.",
                        hosted_zone_id=domain.zone_id,
                        evaluate_target_health=True,
                    ),
                )
