"""The alarm on the menu Lambda's faults, judged by the Lambda's own log in a local cloud.

The emulator has no metric math, so the drill counts what CloudWatch would read from the log, and
compares it with the bound of the alarm in the template that was deployed.
"""

import json
from typing import Final, NamedTuple

from loadtests.cloud.lambda_log import MENU_HANDLER, LambdaLog
from loadtests.drills.exceptions import DrillError
from localcloud.artifacts import cloud_assembly
from localcloud.layout import CloudLayout
from services.domain import log_lines

ALARM: Final = "carte-menu-faults"


class FaultShare(NamedTuple):
    """The faults among a region's calls.

    Attributes:
        faults: Calls that a fault of ours answered.
        calls: All calls.
        bound: The share above which the alarm rings.
    """

    faults: int
    calls: int
    bound: float

    @property
    def rings(self) -> bool:
        """Whether the share is above the alarm's bound."""
        return self.calls > 0 and self.faults / self.calls > self.bound

    @property
    def text(self) -> str:
        """The alarm and its figures."""
        return f"{ALARM}: {self.faults} of {self.calls} calls"


def share_of_faults(layout: CloudLayout, region: str, since: float) -> FaultShare:
    """Count a region's calls and faults.

    Args:
        layout: The cloud.
        region: The region.
        since: Unix seconds of the first call.

    Raises:
        LambdaLogError: The log cannot be read.
        DrillError: No such alarm was deployed.
    """
    log = LambdaLog(layout.region(region), MENU_HANDLER)
    calls = faults = 0
    for line in log.lines(int(since * 1000), region):
        calls += "method" in line  # a request with several faults has more lines
        faults += int(line.get(log_lines.FAULTS, 0))
    return FaultShare(faults, calls, _bound(layout, region))


def _bound(layout: CloudLayout, region: str) -> float:
    path = cloud_assembly(layout) / f"carte-{region}.template.json"
    template = json.loads(path.read_text(encoding="utf-8"))
    for body in template["Resources"].values():
        if body.get("Properties", {}).get("AlarmName") == ALARM:
            return float(body["Properties"]["Threshold"])
    raise DrillError(f"{path.name} has no alarm {ALARM}", "`carte down` and `carte up` deploy it")
