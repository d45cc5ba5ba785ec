"""Finds changes that no stream record shows: the emulator expires items (TTL) silently."""

from typing import Final

from localcloud.json_log import EventLog
from localcloud.replicator.dynamo import DynamoError, UnreachableError
from localcloud.replicator.images import canonical, digest_of, key_of
from localcloud.replicator.mesh import Mesh, RegionState
from localcloud.replicator.stream import now_ms
from localcloud.replicator.versions import TOMBSTONE

_LOG: Final = EventLog("replicator")

_MOST = 100
_PATIENCE_MS = 100


async def look_into_suspects(mesh: Mesh, region: RegionState) -> None:
    """Settle items with unexpected content that no record up to the end of the stream explains.

    Twice the same strange content, each time with the stream read past the moment of looking,
    is a silent change; it then counts as a local write of now.
    """
    until = region.known_until_ms - _PATIENCE_MS
    due = [key for key, one in region.suspects.items() if one.since_ms < until][:_MOST]
    if not due:
        return
    looked_ms = now_ms()
    try:
        items = await region.dynamo.read(due)
    except (UnreachableError, DynamoError) as error:
        _LOG.warning("cannot look into suspects", region=region.name, error=str(error))
        return
    names = region.cursor.key_names
    images = {key_of(item, names): canonical(item) for item in items}
    for key in due:
        suspect = region.suspects.get(key)
        if suspect is None:
            continue
        image = images.get(key)
        digest = digest_of(image)
        if image is not None:
            mesh.images.put(key, digest, image)
        held = mesh.ledger.held(region.name, key)
        if digest == (TOMBSTONE if held is None else held.digest):
            mesh.trust(region, key)
        elif suspect.digest == digest:
            del region.suspects[key]
            _LOG.warning("a change without a stream record", region=region.name, key=key.decode())
            mesh.silent_write(region, key, digest, looked_ms)
        else:
            suspect.digest, suspect.since_ms = digest, looked_ms
