"""Collects the health of a cloud from its running processes, not from recorded state."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from localcloud import probe
from localcloud.layout import CloudLayout, ProcessRecord, Region
from localcloud.processes import find, is_frozen, resident_bytes
from localcloud.refilling import is_reconciling

_TIMEOUT: Final = 3.0  # seconds for each answer; all are requested at once

Health = Literal["ready", "unready", "frozen", "down"]


@dataclass(frozen=True)
class Lag:
    """Replication lag over several pairs of regions, in milliseconds: the worst pair's."""

    p50_ms: float | None
    max_ms: float | None
    pending: int


@dataclass(frozen=True)
class RegionStatus:
    """One region, as seen from outside.

    Attributes:
        reconciling: Whether it was restarted, and is still compared with what is on record.
    """

    name: str
    health: Health
    why: str
    endpoint: str
    api_url: str
    items: int | None
    memory_bytes: int
    lag_to: Lag | None
    lag_from: Lag | None
    reconciling: bool


@dataclass(frozen=True)
class CloudStatus:
    """State of the whole cloud.

    Attributes:
        stopped: None of its processes runs, as after `carte down`.
    """

    port: int
    url: str
    state_dir: str
    runtime: str
    supervised: bool
    healthy: bool
    edge: Health
    replicator: Health
    faults: Health
    payments: Health
    faults_on: tuple[str, ...]
    replication: str | None
    regions: tuple[RegionStatus, ...]
    pairs: tuple[Mapping[str, Any], ...]
    stopped: bool = False

    def to_json(self) -> dict[str, Any]:
        """The answer of `carte status --json`."""
        return asdict(self)


def collect(layout: CloudLayout) -> CloudStatus:
    """Ask every process of the cloud at the same time; takes at most a few seconds."""
    with ThreadPoolExecutor(2 * len(layout.regions) + 4) as pool:
        edge = pool.submit(_health, layout, layout.process("edge"), layout.edge_url + "/health")
        replication = pool.submit(_replication, layout)
        controller = pool.submit(_faults, layout)
        payments = pool.submit(
            _health, layout, layout.process("payments"), layout.payments_url + "/health"
        )
        healths = [pool.submit(_region_health, layout, region) for region in layout.regions]
        counts = [pool.submit(_items, layout, region) for region in layout.regions]
    replicator, report = replication.result()
    faults, faults_on = controller.result()
    pairs = tuple(report.get("pairs", ()))
    supervisor = layout.process("supervisor")
    regions = tuple(
        RegionStatus(
            name=region.name,
            health=health.result()[0],
            why=health.result()[1],
            endpoint=region.endpoint,
            api_url=region.api_url,
            items=count.result(),
            memory_bytes=_memory(layout, region),
            lag_to=_worst(pairs, "to", region.name),
            lag_from=_worst(pairs, "from", region.name),
            reconciling=is_reconciling(layout, region.name),
        )
        for region, health, count in zip(layout.regions, healths, counts, strict=True)
    )
    supervised = supervisor is not None and find(supervisor) is not None
    everything = [
        *(edge.result()[0], replicator, faults, payments.result()[0]),
        *(region.health for region in regions),
    ]
    return CloudStatus(
        port=layout.port,
        url=layout.url,
        state_dir=str(layout.state_dir),
        runtime=layout.runtime,
        supervised=supervised,
        healthy=supervised and all(health == "ready" for health in everything),
        edge=edge.result()[0],
        replicator=replicator,
        faults=faults,
        payments=payments.result()[0],
        faults_on=faults_on,
        replication=report.get("state"),
        regions=regions,
        pairs=pairs,
        stopped=all(find(record) is None for record in layout.processes),
    )


def _region_health(layout: CloudLayout, region: Region) -> tuple[Health, str]:
    url = region.api_url + "/ready"
    health, why = _health(layout, layout.process("emulator", region.name), url)
    if layout.runtime == "direct" and health != "frozen":
        return _health(layout, layout.process("direct", region.name), url)
    return health, why


def _health(layout: CloudLayout, record: ProcessRecord | None, url: str) -> tuple[Health, str]:
    process = find(record) if record else None
    if process is None:
        name = record.name if record else "its process"
        return "down", f"{name} does not run; its log is in {layout.logs}"
    if is_frozen(process):
        return "frozen", "stopped by `carte freeze` or a fault"
    if probe.is_ok(url, timeout=_TIMEOUT):
        return "ready", ""
    return "unready", probe.why_not(url, timeout=_TIMEOUT)


def _replication(layout: CloudLayout) -> tuple[Health, dict[str, Any]]:
    url = layout.replicator_url + "/status"
    health, _ = _health(layout, layout.process("replicator"), url)
    report = probe.get_json(url, timeout=_TIMEOUT) if health == "ready" else None
    return health, report or {}


def _faults(layout: CloudLayout) -> tuple[Health, tuple[str, ...]]:
    """Return how the fault controller is, and what is on, such as `freeze eu-west-1`."""
    url = layout.faults_url + "/faults"
    health, _ = _health(layout, layout.process("faults"), url)
    report = probe.get_json(url, timeout=_TIMEOUT) if health == "ready" else None
    on = (report or {"faults": ()})["faults"]
    return health, tuple(f"{fault['kind']} {fault['region'] or 'everywhere'}" for fault in on)


def _items(layout: CloudLayout, region: Region) -> int | None:
    record = layout.process("emulator", region.name)
    process = find(record) if record else None
    if process is None or is_frozen(process):
        return None
    return probe.item_count(region.endpoint, layout.table, timeout=_TIMEOUT)


def _memory(layout: CloudLayout, region: Region) -> int:
    found = [find(record) for record in layout.processes if record.region == region.name]
    return sum(resident_bytes(process) for process in found if process is not None)


def _worst(pairs: tuple[Mapping[str, Any], ...], side: str, region: str) -> Lag | None:
    mine = [pair for pair in pairs if pair.get(side) == region]
    if not mine:
        return None
    return Lag(
        p50_ms=_highest(mine, "lag_ms_p50"),
        max_ms=_highest(mine, "lag_ms_max"),
        pending=sum(int(pair.get("pending") or 0) for pair in mine),
    )


def _highest(pairs: list[Mapping[str, Any]], key: str) -> float | None:
    values = [pair[key] for pair in pairs if pair.get(key) is not None]
    return max(values, default=None)
