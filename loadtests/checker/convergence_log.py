"""Counts repairs in the log lines of the stream Lambdas of all regions."""

from loadtests.cloud.lambda_log import CONVERGENCE_HANDLER, LambdaLog, LambdaLogError
from loadtests.measurement.measurement import Measurement
from localcloud.layout import CloudLayout

_NAMES = ("Repairs", "Undone")


def repairs_since(layout: CloudLayout, since_ms: int) -> dict[str, Measurement]:
    """Return the sums of `Repairs` and `Undone` over all batches since a moment.

    Args:
        layout: The cloud.
        since_ms: Unix milliseconds.

    Returns:
        No values where a log cannot be read, or no batch was logged.
    """
    sums = dict.fromkeys(_NAMES, 0)
    batches = 0
    try:
        for region in layout.regions:
            for line in LambdaLog(region, CONVERGENCE_HANDLER).lines(since_ms, "Records"):
                batches += "Records" in line
                for name in _NAMES:
                    sums[name] += line.get(name, 0)
    except LambdaLogError as error:
        return dict.fromkeys(_NAMES, Measurement(None, batches, error.message))
    reason = "the stream Lambdas logged no batch"
    return {name: Measurement.of(value, batches, reason) for name, value in sums.items()}
