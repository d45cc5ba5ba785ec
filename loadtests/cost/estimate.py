"""The bill of a scenario: its demand, times what a unit uses, times what that costs."""

from dataclasses import dataclass, replace

from loadtests.cost import demand, global_services, live, orders, serving, table
from loadtests.cost.bill import Bill
from loadtests.cost.measured import Measured
from loadtests.cost.prices import PriceList
from loadtests.cost.resources import Templates
from loadtests.cost.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Estimate:
    """Everything that an estimate is made from."""

    traffic: Traffic
    measured: Measured
    templates: Templates
    prices: PriceList
    regions: tuple[str, ...]

    def bill(self) -> Bill:
        """The bill of a year.

        Raises:
            CostError: Something that the templates hold has no price.
        """
        bill = Bill(self.prices)
        regions = demand.regions(self._traffic(), self.regions)
        for name, region in regions.items():
            serving.requests(bill, self.templates, self.measured, name, region)
            serving.logs(bill, self.templates, self.measured, name, region)
            serving.standing(bill, self.templates, name)
            table.reads(bill, self.templates, self.measured, self.traffic, name=name, region=region)
        table.writes(bill, self.templates, self.measured, self.traffic, regions)
        table.storage(bill, self.measured, self.traffic, regions)
        orders.orders(bill, self.templates, self.measured, regions)
        live.live(bill, self.templates, self.measured, self.traffic, regions)
        global_services.edge(bill, self.templates, demand.edges(self.traffic, self.measured))
        global_services.routing(bill, self.templates)
        global_services.secrets(bill, self.templates)
        global_services.staff(bill, self.templates, self.traffic)
        return bill

    def _traffic(self) -> Traffic:
        """The traffic; a stage cache that is not there answers nothing."""
        if any(self.templates.stage_cache_gb(region) for region in self.regions):
            return self.traffic
        return replace(self.traffic, cache=replace(self.traffic.cache, stage=0.0))
