"""The buckets of the CDK's bootstrap stacks, in which `carte deploy` keeps its record."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.journal import Journal
from tests.unit.infra_cdk.assembly import ACCOUNT

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-1")


@contextmanager
def bootstrapped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account of moto with the bootstrap bucket of each of these regions."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        for region in REGIONS:
            where: Any = {"LocationConstraint": region}
            boto3.client("s3", region).create_bucket(
                Bucket=bucket_of(region),
                **({} if region == "us-east-1" else {"CreateBucketConfiguration": where}),
            )
        yield


def bucket_of(region: str) -> str:
    """The name of a region's bootstrap bucket."""
    return f"cdk-hnb659fds-assets-{ACCOUNT}-{region}"


def journal() -> Journal:
    """The account's journal, as a machine sees it that never deployed."""
    return Journal(Account(ACCOUNT))


def kept(region: str, key: str) -> Any:
    """What an object of a region's bootstrap bucket holds."""
    found = boto3.client("s3", region).get_object(Bucket=bucket_of(region), Key=key)
    return json.loads(found["Body"].read())


def lose(region: str) -> None:
    """Empty a region's bootstrap bucket."""
    s3 = boto3.client("s3", region)
    for one in s3.list_objects_v2(Bucket=bucket_of(region)).get("Contents", []):
        s3.delete_object(Bucket=bucket_of(region), Key=one["Key"])
