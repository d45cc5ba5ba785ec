"""The faults and the planted bugs of the workload of orders."""

from typing import Final

from loadtests.checker.schedule import PROVIDER_FAULTS
from loadtests.checker.settings import FAULTS

ORDER_FAULTS: Final = (*FAULTS, *PROVIDER_FAULTS)
RIGHTS_OFF: Final = "rights-off"
FOLLOWER_OFF: Final = "follower-off"
ORDER_PLANTS: Final = (
    "none",
    "lost-order",
    "second-charge",
    "webhook-twice",
    RIGHTS_OFF,
    FOLLOWER_OFF,
    "takeover-off",
)
