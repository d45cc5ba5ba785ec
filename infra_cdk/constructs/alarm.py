"""An alarm with its description, a remedy, and the topic that it notifies."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from services.domain.watching.metrics import ALARM_PREFIX


def alarm(
    scope: Construct,
    construct_id: str,
    *,
    name: str,
    happened: str,
    do: str,
    metric: cloudwatch.IMetric,
    above: float,
    periods: int = 1,
    silence: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    topic: sns.ITopic,
) -> cloudwatch.Alarm:
    """Make an alarm that rings above a value, and notifies again when it is over.

    Missing data is no alarm by default: most of these metrics exist only while something goes
    wrong, and a region that publishes nothing is found by its health check and its canary.

    Args:
        scope: what it belongs to.
        construct_id: its id there.
        name: its name is `carte-<name>`.
        happened: a sentence for whoever is woken.
        do: a sentence that says what to do first.
        metric: what to look at, with its period.
        above: rings above this.
        periods: periods in a row.
        silence: What missing data means.
        topic: Notified of both.
    """
    made = cloudwatch.Alarm(
        scope,
        construct_id,
        alarm_name=f"{ALARM_PREFIX}{name}",
        alarm_description=f"{happened} {do}",
        metric=metric,
        threshold=above,
        evaluation_periods=periods,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=silence,
    )
    made.add_alarm_action(actions.SnsAction(topic))
    made.add_ok_action(actions.SnsAction(topic))
    return made
