"""The names of one region's live updates: custom domains of its WebSocket API, and records."""

from typing import Final

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from constructs import Construct

from infra_cdk.config import Domain
from infra_cdk.constructs.region_records import (
    alias_record,
    certificate_of,
    fall_with,
    leading_record,
)
from infra_cdk.edge_rules import WRITE_PATHS

# The mapping of a WebSocket API is the path at which its clients connect.
MAPPING: Final = WRITE_PATHS[0].removeprefix("/")


class LiveNames(Construct):
    """`live.<domain>` for the nearest healthy region, `<region>.live.<domain>` for this one.

    Names of their own: API Gateway maps a custom domain to WebSocket APIs or to others, never to
    both (developer guide, "Custom domain names for WebSocket APIs in API Gateway"). Records fall
    with the health of the region, as those of the API do (see `Names`): a WebSocket API answers no
    request that a health check could make.

    `next.live.<domain>` leads past the nearest region, for clients that lost their connection and
    come by `/graphql/next`: they need not wait for health checks and DNS.

    `healthy-<region>.live.<domain>` is what the names are made of that leave a region out (see
    `WithoutRecords`).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: Domain,
        region: str,
        stage: apigatewayv2.WebSocketStage,
        health_check: str,
        followed: bool,
    ) -> None:
        """Make the domains and records.

        Args:
            scope: What they belong to.
            construct_id: Their id there.
            domain: The names.
            region: The AWS region.
            stage: The stage of the WebSocket API that the names lead to.
            health_check: Id of the health check with which the shared names fall.
            followed: Whether there is another region to which clients can be sent.
        """
        super().__init__(scope, construct_id)
        self._stage = stage
        certificate = certificate_of(self, domain, domain.live)
        below = self._domain("Regional", f"*.{domain.live}", certificate)
        zone_id = domain.zone_id
        regional = domain.regional_live(region)
        alias_record(self, "Regional", zone_id=zone_id, name=regional, target=below)
        nearest = self._domain("Shared", domain.live, certificate)
        shared = alias_record(self, "Shared", zone_id=zone_id, name=domain.live, target=nearest)
        shared.region = region
        falling = [shared]
        if followed:
            name = domain.healthy_live(region)
            healthy = alias_record(self, "Healthy", zone_id=zone_id, name=name, target=below)
            healthy.weight = 1
            following = leading_record(
                self,
                "Next",
                zone_id=zone_id,
                name=domain.next_live,
                region=region,
                to=domain.live_without(region),
            )
            falling += [healthy, following]
        fall_with(falling, region, health_check)

    def _domain(
        self, construct_id: str, name: str, certificate: acm.ICertificate
    ) -> apigatewayv2.DomainName:
        made = apigatewayv2.DomainName(
            self,
            construct_id,
            domain_name=name,
            certificate=certificate,
            endpoint_type=apigatewayv2.EndpointType.REGIONAL,
            security_policy=apigatewayv2.SecurityPolicy.TLS_1_2,
        )
        apigatewayv2.ApiMapping(
            self,
            f"{construct_id}Mapping",
            api=self._stage.api,
            domain_name=made,
            stage=self._stage,
            api_mapping_key=MAPPING,
        )
        return made
