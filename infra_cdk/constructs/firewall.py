"""The web ACL in front of CloudFront. It is global, so it lives in us-east-1 and nowhere else."""

from http import HTTPStatus
from typing import Any, Final

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

# Bodies are read as far as this; what is longer is refused unread.
LARGEST_BODY: Final = 64 * 1024
# Longer than what carte's clients send by GET; the rule of the common set refuses 2,048 bytes.
LONGEST_QUERY: Final = 6 * 1024
# Clients leave an address alone for so long that sent too much: refused requests count, too.
_RETRY_AFTER_S: Final = 60
_INSPECTED: Final = "KB_64"
_MANAGED: Final = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)
# Rules of the common set that would refuse what is right here; they count instead.
_COUNTED: Final = {
    "AWSManagedRulesCommonRuleSet": (
        # The rules for bodies of 8 KB and queries of 2 KB; ours below are for 64 and 6.
        "SizeRestrictions_BODY",
        "SizeRestrictions_QUERYSTRING",
        "NoUserAgent_HEADER",
        # Names, descriptions and addresses of pictures that staff write, in variables. They are
        # data of JSON documents: nothing opens them as a path or an address, and every page
        # escapes them.
        "CrossSiteScripting_BODY",
        "CrossSiteScripting_QUERYARGUMENTS",
        "GenericLFI_BODY",
        "GenericLFI_QUERYARGUMENTS",
        "GenericRFI_BODY",
        "GenericRFI_QUERYARGUMENTS",
    ),
}


class Firewall(Construct):
    """Limits requests of an address, and sizes of body and query; has AWS's managed rules.

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
                wafv2.CfnWebACL.CustomResponseProperty(
                    response_code=HTTPStatus.TOO_MANY_REQUESTS.value,
                    response_headers=[
                        wafv2.CfnWebACL.CustomHTTPHeaderProperty(
                            name="retry-after", value=str(_RETRY_AFTER_S)
                        )
                    ],
                ),
            ),
            self._longer_than(
                "Body",
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                LARGEST_BODY,
                wafv2.CfnWebACL.FieldToMatchProperty(
                    body=wafv2.CfnWebACL.BodyProperty(oversize_handling="MATCH")
                ),
            ),
            *(self._managed(name) for name in _MANAGED),
            self._longer_than(
                "Query",
                HTTPStatus.REQUEST_URI_TOO_LONG,
                LONGEST_QUERY,
                wafv2.CfnWebACL.FieldToMatchProperty(query_string={}),
            ),
        ]
        for priority, rule in enumerate(rules):
            rule["priority"] = priority
        self.arn = wafv2.CfnWebACL(
            self,
            "Acl",
            name="carte",
            scope="CLOUDFRONT",
            description="carte: rate, sizes, AWS managed rules",
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

    def _longer_than(
        self, name: str, status: HTTPStatus, size: int, field: wafv2.CfnWebACL.FieldToMatchProperty
    ) -> dict[str, Any]:
        """Refuse requests of which a part has more bytes, with a status that says so."""
        return self._rule(
            name,
            wafv2.CfnWebACL.StatementProperty(
                size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
                    comparison_operator="GT",
                    size=size,
                    field_to_match=field,
                    text_transformations=[
                        wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
                    ],
                )
            ),
            wafv2.CfnWebACL.CustomResponseProperty(response_code=status.value),
        )

    def _rule(
        self,
        name: str,
        statement: wafv2.CfnWebACL.StatementProperty,
        response: wafv2.CfnWebACL.CustomResponseProperty,
    ) -> dict[str, Any]:
        block = wafv2.CfnWebACL.BlockActionProperty(custom_response=response)
        return {
            "name": name,
            "statement": statement,
            "action": wafv2.CfnWebACL.RuleActionProperty(block=block),
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
