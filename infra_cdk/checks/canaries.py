"""Checks of the canaries: each has its handler, its variables and its bucket, and is started."""

from collections.abc import Iterator
from typing import Final

from infra_cdk.checks import sources
from infra_cdk.checks.model import Cloud, Resource, as_text, listed

_CANARY: Final = "AWS::Synthetics::Canary"


def canaries_have_a_handler(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A canary's handler is a function in the folder that Synthetics wants it in."""
    for canary in cloud.resources(_CANARY):
        handler = as_text(canary.properties["Code"].get("Handler", ""))
        if not sources.handler_exists(f"infra_cdk.canary.python.{handler}"):
            yield canary, f"there is no {handler} in infra_cdk/canary/python"
        if canary.properties.get("StartCanaryAfterCreation") is not True:
            yield canary, "is made and never started"
        given = canary.properties.get("RunConfig", {}).get("EnvironmentVariables", {})
        code = (sources.ROOT / "infra_cdk/canary/python/menu_canary.py").read_text("utf-8")
        for name in ("CARTE_REGION", "CARTE_STORE", "CARTE_URL"):
            if f'environ["{name}"]' in code and not given.get(name):
                yield canary, f"reads {name}, which it is not given"
        if given.get("CARTE_REGION") != canary.region:
            yield canary, f"expects {given.get('CARTE_REGION')} to answer in {canary.region}"


def canaries_wait_for_their_bucket(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A canary, which starts at once, is made after the bucket that it writes its results to."""
    for stack in cloud.stacks:
        buckets = {
            f"s3://{as_text(one.properties.get('BucketName'))}": one.logical_id
            for one in stack.resources("AWS::S3::Bucket")
        }
        for canary in stack.resources(_CANARY):
            bucket = buckets.get(as_text(canary.properties.get("ArtifactS3Location")))
            if bucket is None or bucket not in listed(canary.body.get("DependsOn")):
                yield canary, "may start before its bucket is there"
