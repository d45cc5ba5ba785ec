"""Names for all regions but one or two: the nearest healthy region of the others."""

from itertools import combinations, permutations

from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra_cdk.config import Deployment


class WithoutRecords(Construct):
    """Names that leave regions out, as latency records of all others.

    `without-<region>.api.<domain>`, and with a third attempt `without-<one>-<other>.api.<domain>`:
    each record leads to the record of one region that falls with its health (see `Names`), and
    takes that health over; so a set answers with the nearest healthy one of its regions.

    `second-without-<region>.api.<domain>`: the record of each other region leads past the two, so
    the set answers with the second nearest of the others. Which one is nearest goes by latency
    alone; the region that answers is healthy where there is a healthy one.

    `without-<region>.live.<domain>` is the same for live updates.

    Here, because a region's own stack names no other region, and because these aliases need all of
    them to be there.
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        self._domain = domain = deployment.domain
        regions = deployment.regions
        for left_out in regions:
            self._others(regions, left_out)
            for region in regions:
                if region != left_out:
                    self._alias(
                        f"live-{left_out}-{region}",
                        domain.live_without(left_out),
                        region,
                        domain.healthy_live(region),
                    )
        if deployment.has_third:
            for pair in combinations(regions, 2):
                self._others(regions, *pair)
            for left_out, region in permutations(regions, 2):
                self._alias(
                    f"second-{left_out}-{region}",
                    domain.second_without(left_out),
                    region,
                    domain.without(left_out, region),
                )

    def _others(self, regions: tuple[str, ...], *left_out: str) -> None:
        for region in regions:
            if region not in left_out:
                self._alias(
                    "-".join((*left_out, region)),
                    self._domain.without(*left_out),
                    region,
                    self._domain.healthy(region),
                )

    def _alias(self, construct_id: str, name: str, region: str, to: str) -> None:
        route53.CfnRecordSet(
            self,
            construct_id,
            hosted_zone_id=self._domain.zone_id,
            name=f"{name}.",
            type="A",
            region=region,
            set_identifier=region,
            alias_target=route53.CfnRecordSet.AliasTargetProperty(
                dns_name=f"{to}.",
                hosted_zone_id=self._domain.zone_id,
                evaluate_target_health=True,
            ),
        )
