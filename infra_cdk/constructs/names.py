"""The names of one region's API: two custom domains, their certificate and their records."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra_cdk.config import Domain
from infra_cdk.constructs.health import Health
from infra_cdk.constructs.region_records import (
    alias_record,
    certificate_of,
    fall_with,
    leading_record,
)


class Names(Construct):
    """`<region>.api.<domain>` for this region alone, `api.<domain>` for the nearest healthy one.

    Every region owns its part of the shared names: records of its own, found by latency, that fall
    away with the region's health check. Losing a region changes no record.

    `next.api.<domain>` is for clients that got no answer from `api.<domain>`: where this region is
    the nearest healthy one, it leads to the name that leaves this region out (see
    `WithoutRecords`), and so to the next nearest. `third.api.<domain>` leads past that one too.
    `healthy-<region>.api.<domain>` is what those names are made of.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: Domain,
        region: str,
        api: apigateway.RestApi,
        health: Health,
        followed: bool,
        has_third: bool,
    ) -> None:
        """Make them.

        Args:
            scope: what they belong to.
            construct_id: their id there.
            domain: the names.
            region: the AWS region.
            api: what they lead to.
            health: with what the shared names fall.
            followed: whether readers are sent to another region when this one fails.
            has_third: whether a third attempt has a name.
        """
        super().__init__(scope, construct_id)
        certificate = certificate_of(self, domain, domain.api)
        # One custom domain for all names below: API Gateway answers 403 to a name that it lacks.
        below = self._domain("Regional", f"*.{domain.api}", certificate, api)
        zone_id = domain.zone_id
        regional = domain.regional_api(region)
        alias_record(self, "Regional", zone_id=zone_id, name=regional, target=below)
        nearest = self._domain("Shared", domain.api, certificate, api)
        shared = alias_record(self, "Shared", zone_id=zone_id, name=domain.api, target=nearest)
        shared.region = region
        falling = [shared]

        def leading(construct_id: str, name: str, to: str) -> route53.CfnRecordSet:
            return leading_record(
                self, construct_id, zone_id=zone_id, name=name, region=region, to=to
            )

        if followed:
            name = domain.healthy(region)
            healthy = alias_record(self, "Healthy", zone_id=zone_id, name=name, target=below)
            healthy.weight = 1
            falling += [healthy, leading("Next", domain.next_api, domain.without(region))]
        if has_third:
            falling.append(leading("Third", domain.third_api, domain.second_without(region)))
        fall_with(falling, region, health.region_id)

    def _domain(
        self,
        construct_id: str,
        name: str,
        certificate: acm.ICertificate,
        api: apigateway.RestApi,
    ) -> apigateway.DomainName:
        made = apigateway.DomainName(
            self,
            construct_id,
            domain_name=name,
            certificate=certificate,
            endpoint_type=apigateway.EndpointType.REGIONAL,
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        apigateway.BasePathMapping(
            self,
            f"{construct_id}Mapping",
            domain_name=made,
            rest_api=api,
            stage=api.deployment_stage,
        )
        return made
