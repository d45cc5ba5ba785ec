"""Default limits (quotas) of AWS, before an increase was requested.

Sources: Lambda developer guide, "Lambda quotas" and "Understanding Lambda function scaling"; Amazon
DynamoDB developer guide, "On-demand capacity mode" and "Warm throughput"; API Gateway developer
guide, "Quotas". An account that is new may start lower: ask before the launch, not during it.
"""

import math
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one region.

    Attributes:
        api_rate: Requests a second that the stage takes before it answers 429.
        api_burst: Requests at once above that rate.
        concurrency: Executions at once of all functions of the account.
        scaling: Executions that a function may add in ten seconds.
        read_units: RRU a second that the table's replica serves at once (warm throughput).
        write_units: WRU a second, replicated writes included.
    """

    api_rate: float = 10_000
    api_burst: float = 5_000
    concurrency: float = 1_000
    scaling: float = 1_000
    read_units: float = 12_000
    write_units: float = 4_000


UNLIMITED: Final = Limits(math.inf, math.inf, math.inf, math.inf, math.inf, math.inf)
