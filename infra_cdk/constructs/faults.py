"""Metrics that Lambdas publish in their log lines; AWS/Lambda Errors counts no fault of these."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from services.domain import log_lines


def faults(function: str, period: Duration) -> cloudwatch.Metric:
    """Return the metric of a Lambda's faults of all codes, as its log lines publish it.

    Args:
        function: One of `log_lines.MENU_API`, `CONVERGENCE`, `INVENTORY`.
        period: Of its sums.
    """
    return cloudwatch.Metric(
        namespace=log_lines.NAMESPACE,
        metric_name=log_lines.FAULTS,
        dimensions_map={log_lines.FUNCTION: function},
        statistic=cloudwatch.Stats.SUM,
        period=period,
    )


def failures(
    function: lambda_.IFunction, own: cloudwatch.IMetric, period: Duration, label: str
) -> cloudwatch.MathExpression:
    """Return the sum of a Lambda's own count of failures and of its failed invocations.

    A handler that catches everything and names what shall come again (`batchItemFailures`) never
    fails as an invocation; one that runs out of time or memory never counts anything itself.
    """
    return cloudwatch.MathExpression(
        expression="FILL(own, 0) + FILL(errors, 0)",
        using_metrics={"own": own, "errors": function.metric_errors(period=period)},
        period=period,
        label=label,
    )


def counted(
    name: str, period: Duration, statistic: str = cloudwatch.Stats.SUM
) -> cloudwatch.Metric:
    """Return what Lambdas publish in their log lines under a name, without dimensions.

    Args:
        name: The metric's.
        period: Over which it is taken.
        statistic: Of `cloudwatch.Stats`.
    """
    return cloudwatch.Metric(
        namespace=log_lines.NAMESPACE, metric_name=name, statistic=statistic, period=period
    )
