"""What a template may say otherwise without anything being otherwise, each with its reason.

Both measurements of the gate (`mutation_run`, `value_run`) ask here whether an edit matters.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

# Texts for people: an edit of nothing else is no edit.
TEXTS: Final = frozenset(
    {
        "Description",
        "description",
        "AlarmDescription",
        "Comment",
        "GroupDescription",
        "Label",
        "Metadata",
    }
)
EQUIVALENT_KEYS: Final = {
    "PolicyName": "an inline policy's name is seen by nobody: it has no other policy beside it",
    "Sid": "a statement's id is a text for people",
    "EmailVerificationMessage": "staff are invited; nobody signs up and gets this text",
    "EmailVerificationSubject": "as above",
    "SmsVerificationMessage": "as above",
    "VerificationMessageTemplate": "as above",
}
EQUIVALENT_VALUES: Final = {
    ("DeletionPolicy", "Delete"): "CloudFormation's default",
    ("UpdateReplacePolicy", "Delete"): "CloudFormation's default",
    ("DocumentFormat", "JSON"): "Systems Manager's default",
    ("ReturnData", True): "CloudWatch's default",
    ("EvaluateTargetHealth", False): "Route 53's default",
    ("Inverted", False): "Route 53's default",
    ("InstanceTenancy", "default"): "EC2's default",
}
# By the type of the resource and the path below `Properties`; `*` is each item of a list.
EQUIVALENT_PROPERTIES: Final = {
    ("AWS::S3::Bucket", "ReplicationConfiguration.Rules.*.Id"): (
        "a bucket has one rule, which needs no name to be told from others: S3 makes one where "
        "none is given (S3 API reference, PutBucketReplication), and nothing reads it: a metric "
        "with the dimension RuleId would be refused by metrics-exist"
    ),
}
# Tags that the CDK writes for people: `Name`, and what it calls a subnet.
_TAGS_FOR_PEOPLE: Final = ("Name", "aws-cdk:")


def without_texts(part: Any) -> Any:
    """Return a part of a template without texts for people."""
    return _stripped(part, loosely=False)


def without_equivalents(template: Mapping[str, Any]) -> Any:
    """Return a template without texts for people, and without what is equivalent to nothing."""
    plain = _stripped(template, loosely=True)
    for body in plain.get("Resources", {}).values():
        for kind, path in EQUIVALENT_PROPERTIES:
            if body.get("Type") == kind:
                _drop(body.get("Properties", {}), path.split("."))
    return plain


def _stripped(part: Any, *, loosely: bool) -> Any:
    if isinstance(part, dict):
        return {
            key: _stripped(one, loosely=loosely)
            for key, one in part.items()
            if not _is_left_out(key, one, loosely=loosely)
        }
    if not isinstance(part, list):
        return part
    return [
        _stripped(one, loosely=loosely) for one in part if not (loosely and _is_tag_for_people(one))
    ]


def _is_left_out(key: str, value: Any, *, loosely: bool) -> bool:
    if key in TEXTS:
        return True
    restated = isinstance(value, str | bool) and (key, value) in EQUIVALENT_VALUES
    return loosely and (key in EQUIVALENT_KEYS or restated)


def _is_tag_for_people(part: Any) -> bool:
    is_tag = isinstance(part, dict) and part.keys() == {"Key", "Value"}
    return is_tag and str(part["Key"]).startswith(_TAGS_FOR_PEOPLE)


def _drop(part: Any, path: Sequence[str]) -> None:
    """Delete what is at a path, where there is something."""
    first, *rest = path
    if first == "*":
        for one in part if isinstance(part, list) else ():
            _drop(one, rest)
    elif isinstance(part, dict) and first in part:
        if rest:
            _drop(part[first], rest)
        else:
            del part[first]
