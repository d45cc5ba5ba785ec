"""The web ACL in front of CloudFront. It is global, so it lives in us-east-1 and nowhere else."""

from typing import Any, Final

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

# Bodies are read as far as this; what is longer is refused unread.
LARGEST_BODY: Final = 64 * 1024
_INSPECTED: Final = "KB_64"
_MANAGED: Final = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)
# Rules of the common set that would refuse what is right here; they count instead.
_COUNTED: Final = {
    # The rule for bodies of 8 KB; ours below is for 64.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY", "NoUserAgent_HEADER"),
}


class Firewall(Construct):
    """Limits an address's requests and a body's size, and has AWS's managed rules.

    Attributes:
        arn: for the distribution.
    """

    def __init__(self, scope: Construct, construct_id: str, *, rate_limit: int) -> None:
        super().__init__(scope, construct_id)
        rules = [
            self._rule(
                "Rate",
                wafv2.CfnWebACL.StatementProperty(
                    rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                        aggregate_key_type="IP", limit=rate_limit, evaluation_window_sec=300
                    )
                ),
            ),
            self._rule(
                "Body",
                wafv2.CfnWebACL.StatementProperty(
                    size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
                        comparison_operator="GT",
                        size=LARGEST_BODY,
                        field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(
                            body=wafv2.CfnWebACL.BodyProperty(oversize_handling="MATCH")
                        ),
                        text_transformations=[
                            wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
                        ],
                    )
                ),
            ),
            *(self._managed(name) for name in _MANAGED),
        ]
        for priority, rule in enumerate(rules):
            rule["priority"] = priority
        self.arn = wafv2.CfnWebACL(
            self,
            "Acl",
            name="carte",
            scope="CLOUDFRONT",
            description="carte: rate, body size, AWS managed rules",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("carte"),
            association_config=wafv2.CfnWebACL.AssociationConfigProperty(
                request_body={
                    "CLOUDFRONT": wafv2.CfnWebACL.RequestBodyAssociatedResourceTypeConfigProperty(
                        default_size_inspection_limit=_INSPECTED
                    )
                }
            ),
            rules=[wafv2.CfnWebACL.RuleProperty(**rule) for rule in rules],
        ).attr_arn

    def _rule(self, name: str, statement: wafv2.CfnWebACL.StatementProperty) -> dict[str, Any]:
        return {
            "name": name,
            "statement": statement,
            "action": wafv2.CfnWebACL.RuleActionProperty(block={}),
            "visibility_config": _visible(name),
        }

    def _managed(self, name: str) -> dict[str, Any]:
        counted = [
            wafv2.CfnWebACL.RuleActionOverrideProperty(
                name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
            )
            for rule in _COUNTED.get(name, ())
        ]
        return {
            "name": name,
            "statement": wafv2.CfnWebACL.StatementProperty(
                managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS", name=name, rule_action_overrides=counted or None
                )
            ),
            "override_action": wafv2.CfnWebACL.OverrideActionProperty(none={}),
            "visibility_config": _visible(name),
        }


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
