"""Checks that regions stand alone: a lost one must not stop the deployment of the others."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, as_text

_REGION: Final = re.compile(r"\b(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d\b")
_CROSS_REGION: Final = ("Custom::CrossRegionExportReader", "Custom::CrossRegionExportWriter")
# Names that one account has once for all regions, or the world once: type to property.
_GLOBAL_NAMES: Final = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::User": "UserName",
    "AWS::S3::Bucket": "BucketName",
}
_CLOUDFRONT_NAMED: Final = {
    "AWS::CloudFront::CachePolicy": "CachePolicyConfig",
    "AWS::CloudFront::OriginRequestPolicy": "OriginRequestPolicyConfig",
    "AWS::CloudFront::ResponseHeadersPolicy": "ResponseHeadersPolicyConfig",
    "AWS::CloudFront::Function": "",
    "AWS::CloudFront::KeyValueStore": "",
}
# Settings that name other regions: to list them, the issuer of tokens, the buckets of pictures. A
# Lambda calls none of them to answer a menu.
_NAMES_REGIONS: Final = frozenset({"CARTE_REGIONS", "CARTE_OIDC_ISSUER", "CARTE_PICTURE_BUCKETS"})
# What CloudFormation takes.
_MOST_RESOURCES: Final = 500
_MOST_BYTES: Final = 1_000_000
_PICTURES: Final = re.compile(r"carte-pictures-\d{12}-[a-z0-9-]+")
_USER_POOL: Final = re.compile(r"cognito-idp:[a-z0-9-]+:\d{12}:userpool/[a-z0-9-]+_[A-Za-z0-9]+")


def regions_do_not_refer_to_each_other(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A regional stack names no other region, but in some settings and ARNs.

    A user pool has one region, and the Lambdas of all regions ask it for addresses. Pictures have
    buckets in two regions, and each region signs forms for both; nothing is sent to them.
    """
    for stack in cloud.regional():
        for resource in stack.resources():
            for region in sorted(_named_regions(resource.body) - {stack.region}):
                yield resource, f"refers to {region}"


def no_stack_waits_for_another_region(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """No stack imports from another or reads from another region while it is deployed."""
    for resource in cloud.resources():
        if resource.type in _CROSS_REGION:
            yield resource, "reads from another region while it is deployed"
        if "Fn::ImportValue" in as_text(resource.body):
            yield resource, "imports another stack's output, which then cannot change"


def global_names_are_used_once(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A name that an account (or the world) has only once is given by one stack alone."""
    users: defaultdict[tuple[str, str], list[Resource]] = defaultdict(list)
    for resource in cloud.resources():
        name: Any = None
        if resource.type in _GLOBAL_NAMES:
            name = resource.properties.get(_GLOBAL_NAMES[resource.type])
        elif resource.type in _CLOUDFRONT_NAMED:
            inner = _CLOUDFRONT_NAMED[resource.type]
            name = (resource.properties.get(inner, {}) if inner else resource.properties).get(
                "Name"
            )
        if name is not None:
            users[resource.type, as_text(name)].append(resource)
    for (kind, name), resources in users.items():
        for resource in resources[1:]:
            yield resource, f"{kind} {name} is made by {resources[0].stack} already"


def templates_fit(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every template is below CloudFormation's limits: 500 resources, 1 MB."""
    for stack in cloud.stacks:
        resources = list(stack.resources())
        size = len(as_text(stack.template))
        if len(resources) > _MOST_RESOURCES or size > _MOST_BYTES:
            yield resources[0], f"{len(resources)} resources, {size:,} bytes"


def every_stack_has_an_explicit_place(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every stack has its account and region: nothing is looked up, nothing guessed."""
    for stack in cloud.stacks:
        for known, name in ((stack.account, "account"), (stack.region, "region")):
            if known.startswith("unknown-"):
                yield next(stack.resources()), f"has no {name}"


def _named_regions(body: Any) -> set[str]:
    """The regions that a resource names, except in settings that name others on purpose."""
    text = _PICTURES.sub("", _USER_POOL.sub("", as_text(_without_named_regions(body))))
    return set(_REGION.findall(text))


def _without_named_regions(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _without_named_regions(one)
            for key, one in part.items()
            if key not in _NAMES_REGIONS
        }
    if isinstance(part, list):
        return [_without_named_regions(one) for one in part]
    return part
