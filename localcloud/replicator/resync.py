"""Compares a region's whole table with the replicator's records, when its stream has a gap."""

import time
from collections.abc import Mapping
from typing import Final

from localcloud.json_log import EventLog
from localcloud.replicator.checkpoint import Checkpoint
from localcloud.replicator.dynamo import DynamoError
from localcloud.replicator.images import canonical, digest_of, key_of, render
from localcloud.replicator.mesh import Mesh, RegionState
from localcloud.replicator.stream import StreamReplacedError, now_ms
from localcloud.replicator.table_comparison import compare_table
from localcloud.replicator.versions import TOMBSTONE

_LOG: Final = EventLog("replicator")


async def _contents_at_start(region: RegionState) -> Mapping[bytes, bytes]:
    """Return the digests of the items with which the emulator process started.

    The table is scanned while it may be written to. For whatever changed since the start, the
    old image of its first stream record shows what was there before; the stream is then taken
    in from its beginning as usual.
    """
    contents: dict[bytes, bytes] = {}
    names = region.cursor.key_names
    try:
        async for items in region.dynamo.scan():
            for item in items:
                contents[key_of(item, names)] = digest_of(canonical(item))
        changed: set[bytes] = set()
        async for record in region.cursor.history():
            change = record["dynamodb"]
            key = render(change["Keys"])
            if key in changed:
                continue
            changed.add(key)
            old = change.get("OldImage")
            contents[key] = TOMBSTONE if old is None else digest_of(canonical(old))
    except DynamoError as error:
        raise StreamReplacedError(str(error)) from error
    await region.cursor.check()
    return {key: digest for key, digest in contents.items() if digest != TOMBSTONE}


async def resync(
    mesh: Mesh, region: RegionState, checkpoint: Checkpoint, *, same_table: bool
) -> None:
    """Settle a region whose emulator, table or state file is not the one known.

    Raises UnreachableError, StreamReplacedError: nothing was changed then.
    """
    began = time.monotonic()
    region.stage = "comparing"
    _LOG.info("resync begins", region=region.name, same_table=same_table)
    contents = await _contents_at_start(region)
    boot = await checkpoint.boot(region.name)
    clock = now_ms() + mesh.faults.skew(region.name)
    mesh.ledger.doubt_all(region.name)
    result = compare_table(
        mesh.ledger, region.name, contents, boot, same_table=same_table, clock_ms=clock
    )
    await checkpoint.write_boot(region.name)
    region.tracked = True
    await checkpoint.flush()
    region.comparisons += 1
    queued = mesh.offer_differences()
    _LOG.info(
        "resync ends",
        region=region.name,
        items=len(contents),
        went_back=result.went_back,
        recognised=result.known,
        local_writes=result.local,
        queued=queued,
        seconds=round(time.monotonic() - began, 3),
    )
