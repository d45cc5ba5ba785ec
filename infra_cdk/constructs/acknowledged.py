"""Rules of cdk-nag that a construct knowingly does not follow, each with its reason."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import Construct


def acknowledge(construct: Construct, reasons: Mapping[str, str]) -> None:
    """Silence AwsSolutions rules for a construct and all below it.

    Args:
        construct: what does not follow the rules.
        reasons: short rule id (`APIG4`) to why it does not apply here.
    """
    Validations.of(construct).acknowledge(
        *(
            Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
            for rule, reason in reasons.items()
        )
    )
