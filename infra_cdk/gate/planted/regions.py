"""Faults of what should stand alone, each with the check that must find it."""

from typing import Final

from infra_cdk.gate.planting import Faults, Templates, found, grant, setting

_HERE: Final = "carte-eu-west-1"


def _same_role_everywhere(templates: Templates) -> None:
    for name in ("carte-us-east-1", _HERE):
        found(templates, "AWS::IAM::Role", stack=name)["Properties"]["RoleName"] = "carte-menu"


REGIONS: Final[Faults] = (
    (
        "a regional stack that names another region",
        "regions-do-not-refer-to-each-other",
        setting("AWS::SNS::Topic", "DisplayName", "mirrors us-east-1", stack=_HERE),
    ),
    (
        "a stack that imports another one's output",
        "no-stack-waits-for-another-region",
        setting("AWS::SNS::Topic", "DisplayName", {"Fn::ImportValue": "other"}, stack=_HERE),
    ),
    (
        "the same role name in two regions of one account",
        "global-names-are-used-once",
        _same_role_everywhere,
    ),
    (
        "a template with too many resources",
        "templates-fit",
        lambda templates: templates[_HERE]["Resources"].update(
            {f"Planted{number}": grant("s3:GetObject", "arn:aws:s3:::x") for number in range(500)}
        ),
    ),
)
