"""The response headers of every page of the site."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra_cdk.site_policy import YEAR_S, policy_text


class SiteHeaders(Construct):
    """Security headers, with one content security policy."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, directives: Mapping[str, str]
    ) -> None:
        super().__init__(scope, construct_id)
        self.policy = cloudfront.ResponseHeadersPolicy(
            self,
            "Policy",
            response_headers_policy_name=name,
            comment="carte: security headers",
            remove_headers=["server", "x-amz-server-side-encryption", "x-amz-version-id"],
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy_text(directives), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
                    override=True,
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.seconds(YEAR_S),
                    include_subdomains=True,
                    override=True,
                ),
            ),
        )
