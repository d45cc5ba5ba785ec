"""The faults and the planted bugs of the workload of orders."""

from typing import Final

from loadtests.checker.schedule import PROVIDER_FAULTS
from loadtests.checker.settings import FAULTS

ORDER_FAULTS: Final = (*FAULTS, *PROVIDER_FAULTS)
ORDER_PLANTS: Final = ("none", "lost-order", "second-charge", "rights-off")
