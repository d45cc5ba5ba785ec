"""Where CloudFront gets things: the API of each region, the API by latency, the site twice."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3

from infra_cdk.config import Deployment

# The default is three attempts of ten seconds: nobody waits that long for a menu.
ATTEMPTS: Final = 1
CONNECT: Final = Duration.seconds(2)
READ: Final = Duration.seconds(3)
# Behind the latency record, writes wait too, and are not sent twice: as long as the Lambda runs.
WRITE: Final = Duration.seconds(10)
FAIL_OVER: Final = [500, 502, 503, 504]


def origin_id(region: str) -> str:
    """The name by which the edge function chooses a region."""
    return f"api-{region}"


def api(host: str, name: str, read: Duration) -> origins.HttpOrigin:
    """The API by one of its names."""
    return origins.HttpOrigin(
        host,
        origin_id=name,
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        connection_attempts=ATTEMPTS,
        connection_timeout=CONNECT,
        read_timeout=read,
    )


def regional_api(deployment: Deployment, region: str) -> origins.HttpOrigin:
    """The API of one region, healthy or not; the edge function knows which to take."""
    return api(deployment.domain.regional_api(region), origin_id(region), READ)


def site(
    first: s3.IBucket, second: s3.IBucket, control: cloudfront.IOriginAccessControl
) -> origins.OriginGroup:
    """The site from its first bucket, or from its second one."""

    def copy(bucket: s3.IBucket, name: str) -> cloudfront.IOrigin:
        return origins.S3BucketOrigin.with_origin_access_control(
            bucket,
            origin_id=name,
            origin_access_control=control,
            connection_attempts=ATTEMPTS,
            connection_timeout=CONNECT,
        )

    return origins.OriginGroup(
        primary_origin=copy(first, "site-1"),
        fallback_origin=copy(second, "site-2"),
        fallback_status_codes=FAIL_OVER,
    )
