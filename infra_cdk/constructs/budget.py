"""A budget that writes before the month is over."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_budgets as budgets
from constructs import Construct

# Percent of the budget: what is spent, and what the month will come to.
_THRESHOLDS: Final = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))


class Budget(Construct):
    """Costs of the whole account in a month."""

    def __init__(
        self, scope: Construct, construct_id: str, *, usd: int, addresses: Sequence[str]
    ) -> None:
        super().__init__(scope, construct_id)
        budgets.CfnBudget(
            self,
            "Month",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name="carte",
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type=kind,
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[
                        budgets.CfnBudget.SubscriberProperty(
                            address=address, subscription_type="EMAIL"
                        )
                        for address in addresses
                    ],
                )
                for kind, percent in _THRESHOLDS
            ],
        )
