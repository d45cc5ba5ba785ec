"""Completes a drill's experiment and its traffic plan for one local cloud."""

import copy
from pathlib import Path
from typing import Any, Final

from loadtests.checker.dataset import Dataset
from loadtests.drills.analysis.bounds import Bounds
from loadtests.drills.exceptions import DrillError
from loadtests.drills.experiments import Drill
from loadtests.drills.stores import PRICED_BY_PLACE
from loadtests.drills.traffic.plan import TrafficPlan
from localcloud.layout import CloudLayout

_ROLES: Final = ("region", "other", "third")


def experiment_for(
    drill: Drill,
    layout: CloudLayout,
    dataset: Dataset,
    folder: Path,
    *,
    bounds: Bounds,
    region: str,
) -> dict[str, Any]:
    """The drill's experiment, configured for a cloud and a run.

    Args:
        drill: Whose experiment.
        layout: Of the cloud.
        dataset: The drill's stores.
        folder: Of the run.
        bounds: The edge's clockwork.
        region: To be taken away instead of the file's; empty: the file's.

    Raises:
        DrillError: The cloud has too few regions.
    """
    experiment = copy.deepcopy(drill.experiment)
    experiment["configuration"] |= {
        **_regions(drill, layout, region),
        "regions": list(layout.region_names),
        "target": "local",
        "state_dir": str(layout.state_dir),
        "run_dir": str(folder),
        "edge_url": layout.edge_url,
        "bound_s": bounds.leave_s,
        "return_s": bounds.return_s,
        "drain_s": bounds.drain_s,
        "canary_store": dataset.stores[0],
    }
    return experiment


def _regions(drill: Drill, layout: CloudLayout, region: str) -> dict[str, str]:
    """The file's regions where the cloud has them, others of the cloud's where not."""
    wanted = {role: name for role, name in drill.configuration.items() if role in _ROLES}
    if region:
        layout.region(region)
        wanted["region"] = region
    chosen: dict[str, str] = {}
    for role in (one for one in _ROLES if one in wanted):
        free = [name for name in layout.region_names if name not in chosen.values()]
        if not free:
            raise DrillError(f"drill {drill.name} needs {len(wanted)} regions")
        chosen[role] = wanted[role] if wanted[role] in free else free[-1]
    return chosen


def traffic_for(
    drill: Drill, layout: CloudLayout, dataset: Dataset, *, rate: float, token: str
) -> TrafficPlan:
    """Return what the clients do: `rate` times what the file says."""
    places = layout.region_names
    priced = PRICED_BY_PLACE * len(places)
    rest = dataset.items[priced:]
    return TrafficPlan(
        url=layout.edge_url,
        name=dataset.name,
        places=places,
        rates={route: often * rate for route, often in drill.rates.items()},
        stores=dataset.stores,
        prices={
            place: dataset.items[at * PRICED_BY_PLACE : (at + 1) * PRICED_BY_PLACE]
            for at, place in enumerate(places)
        },
        counts=rest[::2],
        sales=rest[1::2],
        token=token,
        fails_over=drill.fails_over,
    )
