"""Check of the buckets: retention, versions, notifications, copies and access, by their purpose."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from infra_cdk.checks.model import Cloud, Resource, as_text, listed, references


class _Use(NamedTuple):
    """What a bucket is for.

    Attributes:
        expires: Whether its files end after a while.
        versioned: Whether older versions are kept.
        notifies: Whether it notifies a queue of new files.
        copies: Whether S3 copies its files to a second bucket.
        lets_in: The service and what it may do; empty: nobody.
    """

    expires: bool
    versioned: bool
    notifies: bool = False
    copies: bool = False
    lets_in: tuple[str, str] = ("", "")


_CLOUDFRONT: Final = ("cloudfront.amazonaws.com", "s3:GetObject")
# The beginning of a bucket's name, to its use.
_USES: Final[Mapping[str, _Use]] = {
    "carte-audit-": _Use(expires=True, versioned=True),
    "carte-canary-": _Use(expires=True, versioned=False),
    "carte-counts-": _Use(expires=True, versioned=True, notifies=True),
    "carte-edge-logs-": _Use(
        expires=True, versioned=False, lets_in=("delivery.logs.amazonaws.com", "s3:PutObject")
    ),
    "carte-pictures-": _Use(expires=False, versioned=True, lets_in=_CLOUDFRONT),
    "carte-search-": _Use(expires=True, versioned=False),
    "carte-site-": _Use(expires=False, versioned=True, lets_in=_CLOUDFRONT),
}
# Their first copies, which are beside the distribution, are copied to the second ones.
_COPIED: Final = ("carte-pictures-", "carte-site-")
_SOURCES: Final = {
    "cloudfront.amazonaws.com": "arn:aws:cloudfront::{account}:distribution/*",
    "delivery.logs.amazonaws.com": "arn:aws:logs:{region}:{account}:delivery-source:carte-edge",
}


def buckets_are_what_they_are_for(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A bucket keeps, versions, notifies and copies as its purpose needs; one service reads it."""
    for stack in cloud.stacks:
        first_copy = any(stack.resources("AWS::CloudFront::Distribution"))
        for bucket in stack.resources("AWS::S3::Bucket"):
            name = as_text(bucket.properties.get("BucketName"))
            found = [use for start, use in _USES.items() if name.startswith(start)]
            if not found:
                yield bucket, f"{name} is of no known use"
                continue
            wanted = found[0]._replace(copies=first_copy and name.startswith(_COPIED))
            policies = [
                one
                for one in stack.resources("AWS::S3::BucketPolicy")
                if bucket.logical_id in references(one.properties.get("Bucket"))
            ]
            if name.startswith("carte-audit-"):
                policies = []  # whom its policy lets in is judged by `audit`
            does = _use_of(bucket.properties, policies)
            if does != wanted:
                yield bucket, f"{name} does {does}, not {wanted}"
            for one in _allowed(policies):
                source = one.get("Condition", {}).get("ArnLike", {}).get("aws:SourceArn")
                expected = _SOURCES.get(wanted.lets_in[0], "").format(
                    account=stack.account, region=stack.region
                )
                if source != expected:
                    yield bucket, f"{name} lets in {source}"


def _use_of(properties: Mapping[str, Any], policies: list[Resource]) -> _Use:
    rules = properties.get("LifecycleConfiguration", {}).get("Rules", [])
    let_in = [
        (as_text(one["Principal"].get("Service")), as_text(one["Action"]))
        for one in _allowed(policies)
    ]
    return _Use(
        any("ExpirationInDays" in one for one in rules),
        properties.get("VersioningConfiguration", {}).get("Status") == "Enabled",
        bool(properties.get("NotificationConfiguration", {}).get("QueueConfigurations")),
        bool(properties.get("ReplicationConfiguration", {}).get("Rules")),
        let_in[0] if let_in else ("", ""),
    )


def _allowed(policies: list[Resource]) -> Iterator[Mapping[str, Any]]:
    for policy in policies:
        for one in listed(policy.properties["PolicyDocument"]["Statement"]):
            if one.get("Effect") == "Allow":
                yield one
