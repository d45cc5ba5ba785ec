"""Bills the global table: reads, writes and their replication, stream, storage."""

import math
from collections.abc import Mapping
from typing import Final

from loadtests.cost.bill import Bill
from loadtests.cost.demand import COUNT_FILE, GB, HOURS, MILLION, RegionDemand
from loadtests.cost.measured import Measured
from loadtests.cost.prices import Price, Tier
from loadtests.cost.resources import Templates
from loadtests.cost.serving import vcpus
from loadtests.cost.traffic import DAYS, Traffic

READ_UNIT: Final = 4096  # bytes
WRITE_UNIT: Final = 1024
_STREAM_BATCH: Final = 20  # records that the convergence Lambda gets at once, on the average
_KEPT_MONTHS: Final = 7 / DAYS  # operation records expire after seven days
_DAX_HITS: Final = 0.9
_READS_OF_A_MUTATION: Final = 3  # its record, the document and the profile, two of them strongly


def reads(
    bill: Bill,
    templates: Templates,
    measured: Measured,
    traffic: Traffic,
    *,
    name: str,
    region: RegionDemand,
) -> None:
    """Reads of one region's replica, and the DAX cluster before it."""
    size = measured.scaled(measured.menu_read_bytes, traffic.menu_items)
    units = 0.5 * math.ceil(size / READ_UNIT)
    node, nodes = templates.dax_nodes(name)
    reason = f"{units:g} RRU a menu of {size / 1000:.1f} kB, eventually consistent"
    bill.add(
        "DynamoDB",
        "menu reads",
        "dynamodb_read",
        region.menus * units * (1 - _DAX_HITS if nodes else 1) / MILLION,
        because=reason + (f"; DAX answers {_DAX_HITS:.0%}" if nodes else ""),
        region=name,
    )
    mutations = sum(region.mutations.values())
    bill.add(
        "DynamoDB",
        "other reads",
        "dynamodb_read",
        (region.queries * 0.5 + mutations * _READS_OF_A_MUTATION) / MILLION,
        because=f"0.5 RRU a query, {_READS_OF_A_MUTATION} a mutation",
        region=name,
    )
    if nodes:
        bill.add(
            "DAX",
            f"{nodes} nodes",
            f"dax_{node}",
            nodes * HOURS,
            because="from the template",
            region=name,
        )


def writes(
    bill: Bill,
    templates: Templates,
    measured: Measured,
    traffic: Traffic,
    regions: Mapping[str, RegionDemand],
) -> None:
    """Writes where they are made, in the other regions, and on the way there."""
    for name, region in regions.items():
        units = sent = records = 0.0
        for action, times in region.mutations.items():
            sizes = sizes_of(action, measured, traffic)
            units += times * sum(math.ceil(size / WRITE_UNIT) for size in sizes)
            sent += times * sum(sizes)
            records += times * len(sizes)
        bill.add(
            "DynamoDB",
            "writes",
            "dynamodb_write",
            units * 2 / MILLION,
            because="every item of a mutation's transaction, prepared and committed",
            region=name,
        )
        for other in regions:
            if other != name:
                bill.add(
                    "DynamoDB",
                    f"writes replicated from {name}",
                    "dynamodb_write",
                    units / MILLION,
                    because="every item once",
                    region=other,
                )
            _stream(bill, templates, measured, name=other, source=name, records=records)
        place = bill.prices.place(name)
        rate = (Tier(None, place.between_regions_gb),)
        bill.add(
            "Data transfer",
            "replication",
            Price("between_regions", "GB", rate, place.source),
            sent * (len(regions) - 1) / GB,
            because=f"items written here, sent to {len(regions) - 1} regions",
            region=name,
        )


def _stream(
    bill: Bill, templates: Templates, measured: Measured, *, name: str, source: str, records: float
) -> None:
    memory = templates.memory_mb(name, "services.convergence") / 1024
    ms = measured.record_cpu_ms / vcpus(memory)
    bill.add(
        "Lambda",
        f"convergence requests, writes of {source}",
        "lambda_requests",
        records / _STREAM_BATCH / MILLION,
        because=f"every write, {_STREAM_BATCH} records at once",
        region=name,
    )
    bill.add(
        "Lambda",
        f"convergence compute, writes of {source}",
        "lambda_compute",
        records * ms / 1000 * memory,
        because=f"{ms:.2f} ms a record at {memory:g} GB",
        region=name,
    )


def sizes_of(action: str, measured: Measured, traffic: Traffic) -> tuple[float, ...]:
    """Bytes of the items that a mutation writes: its record first, its journal entry last."""
    if action != COUNT_FILE:
        return measured.writes[action]
    # The items grow with what is counted.
    grown = min(traffic.edits.counted_items_per_store_day, 100) / measured.counted_items
    return tuple(size * grown for size in measured.writes["recordStockCount"])


def storage(
    bill: Bill, measured: Measured, traffic: Traffic, regions: Mapping[str, RegionDemand]
) -> None:
    """The table's size on each replica, and its continuous backup."""
    markets = sum(1 for share in traffic.markets.values() if share)
    lasting = (
        traffic.stores * measured.scaled(measured.store_bytes, traffic.menu_items)
        + markets * measured.catalog_bytes
    )
    records = journal = 0.0
    for region in regions.values():
        for action, times in region.mutations.items():
            sizes = sizes_of(action, measured, traffic)
            records += times * sizes[0] * _KEPT_MONTHS
            journal += times * sizes[-1]
    # The journal is never pruned: over the first year its average is what six months write.
    gigabytes = (lasting + records + journal * 6) / GB
    reason = (
        f"stores {lasting / GB:.2f} GB, a week of operation records {records / GB:.2f}, "
        f"half a year of journal {journal * 6 / GB:.2f}"
    )
    for name in regions:
        bill.add("DynamoDB", "storage", "dynamodb_storage", gigabytes, because=reason, region=name)
        bill.add(
            "DynamoDB",
            "point-in-time recovery",
            "dynamodb_pitr",
            gigabytes,
            because="the size of the replica",
            region=name,
        )
