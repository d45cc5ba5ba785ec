"""The response headers of every page of the site."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

_YEAR: Final = Duration.days(365)
# Everything comes from the site itself; nobody may frame it, and it frames nobody.
SITE: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
# Its editor writes style elements, and runs its checks in workers.
GRAPHIQL: Final[Mapping[str, str]] = {
    **SITE,
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
}


def policy_text(directives: Mapping[str, str]) -> str:
    """A content security policy as the header has it."""
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


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
                    access_control_max_age=_YEAR, include_subdomains=True, override=True
                ),
            ),
        )
