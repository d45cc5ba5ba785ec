"""Waits after the traffic until the regions are at rest, and reads their tables."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from loadtests.checker.dataset import Dataset
from loadtests.checker.history import History
from loadtests.checker.phases import Phases
from loadtests.checker.quiescence import QuiescenceWait
from loadtests.checker.sentinels import Sentinels
from loadtests.checker.tables import Tables, differences
from loadtests.drills.analysis.writes import TableContents
from loadtests.drills.table_reader import TableReader
from localcloud.layout import CloudLayout
from localcloud.replicator.client import ReplicatorClient
from services.storage.table import Table

_PATIENCE_S = 60.0
# What a machine cannot replicate as fast as it is written is worked off in this share of the time
# for which it was written, or the machine is too small for the traffic.
_SHARE_OF_TRAFFIC = 0.5
# Without convergence nothing will make them equal: there is no use in waiting long.
_SHORT_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Rest:
    """The regions after a drill.

    Attributes:
        at: When they were seen equal and idle, seconds of the epoch; None: not in time.
        unequal: Items that are not byte-equal in all regions.
        compared: Items that were compared.
        contents: Region to what it holds of the drill's writes.
    """

    at: float | None
    unequal: int
    compared: int
    contents: Mapping[str, TableContents]


async def settle(
    layout: CloudLayout,
    dataset: Dataset,
    replicas: Mapping[str, Table],
    *,
    traffic_s: float,
    converging: bool,
    on_progress: Callable[[str], object],
) -> Rest:
    """Wait for rest, by the convergence checker's own means, and read everything.

    Args:
        layout: The cloud.
        dataset: The drill's stores.
        replicas: Region to its table.
        traffic_s: Seconds for which clients wrote: after longer traffic the wait may be longer.
        converging: Whether convergence is switched on.
        on_progress: Gets lines for people.
    """
    patience_s = max(_PATIENCE_S, _SHARE_OF_TRAFFIC * traffic_s)
    async with Tables(layout) as tables:
        sentinels = Sentinels(dataset, replicas)
        settling = QuiescenceWait(
            dataset, tables, ReplicatorClient(layout), sentinels, convergence=converging
        )
        settled, snapshots = await settling.wait(
            patience_s if converging else _SHORT_PATIENCE_S, Phases(History(), on_progress)
        )
        at = time.time() if settled else None
        unequal = sum(1 for _ in differences(snapshots))
        contents = TableReader(tables, dataset.stores)
        held = {region: await contents.of(region) for region in layout.region_names}
    compared = len(set().union(*snapshots.values()))
    return Rest(at, unequal, compared, held)
