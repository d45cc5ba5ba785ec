"""The bucket of the search's tables: one a region, in every deployment, for the menu Lambda."""

from typing import Any

import pytest

from tests.infra.conftest import ACCOUNT, Assembly

REGIONAL = "carte-us-east-1"  # of both deployments
NAME = f"carte-search-{ACCOUNT}-us-east-1"


@pytest.mark.parametrize("kind", ["assembly", "strong"])
def test_tables_expire_and_the_menu_lambda_alone_may_touch_them(
    kind: str, request: pytest.FixtureRequest
) -> None:
    assembly: Assembly = request.getfixturevalue(kind)
    (bucket,) = (
        one
        for one in assembly.resources(REGIONAL, "AWS::S3::Bucket").values()
        if one["BucketName"] == NAME
    )
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 7
    assert "VersioningConfiguration" not in bucket
    statements: list[dict[str, Any]] = [
        statement
        for policy in assembly.resources(REGIONAL, "AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if NAME in str(statement)
    ]
    (allowed,) = statements
    assert allowed["Action"] == ["s3:GetObject", "s3:PutObject"]
    assert allowed["Resource"] == f"arn:aws:s3:::{NAME}/tables/*"
