"""Faults of rights, each with the check that must find it."""

from typing import Any, Final

from infra_cdk.gate.planting import Faults, Templates, adding, found, grant, removing

_OIDC: Final = "AssumeRolePolicyDocument.Statement.0.Condition.StringEquals"
_SUBJECT: Final = "token.actions.githubusercontent.com:sub"


def _oidc(key: str, value: str) -> Any:
    def plant(templates: Templates) -> None:
        role = found(templates, "AWS::IAM::Role", having=_OIDC, stack="carte-operations")
        document = role["Properties"]["AssumeRolePolicyDocument"]
        document["Statement"][0]["Condition"]["StringEquals"].pop(_SUBJECT)
        document["Statement"][0]["Condition"][key] = {_SUBJECT: value}

    return plant


RIGHTS: Final[Faults] = (
    (
        "a right to everything of a service",
        "no-right-is-a-wildcard",
        adding(grant("dynamodb:*", "arn:aws:dynamodb:eu-west-1:123456789012:table/carte")),
    ),
    (
        "a right on every resource",
        "no-right-is-a-wildcard",
        adding(grant("s3:GetObject", "*")),
    ),
    (
        "a Lambda that any account's API may invoke",
        "services-call-for-this-account-only",
        removing("AWS::Lambda::Permission", "SourceArn"),
    ),
    (
        "a pipeline role for every branch and fork",
        "the-pipeline-role-is-for-one-repository",
        _oidc("StringLike", "repo:example/*"),
    ),
    (
        "a Lambda that may scan the table",
        "the-menu-lambda-never-scans-or-deletes",
        adding(grant("dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:123456789012:table/carte")),
    ),
    (
        "a Lambda that may delete from the table",
        "the-menu-lambda-never-scans-or-deletes",
        adding(grant("dynamodb:DeleteItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/carte")),
    ),
)
