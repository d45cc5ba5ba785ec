"""CloudFront's cache policy for persisted reads, and the headers that it sends to the API."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

_LONGEST: Final = Duration.hours(1)
_PLACE: Final = ("CloudFront-Viewer-Latitude", "CloudFront-Viewer-Longitude")
# For the trace and for pages of other sites.
_PASSED_ON: Final = ("Origin", "traceparent")


class EdgePolicies(Construct):
    """Policies of the behavior for persisted reads.

    What an answer varies with is in the key (path, `variables`, Accept), and nothing else goes to
    the API, so nobody can make it answer one thing and have another kept. How long an answer is
    kept is its own Cache-Control's to say; without one it is not. CloudFront notes the Cache-Tag of
    each answer (`store:<id>`, `market:<id>`), by which an invalidation finds it.

    Attributes:
        cache: what is kept.
        request: what is passed on.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.cache = cloudfront.CachePolicy(
            self,
            "Persisted",
            cache_policy_name="carte-persisted",
            comment="carte: persisted reads, by path, variables and media type",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=_LONGEST,
            query_string_behavior=cloudfront.CacheQueryStringBehavior.allow_list("variables"),
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list("Accept"),
            cookie_behavior=cloudfront.CacheCookieBehavior.none(),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )
        # The edge function sees only those headers of CloudFront that a policy names.
        self.request = cloudfront.OriginRequestPolicy(
            self,
            "PersistedRequest",
            origin_request_policy_name="carte-persisted",
            comment="carte: the viewer's place, and what a trace needs",
            header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list(*_PLACE, *_PASSED_ON),
            query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.none(),
            cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
        )
