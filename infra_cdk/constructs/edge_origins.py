"""The origins of CloudFront: the API under several names, and two copies of the site."""

from collections.abc import Iterator
from typing import Any, Final

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3

from infra_cdk import edge_rules
from infra_cdk.config import Deployment

FAIL_OVER: Final = list(edge_rules.FAIL_OVER)
_CONNECT: Final = Duration.seconds(edge_rules.CONNECT_S)


def api(deployment: Deployment, host: str, name: str, read_s: int) -> origins.HttpOrigin:
    """The API by one of its names."""
    return origins.HttpOrigin(
        host,
        origin_id=name,
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        connection_attempts=edge_rules.ATTEMPTS,
        connection_timeout=_CONNECT,
        read_timeout=Duration.seconds(read_s),
        custom_headers=_shown(deployment),
    )


def reads(deployment: Deployment) -> cloudfront.IOrigin:
    """The API for readers: the nearest healthy region, and after it the next nearest.

    Two names, because a group holds two origins and tries the first one anew for every request. A
    region that Route 53 holds for ill is behind neither, so nobody waits for it.
    """
    domain = deployment.domain
    nearest = api(deployment, domain.api, "api-reads", edge_rules.FIRST_READ_S)
    if len(deployment.regions) == 1:
        return nearest
    return origins.OriginGroup(
        primary_origin=nearest,
        fallback_origin=api(deployment, domain.next_api, "api-next", edge_rules.LAST_READ_S),
        fallback_status_codes=FAIL_OVER,
    )


def writes(deployment: Deployment) -> tuple[origins.HttpOrigin, ...]:
    """The API for the first, second and third attempt of a write, each in another region.

    With fewer regions than attempts, the last attempts begin with the nearest region again.
    """
    domain = deployment.domain
    first = api(deployment, domain.api, "api", edge_rules.FIRST_WRITE_S)
    if len(deployment.regions) == 1:
        return first, first, first
    following = api(deployment, domain.next_api, "api-next-write", edge_rules.FIRST_WRITE_S)
    if not deployment.has_third:
        return first, following, first
    third = api(deployment, domain.third_api, "api-third", edge_rules.LAST_WRITE_S)
    return first, following, third


def webhook(deployment: Deployment) -> origins.HttpOrigin:
    """The API for the payment provider: the nearest healthy region."""
    return api(deployment, deployment.domain.api, "api-webhook", edge_rules.LAST_READ_S)


def while_drained(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """Origins that no behavior names: the edge function does, while regions are drained."""
    domain = deployment.domain
    for region in deployment.regions:
        yield _plain(
            deployment, f"api-{region}", domain.regional_api(region), edge_rules.LAST_READ_S
        )
        if len(deployment.regions) > 1:
            yield _plain(
                deployment, f"without-{region}", domain.without(region), edge_rules.FIRST_READ_S
            )


def _plain(deployment: Deployment, name: str, host: str, read_s: int) -> dict[str, Any]:
    return {
        "Id": name,
        "DomainName": host,
        "ConnectionAttempts": edge_rules.ATTEMPTS,
        "ConnectionTimeout": edge_rules.CONNECT_S,
        "CustomOriginConfig": {
            "OriginProtocolPolicy": "https-only",
            "OriginReadTimeout": read_s,
            "OriginSSLProtocols": ["TLSv1.2"],
        },
        "OriginCustomHeaders": [
            {"HeaderName": header, "HeaderValue": value}
            for header, value in _shown(deployment).items()
        ],
    }


def _shown(deployment: Deployment) -> dict[str, str]:
    """The header by which the API recognizes CloudFront."""
    newest = edge_rules.origin_secret_reference(deployment.edge.origin_secret)
    return {edge_rules.ORIGIN_SHOWN_IN: newest}


def site(
    first: s3.IBucket, second: s3.IBucket, control: cloudfront.IOriginAccessControl
) -> origins.OriginGroup:
    """The site from its first bucket, or from its second one."""
    return origins.OriginGroup(
        primary_origin=_copy(first, "site-1", control),
        fallback_origin=_copy(second, "site-2", control),
        fallback_status_codes=FAIL_OVER,
    )


def pictures(
    first: s3.IBucket, second: s3.IBucket, control: cloudfront.IOriginAccessControl
) -> origins.OriginGroup:
    """Uploaded pictures from their first bucket, or from the second one.

    What the first one does not have, for which S3 answers 403, is requested too: it may have
    been away when the picture was uploaded.
    """
    return origins.OriginGroup(
        primary_origin=_copy(first, "pictures-1", control),
        fallback_origin=_copy(second, "pictures-2", control),
        fallback_status_codes=list(edge_rules.PICTURE_FAIL_OVER),
    )


def _copy(
    bucket: s3.IBucket, name: str, control: cloudfront.IOriginAccessControl
) -> cloudfront.IOrigin:
    return origins.S3BucketOrigin.with_origin_access_control(
        bucket,
        origin_id=name,
        origin_access_control=control,
        connection_attempts=edge_rules.ATTEMPTS,
        connection_timeout=_CONNECT,
    )
