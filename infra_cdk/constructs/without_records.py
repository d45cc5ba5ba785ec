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
    them to be there: Route 53 takes no alias whose target does not exist, and CloudFormation makes
    resources at once that do not depend on each other.
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
            past_both = {
                frozenset(pair): self._others(regions, *pair) for pair in combinations(regions, 2)
            }
            for left_out, region in permutations(regions, 2):
                second = self._alias(
                    f"second-{left_out}-{region}",
                    domain.second_without(left_out),
                    region,
                    domain.without(left_out, region),
                )
                for target in past_both[frozenset((left_out, region))]:
                    second.add_dependency(target)

    def _others(self, regions: tuple[str, ...], *left_out: str) -> list[route53.CfnRecordSet]:
        """Make the records of the regions that are not left out; return them."""
        return [
            self._alias(
                "-".join((*left_out, region)),
                self._domain.without(*left_out),
                region,
                self._domain.healthy(region),
            )
            for region in regions
            if region not in left_out
        ]

    def _alias(self, construct_id: str, name: str, region: str, to: str) -> route53.CfnRecordSet:
        return route53.CfnRecordSet(
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
