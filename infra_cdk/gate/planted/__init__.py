"""Faults that no other tool finds: a module for each of `infra_cdk/checks`."""

from typing import Final

from infra_cdk.gate.planted.alarms import ALARMS
from infra_cdk.gate.planted.api import API
from infra_cdk.gate.planted.compute import COMPUTE
from infra_cdk.gate.planted.costs import COSTS
from infra_cdk.gate.planted.dashboard import DASHBOARD
from infra_cdk.gate.planted.data import DATA
from infra_cdk.gate.planted.edge import EDGE
from infra_cdk.gate.planted.front_door import FRONT_DOOR
from infra_cdk.gate.planted.intent import INTENT
from infra_cdk.gate.planted.live import LIVE
from infra_cdk.gate.planted.practice import PRACTICE
from infra_cdk.gate.planted.regions import REGIONS
from infra_cdk.gate.planted.rights import RIGHTS
from infra_cdk.gate.planted.routing import ROUTING
from infra_cdk.gate.planted.schedules import SCHEDULES
from infra_cdk.gate.planted.wiring import WIRING
from infra_cdk.gate.planting import Planted

__all__ = ["PLANTED"]

PLANTED: Final = tuple(
    Planted(*fault)
    for fault in (
        *EDGE,
        *ROUTING,
        *API,
        *COMPUTE,
        *DATA,
        *COSTS,
        *ALARMS,
        *DASHBOARD,
        *RIGHTS,
        *REGIONS,
        *INTENT,
        *FRONT_DOOR,
        *LIVE,
        *WIRING,
        *PRACTICE,
        *SCHEDULES,
    )
)
