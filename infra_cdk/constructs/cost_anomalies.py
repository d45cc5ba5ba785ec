"""A monitor that mails when costs rise in a way that the past does not explain."""

import json
from collections.abc import Sequence

from aws_cdk import aws_ce as ce
from constructs import Construct

from infra_cdk.constructs.cost_tags import PROJECT, PROJECT_KEY


class CostAnomalies(Construct):
    """AWS Cost Anomaly Detection over everything that has carte's cost allocation tag.

    A monitor of the tag, and not one of all services, of which an account may have only one. The
    tag must be active in the account's billing (docs/operations.md).
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, usd: int, addresses: Sequence[str]
    ) -> None:
        """Make the monitor and its subscription.

        Args:
            scope: What it belongs to.
            construct_id: Its id there.
            usd: US dollars of an anomaly's whole impact, from which on it is mailed.
            addresses: E-mail addresses that are written to, at most once a day.
        """
        super().__init__(scope, construct_id)
        tags = {"Key": PROJECT_KEY, "Values": [PROJECT], "MatchOptions": ["EQUALS"]}
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name="carte",
            monitor_type="CUSTOM",
            monitor_specification=json.dumps({"Tags": tags}),
        )
        impact = {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": [str(usd)],
        }
        ce.CfnAnomalySubscription(
            self,
            "Subscription",
            subscription_name="carte",
            # Cost Management user guide: single mails at once need a topic, a summary does not.
            frequency="DAILY",
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[
                ce.CfnAnomalySubscription.SubscriberProperty(address=address, type="EMAIL")
                for address in addresses
            ],
            threshold_expression=json.dumps({"Dimensions": impact}),
        )
