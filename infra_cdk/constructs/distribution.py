"""CloudFront for the site and the API, under one name."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Annotations, Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk import edge_rules
from infra_cdk.config import Deployment
from infra_cdk.constructs import edge_origins
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.edge_functions import EdgeFunctions
from infra_cdk.constructs.edge_policies import EdgePolicies
from infra_cdk.constructs.site_headers import SiteHeaders
from infra_cdk.sign_in import origins
from infra_cdk.site_policy import GRAPHIQL, PICTURES, connecting

_READS: Final = cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS
# CloudFront developer guide: a group does not fail over "if OPTIONS are not set as a Cached HTTP
# methods".
_READS_KEPT: Final = cloudfront.CachedMethods.CACHE_GET_HEAD_OPTIONS
_HTTPS: Final = cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS
# The site twice, pictures twice, the API for reads: what behaviors name, with the next region for
# reads where there is one. What writes name comes on top.
_WITH_BEHAVIOR: Final = 5
# CloudFront developer guide, "Invalidating content by cache tags": a distribution without
# CacheTagConfig ignores the tags. The header is the one that services/menu_api writes.
CACHE_TAGS: Final = "Cache-Tag"
_ACKNOWLEDGED: Final = {
    "CFR1": "Menus are for everybody.",
    "CFR3": "It has the newer standard logging, which this rule does not know: see EdgeLog.",
}


class Distribution(Construct):
    """The site, pictures, `/graphql` and its paths, `/graphql/persisted/*`, opt-outs, the webhook.

    Persisted reads go to an origin group, so a dead region costs a reader no answer; CloudFront
    does that for GET, HEAD and OPTIONS alone, and the behavior takes nothing else. A mutation is
    safe to repeat, so its client does: at `/graphql/next`, and then at `/graphql/third`, which lead
    to other regions than `/graphql`. All of them follow latency records and their health checks;
    drain flags overrule these at once.

    Attributes:
        distribution: the distribution itself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        certificate: acm.ICertificate,
        copies: tuple[s3.IBucket, s3.IBucket],
        pictures: tuple[s3.IBucket, s3.IBucket],
        firewall_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = EdgeFunctions(self, "Functions", deployment=deployment)
        control = cloudfront.S3OriginAccessControl(
            self, "AccessControl", origin_access_control_name="carte-site"
        )
        site = edge_origins.site(*copies, control)
        domain = deployment.domain
        self._writes = edge_origins.writes(deployment)
        self.distribution = cloudfront.Distribution(
            self,
            "Cdn",
            comment="carte",
            domain_names=[domain.name],
            certificate=certificate,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_ALL,
            web_acl_id=firewall_arn,
            publish_additional_metrics=True,
            error_responses=[
                cloudfront.ErrorResponse(
                    http_status=status, ttl=Duration.seconds(edge_rules.ERROR_TTL_S)
                )
                for status in edge_rules.ERRORS_KEPT
            ],
            default_behavior=self._site(site, "carte-site", connecting(origins(deployment))),
            additional_behaviors={
                "/graphiql*": self._site(site, "carte-graphiql", GRAPHIQL),
                "/graphql/persisted/*": self._persisted(deployment),
                **{
                    path: self._written(origin)
                    for path, origin in zip(edge_rules.WRITE_PATHS, self._writes, strict=True)
                },
                **(
                    {}
                    if deployment.database.strong
                    # The first way of writes: its short wait is enough, and the reader repeats it.
                    else {edge_rules.OPT_OUT_PATH: self._written(self._writes[0])}
                ),
                **(
                    {edge_rules.WEBHOOK_PATH: self._written(edge_origins.webhook(deployment))}
                    if deployment.takes_cards
                    else {}
                ),
                edge_rules.PICTURES_PATH: self._pictures(edge_origins.pictures(*pictures, control)),
            },
        )
        self._add_origins(deployment)
        self._resource().add_property_override(
            "DistributionConfig.CacheTagConfig", {"HeaderName": CACHE_TAGS}
        )
        acknowledge(self, _ACKNOWLEDGED)
        Annotations.of(self).acknowledge_warning(
            "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac",
            "The buckets have their policies already: see SiteBucket and PictureBucket.",
        )

    def _site(
        self, origin: cloudfront.IOrigin, name: str, directives: Mapping[str, str]
    ) -> cloudfront.BehaviorOptions:
        headers = SiteHeaders(self, f"Headers-{name}", name=name, directives=directives)
        return cloudfront.BehaviorOptions(
            origin=origin,
            allowed_methods=_READS,
            cached_methods=_READS_KEPT,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=headers.policy,
            viewer_protocol_policy=_HTTPS,
            function_associations=[
                *self._on_request(self._functions.site_path),
                cloudfront.FunctionAssociation(
                    function=self._functions.site_status,
                    event_type=cloudfront.FunctionEventType.VIEWER_RESPONSE,
                ),
            ],
        )

    def _pictures(self, origin: cloudfront.IOrigin) -> cloudfront.BehaviorOptions:
        """Uploaded pictures; each says of itself that it is kept for a year."""
        headers = SiteHeaders(
            self, "Headers-carte-pictures", name="carte-pictures", directives=PICTURES
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            allowed_methods=_READS,
            cached_methods=_READS_KEPT,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=headers.policy,
            viewer_protocol_policy=_HTTPS,
        )

    def _written(self, origin: cloudfront.IOrigin) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origin,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            # API Gateway answers 403 to a Host that it does not know.
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            viewer_protocol_policy=_HTTPS,
            function_associations=self._on_request(self._functions.choose_region),
        )

    def _persisted(self, deployment: Deployment) -> cloudfront.BehaviorOptions:
        policies = EdgePolicies(self, "Policies")
        return cloudfront.BehaviorOptions(
            origin=edge_origins.reads(deployment),
            allowed_methods=_READS,
            cached_methods=_READS_KEPT,
            cache_policy=policies.cache,
            origin_request_policy=policies.request,
            viewer_protocol_policy=_HTTPS,
            function_associations=self._on_request(self._functions.choose_region),
        )

    def _on_request(self, function: cloudfront.Function) -> list[cloudfront.FunctionAssociation]:
        return [
            cloudfront.FunctionAssociation(
                function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
            )
        ]

    def _resource(self) -> cloudfront.CfnDistribution:
        resource = self.distribution.node.default_child
        assert isinstance(resource, cloudfront.CfnDistribution)  # noqa: S101 - for the type checker
        return resource

    def _add_origins(self, deployment: Deployment) -> None:
        """Add the origins that only the edge function chooses."""
        resource = self._resource()
        known = _WITH_BEHAVIOR + (len(deployment.regions) > 1) + len(set(self._writes))
        known += deployment.takes_cards
        for number, origin in enumerate(edge_origins.while_drained(deployment), known):
            resource.add_property_override(f"DistributionConfig.Origins.{number}", origin)
