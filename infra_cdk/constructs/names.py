"""The names of one region's API: two custom domains, their certificate and their records."""

from typing import Final

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra_cdk.config import Domain
from infra_cdk.constructs.health import Health

TTL_S: Final = "60"


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
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=domain.zone_id, zone_name=domain.zone_name
        )
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=domain.api,
            subject_alternative_names=[f"*.{domain.api}"],
            validation=acm.CertificateValidation.from_dns(zone),
        )
        self._zone_id = domain.zone_id
        # One custom domain for all names below: API Gateway answers 403 to a name that it lacks.
        below = self._domain("Regional", f"*.{domain.api}", certificate, api)
        self._record("Regional", domain.regional_api(region), below)
        nearest = self._domain("Shared", domain.api, certificate, api)
        shared = self._record("Shared", domain.api, nearest)
        shared.region = region
        falling = [shared]
        if followed:
            healthy = self._record("Healthy", domain.healthy(region), below)
            healthy.weight = 1
            following = self._leading("Next", domain.next_api, region, domain.without(region))
            falling += [healthy, following]
        if has_third:
            past_both = domain.second_without(region)
            falling.append(self._leading("Third", domain.third_api, region, past_both))
        for record in falling:
            record.set_identifier = region
            record.health_check_id = health.region_id

    def _leading(self, construct_id: str, name: str, region: str, to: str) -> route53.CfnRecordSet:
        """A latency record that leads to another name.

        No alias: the name that it leads to comes with the edge, after all regions.
        """
        return route53.CfnRecordSet(
            self,
            f"{construct_id}Record",
            hosted_zone_id=self._zone_id,
            name=f"{name}.",
            type="CNAME",
            region=region,
            ttl=TTL_S,
            resource_records=[to],
        )

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

    def _record(
        self, construct_id: str, name: str, made: apigateway.DomainName
    ) -> route53.CfnRecordSet:
        return route53.CfnRecordSet(
            self,
            f"{construct_id}Record",
            hosted_zone_id=self._zone_id,
            name=f"{name}.",
            type="A",
            alias_target=route53.CfnRecordSet.AliasTargetProperty(
                dns_name=made.domain_name_alias_domain_name,
                hosted_zone_id=made.domain_name_alias_hosted_zone_id,
                evaluate_target_health=False,  # the health check tests more than the gateway does
            ),
        )
