"""The certificate and the records of a region's names, shared by its API and its live updates."""

from collections.abc import Iterable
from typing import Final

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infra_cdk.config import Domain

_TTL_S: Final = "60"


def certificate_of(scope: Construct, domain: Domain, name: str) -> acm.Certificate:
    """Add the certificate of a name and of all names below it.

    Args:
        scope: What it belongs to.
        domain: Whose zone shows that the names are the deployment's.
        name: The name.
    """
    zone = route53.HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=domain.zone_id, zone_name=domain.zone_name
    )
    return acm.Certificate(
        scope,
        "Certificate",
        domain_name=name,
        subject_alternative_names=[f"*.{name}"],
        validation=acm.CertificateValidation.from_dns(zone),
    )


def alias_record(
    scope: Construct,
    construct_id: str,
    *,
    zone_id: str,
    name: str,
    target: apigateway.DomainName | apigatewayv2.DomainName,
) -> route53.CfnRecordSet:
    """Add a record of a name that leads to a custom domain of API Gateway.

    Args:
        scope: What it belongs to.
        construct_id: The record's id there, without `Record`.
        zone_id: Id of the hosted zone.
        name: The name.
        target: The custom domain.
    """
    if isinstance(target, apigateway.DomainName):
        dns_name = target.domain_name_alias_domain_name
        dns_zone = target.domain_name_alias_hosted_zone_id
    else:
        dns_name = target.regional_domain_name
        dns_zone = target.regional_hosted_zone_id
    return route53.CfnRecordSet(
        scope,
        f"{construct_id}Record",
        hosted_zone_id=zone_id,
        name=f"{name}.",
        type="A",
        alias_target=route53.CfnRecordSet.AliasTargetProperty(
            dns_name=dns_name,
            hosted_zone_id=dns_zone,
            evaluate_target_health=False,  # the health check tests more than the gateway does
        ),
    )


def leading_record(
    scope: Construct, construct_id: str, *, zone_id: str, name: str, region: str, to: str
) -> route53.CfnRecordSet:
    """Add a record that leads whoever is nearest to a region to another name.

    No alias: the name that it leads to comes with the edge, after all regions.

    Args:
        scope: What it belongs to.
        construct_id: The record's id there, without `Record`.
        zone_id: Id of the hosted zone.
        name: The name.
        region: The AWS region.
        to: The other name.
    """
    return route53.CfnRecordSet(
        scope,
        f"{construct_id}Record",
        hosted_zone_id=zone_id,
        name=f"{name}.",
        type="CNAME",
        region=region,
        ttl=_TTL_S,
        resource_records=[to],
    )


def fall_with(records: Iterable[route53.CfnRecordSet], region: str, health_check: str) -> None:
    """Have a region's records of shared names fall away with its health check.

    Args:
        records: The records.
        region: The AWS region.
        health_check: Id of the health check.
    """
    for record in records:
        record.set_identifier = region
        record.health_check_id = health_check
