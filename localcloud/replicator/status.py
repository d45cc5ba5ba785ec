"""The replicator's state as the control API shows it."""

import time
from typing import Any

from localcloud.replicator.faults import Lag
from localcloud.replicator.mesh import Mesh
from localcloud.replicator.stream import now_ms

_NO_LAG = Lag()


def status(mesh: Mesh) -> dict[str, Any]:
    """Describe regions, links and faults; lags in milliseconds, over the last minute."""
    faults = mesh.faults
    now = time.monotonic()
    pairs = []
    for pair, queue in mesh.queues.items():
        metrics = mesh.metrics[pair]
        oldest = queue.oldest_ms()
        lag = faults.lags.get(pair, _NO_LAG)
        pairs.append(
            {
                "from": pair[0],
                "to": pair[1],
                **metrics.lags(now),
                "pending": len(queue),
                "oldest_pending_ms": None if oldest is None else max(0, now_ms() - oldest),
                "cut": pair in faults.cuts,
                "added_lag_ms": lag.ms,
                "jitter_ms": lag.jitter_ms,
                "duplicate_share": faults.duplicates.get(pair, 0.0),
                "applied": metrics.applied,
                "superseded": metrics.superseded,
                "refused": metrics.refused,
                "unknown": metrics.unknown,
                "duplicates": metrics.duplicates,
            }
        )
    return {
        "state": "paused" if faults.paused else "running",
        "items": len(mesh.ledger),
        "regions": {
            name: {
                "reachable": region.reachable,
                "read": region.read,
                "applied": region.applied,
                "skew_ms": faults.skew(name),
            }
            for name, region in mesh.regions.items()
        },
        "pairs": pairs,
        "resync": {
            name: {"stage": region.stage, "settled": region.settled, "compared": region.comparisons}
            for name, region in mesh.regions.items()
        },
    }
