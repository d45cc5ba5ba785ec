"""The names of one region's API: two custom domains, their certificate and their records."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra_cdk.config import Domain
from infra_cdk.constructs.health import Health


class Names(Construct):
    """`<region>.api.<domain>` for this region alone, `api.<domain>` for the nearest healthy one.

    Every region owns its part of the shared name: a record of its own, found by latency, that
    falls away with the region's health check. Losing a region changes no record.
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
    ) -> None:
        super().__init__(scope, construct_id)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=domain.zone_id, zone_name=domain.zone_name
        )
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=domain.api,
            subject_alternative_names=[domain.regional_api(region)],
            validation=acm.CertificateValidation.from_dns(zone),
        )
        self._zone_id = domain.zone_id
        self._name("Regional", domain.regional_api(region), certificate, api)
        record = self._name("Shared", domain.api, certificate, api)
        record.region = region
        record.set_identifier = region
        record.health_check_id = health.region_id

    def _name(
        self,
        construct_id: str,
        name: str,
        certificate: acm.ICertificate,
        api: apigateway.RestApi,
    ) -> route53.CfnRecordSet:
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
        return route53.CfnRecordSet(
            self,
            f"{construct_id}Record",
            hosted_zone_id=self._zone_id,
            name=f"{name}.",
            type="A",
            alias_target=route53.CfnRecordSet.AliasTargetProperty(
                dns_name=made.domain_name_alias_domain_name,
                hosted_zone_id=made.domain_name_alias_hosted_zone_id,
                evaluate_target_health=False,  # the health check asks more than the gateway knows
            ),
        )
