"""`carte cost`: its arithmetic by hand, its files, and what changes a bill."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loadtests.cost import (
    chart,
    demand,
    global_services,
    measured,
    prices,
    report,
    savings,
    traffic,
)
from loadtests.cost.bill import Bill
from loadtests.cost.estimate import Estimate
from loadtests.cost.exceptions import CostError
from loadtests.cost.item_size import item_bytes
from loadtests.cost.measured import Measured
from loadtests.cost.prices import Price, Tier
from loadtests.cost.resources import Resource, Templates
from localcloud.edge.countries import load_countries
from services.domain.errors import UnknownNameError

US, EU = "us-east-1", "eu-west-1"
MEASURED = Measured(
    on=date(2026, 11, 21), how="by hand", menu_items=60, menu_bytes=5000, query_bytes=1000,
    page_bytes=50_000, menu_read_bytes=6000, store_bytes=7000, catalog_bytes=100_000,
    log_bytes=600, menu_cpu_ms=0.5, hit_cpu_ms=0.1, query_cpu_ms=0.4, edit_cpu_ms=4.0,
    record_cpu_ms=0.1, counted_items=20,
    writes={
        "updateAssortment": (300, 2600, 260), "recordSale": (330, 160, 230),
        "recordStockCount": (700, 1450, 1370), "editCatalogItem": (260, 1400, 260),
        "publishCatalog": (240, 140, 35_000, 260),
    },
)  # fmt: skip


def lambda_of(handler: str, memory_mb: int) -> dict[str, Any]:
    return {"Handler": handler, "MemorySize": memory_mb}


def templates(*regions: str, **more: dict[str, Any]) -> Templates:
    found = []
    for region in regions:
        menu = lambda_of("services.menu_api.handler.handler", 1769)
        stream = lambda_of("services.convergence.handler.handler", 512)
        found += [
            Resource(region, "AWS::Lambda::Function", menu),
            Resource(region, "AWS::Lambda::Function", stream),
        ]
        found += [
            Resource(region, "AWS::" + kind.replace("_", "::"), one) for kind, one in more.items()
        ]
    return Templates(found, {})


def estimate(scenario: str = "pilot", *regions: str, **more: dict[str, Any]) -> Estimate:
    where = regions or (US,)
    return Estimate(
        traffic.load(scenario), MEASURED, templates(*where, **more), prices.load(), where
    )


def line(bill: Bill, service: str, item: str, region: str = US) -> Any:
    (found,) = (
        one for one in bill.lines if (one.service, one.item, one.region) == (service, item, region)
    )
    return found


def test_a_price_in_tiers_bills_each_part_at_its_own_rate() -> None:
    price = Price("p", "GB", (Tier(10, 1.0), Tier(50, 0.5), Tier(None, 0.1)), "documented")
    assert price.monthly_usd(5) == 5
    assert price.monthly_usd(60) == 10 + 40 * 0.5 + 10 * 0.1
    assert price.monthly_usd(12, free=4) == 8
    assert price.monthly_usd(3, free=4) == 0


def test_the_pilots_menus_are_what_a_hand_computes() -> None:
    stage = {"CacheClusterEnabled": True, "CacheClusterSize": "0.5"}
    bill = estimate("pilot", US, ApiGateway_Stage=stage).bill()
    menus = 30 * 300 * 1.3 * 365 / 12
    requests = menus * (0.9 * 0.75 * 0.90 + 0.1) * 0.95
    reads = line(bill, "DynamoDB", "menu reads")
    assert reads.quantity == pytest.approx(requests * 12 * 1.0 / 1e6)  # 6,000 bytes: 0.5 RRU x 2
    assert reads.yearly_usd == pytest.approx(reads.quantity * 0.125)


def test_a_sale_is_three_items_prepared_and_committed_and_replicated_once() -> None:
    bill = estimate("pilot", US, EU).bill()
    sales = 30 * 150 * 365 / 12
    edits = 30 * 0.5 * 365 / 12
    counts = 30 * 365 / 12
    catalog, publications = 5 * 365 / 12, 2 * 365 / 12 / 7
    units = sales * 3 + edits * 5 + counts * (3 + 5 + 5) + catalog * 4 + publications * 38
    assert line(bill, "DynamoDB", "writes").quantity == pytest.approx(units * 2 * 12 / 1e6)
    replicated = line(bill, "DynamoDB", f"writes replicated from {US}", EU)
    assert replicated.quantity == pytest.approx(units * 12 / 1e6)
    assert replicated.yearly_usd == pytest.approx(units * 12 / 1e6 * 0.625 * 1.13)


def test_compute_is_billed_for_cpu_and_for_waiting() -> None:
    bill = estimate().bill()
    pilot = traffic.load("pilot")
    uncached = replace(pilot, cache=replace(pilot.cache, stage=0.0))  # as the templates are
    (region,) = demand.regions(uncached, [US]).values()
    edits = sum(region.online.values())
    cpu = region.menus * 0.5 + region.memory_hits * 0.1 + region.queries * 0.4 + edits * 4
    ms = cpu + (region.menus + region.queries + 4 * edits) * 4
    compute = line(bill, "Lambda", "menu_api compute")
    assert compute.quantity == pytest.approx(ms / 1000 * 1769 / 1024 * 12)


def test_the_free_tier_is_the_accounts_not_each_regions() -> None:
    bill = estimate("pilot", US, EU).bill()
    taken = [one.free_usd for one in bill.lines if one.item == "storage"]
    assert sum(1 for usd in taken if usd) <= 2
    assert bill.free_usd < bill.yearly_usd
    free = sum(
        one.free_usd / one.price.tiers[0].usd for one in bill.lines if one.service == "Lambda"
    )
    assert free > 0


def test_what_the_templates_hold_is_on_the_bill() -> None:
    plain = estimate("national").bill().yearly_usd
    dax = {"NodeType": "dax.t3.small", "ReplicationFactor": 3}
    with_dax = estimate("national", US, DAX_Cluster=dax).bill()
    assert line(with_dax, "DAX", "3 nodes").yearly_usd == pytest.approx(3 * 0.04 * 8760)
    assert with_dax.yearly_usd != plain
    stage = {"CacheClusterEnabled": True, "CacheClusterSize": "1.6"}
    cached = estimate("national", US, ApiGateway_Stage=stage).bill()
    assert line(cached, "API Gateway", "stage cache 1.6 GB").yearly_usd == pytest.approx(
        0.038 * 8760
    )
    assert (
        line(cached, "Lambda", "menu_api requests").quantity
        < line(estimate("national").bill(), "Lambda", "menu_api requests").quantity
    ), "what it answers does not reach the Lambda"
    check = {"HealthCheckConfig": {"Type": "HTTPS", "RequestInterval": 10}}
    checked = estimate("national", US, Route53_HealthCheck=check).bill()
    assert checked.yearly_usd - plain == pytest.approx(12 * (0.50 + 2 * 1.00))
    canary = {"Schedule": {"Expression": "rate(5 minutes)"}}
    watched = estimate("national", US, Synthetics_Canary=canary).bill()
    assert watched.yearly_usd - plain == pytest.approx(0.0012 * 12 * 365 * 24, rel=1e-6)


def test_one_region_more_costs_its_replicated_writes() -> None:
    bill = estimate("national", US).bill()
    more = estimate("national", US, EU).bill()
    assert more.by_region()[EU] > 0
    assert more.yearly_usd > bill.yearly_usd


def test_more_hits_at_the_edge_cost_less() -> None:
    one = estimate("national")
    better = replace(one, traffic=one.traffic.with_edge_hits(0.95))
    worse = replace(one, traffic=one.traffic.with_edge_hits(0.05))
    assert better.bill().yearly_usd < one.bill().yearly_usd < worse.bill().yearly_usd
    with pytest.raises(CostError, match="hit ratio is"):
        one.traffic.with_edge_hits(1.5)


def test_each_market_is_served_by_its_nearest_region() -> None:
    countries = load_countries()
    regions = [US, EU, "ap-southeast-1"]
    assert demand.nearest("de", regions, countries) == EU
    assert demand.nearest("jp", regions, countries) == "ap-southeast-1"
    assert demand.nearest("jp", [*regions, "ap-northeast-1"], countries) == "ap-northeast-1"
    shares = demand.regions(traffic.load("global"), regions)
    assert sum(one.stores for one in shares.values()) == pytest.approx(31_000)


def test_savings_name_changes_and_are_the_difference_of_two_bills() -> None:
    one = estimate("national", US, EU)
    bill = one.bill()
    found = savings.savings(one, bill)
    batched = next(saving for saving in found if "tills" in saving.change)
    edits = replace(one.traffic.edits, sales_per_store_day=40)
    fewer = replace(one, traffic=replace(one.traffic, edits=edits))
    assert batched.yearly_usd == pytest.approx(bill.yearly_usd - fewer.bill().yearly_usd)
    assert [saving.yearly_usd for saving in found] == sorted(
        (saving.yearly_usd for saving in found), reverse=True
    )


def test_json_csv_and_chart_show_the_same_bill(tmp_path: Path) -> None:
    one = estimate("national", US, EU)
    bill = one.bill()
    message = json.loads(json.dumps(report.to_json(one, bill, [])))
    assert message["scenario"] == "national"
    assert sum(row["yearly_usd"] for row in message["lines"]) == pytest.approx(
        message["yearly_usd"], abs=1
    )
    report.write_csv(tmp_path / "cost.csv", bill)
    rows = (tmp_path / "cost.csv").read_text().splitlines()
    assert len(rows) == len(bill.lines) + 1
    assert f"${bill.yearly_usd:,.0f} a year" in chart.svg(bill, "a title")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("stores = 3000", "stores is None"),
        ("edge = 0.55", "cache.edge is None"),
        ("us = 1.0", "markets sums to 0"),
    ],
)
def test_the_error_names_what_a_traffic_file_lacks(
    tmp_path: Path, change: str, message: str
) -> None:
    text = (traffic.SCENARIOS / "national.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(change, ""))
    with pytest.raises(CostError, match=message):
        traffic.load(str(path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("us = 1.0", "xx = 1.0", "markets has 'xx'"),
        ("edge = 0.55", "edge = 55", "cache.edge is 55"),
        ("menus = 1.3", 'menus = "many"', "visits.menus is 'many'"),
        ("menus = 1.3", "menus = nan", "visits.menus is nan"),
        ("[cache]", "[cash]", r"no table \[cache\]"),
        ("stores = 3000", "stores = ", "is not TOML"),
    ],
)
def test_the_error_says_what_is_wrong_with_a_traffic_file(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (traffic.SCENARIOS / "national.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(CostError, match=message):
        traffic.load(str(path))


def test_unknown_scenarios_regions_and_prices_say_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match="'galactic'") as refused:
        traffic.load("galactic")
    assert "pilot" in refused.value.hint
    with pytest.raises(CostError, match="no prices of eu-north-1"):
        prices.load().place("eu-north-1")
    with pytest.raises(CostError, match="no price 'moon'"):
        prices.load()["moon"]


def test_every_ready_scenario_is_whole_and_measurements_come_back_as_written(
    tmp_path: Path,
) -> None:
    assert traffic.names() == ["global", "national", "pilot"]
    for name in traffic.names():
        assert sum(traffic.load(name).markets.values()) == pytest.approx(1)
    path = tmp_path / "measured.toml"
    path.write_text(measured.dump(MEASURED))
    assert measured.load(path) == MEASURED
    assert measured.load().menu_items > 0


def test_item_sizes_follow_dynamodbs_rules() -> None:
    assert item_bytes({"pk": {"S": "abc"}, "ü": {"S": "ü"}}) == 5 + 4
    assert item_bytes({"n": {"N": "1234"}, "b": {"B": b"12345"}}) == (1 + 3) + 6
    with pytest.raises(ValueError, match="no attributes of type M"):
        item_bytes({"m": {"M": {}}})


def test_a_lambda_that_the_templates_lack_has_no_price() -> None:
    templates = Templates([], {})
    with pytest.raises(CostError, match="no Lambda with the handler"):
        templates.memory_mb("us-east-1", "services.menu_api")


def test_each_copy_of_a_secret_is_billed() -> None:
    replicas = {"ReplicaRegions": [{"Region": EU}, {"Region": "ap-southeast-1"}]}
    secret = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource
    found = Templates([Resource(US, secret, replicas), Resource(US, secret, {})], {})
    bill = Bill(prices.load())
    global_services.secrets(bill, found)
    (line,) = bill.lines
    assert (line.service, line.quantity) == ("Secrets Manager", 48)
    assert line.yearly_usd == pytest.approx(19.2)


def test_game_days_records_and_region_switch_have_a_price() -> None:
    pause = {"ActionId": "pause", "Parameters": {"duration": "PT10M"}}
    bill = estimate(
        "pilot",
        US,
        FIS_ExperimentTemplate={"Actions": {"pause": pause}},
        Config_ConfigurationRecorder={},
        ARCRegionSwitch_Plan={},
    ).bill()
    assert line(bill, "FIS", "experiments").yearly_usd == pytest.approx(10 * 0.10 * 12)
    # Two Lambdas and the three resources above, at each of eight deployments a month.
    assert line(bill, "AWS Config", "versions").yearly_usd == pytest.approx(5 * 8 * 0.003 * 12)
    plans = line(bill, "ARC", "plans of Region switch", "global")
    assert plans.yearly_usd == pytest.approx(70 * 12)
    services = {one.service for one in estimate().bill().lines}
    assert not services & {"FIS", "AWS Config", "ARC"}
