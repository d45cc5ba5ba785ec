"""Corrects the ledger after a restart by a region's whole table. Pure, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass

from localcloud.replicator.ledger import Ledger
from localcloud.replicator.versions import TOMBSTONE, Version, local_write


@dataclass(slots=True)
class TableComparison:
    """The outcome for the items whose content was not the expected one.

    Attributes:
        went_back: The emulator was killed and came back as it was at its last clean stop.
        known: Contents that were recognised: an older one, an own write, or another region's.
        local: Contents that were not recognised: local writes and deletes that no stream has shown.
    """

    went_back: bool = False
    known: int = 0
    local: int = 0


def _went_back(
    ledger: Ledger, region: str, contents: Mapping[bytes, bytes], boot: Mapping[bytes, Version]
) -> bool:
    """Distinguish a kill from a clean stop: the emulator saves its state as a whole, or not at all.

    If anything that changed since the last start is still there, everything is.
    """
    lost = 0
    for key, held in ledger.snapshot(region):
        before = boot[key].digest if key in boot else TOMBSTONE
        if held.digest == before:
            continue
        content = contents.get(key, TOMBSTONE)
        if content == held.digest:
            return False
        lost += content == before
    return lost > 0


def compare_table(
    ledger: Ledger,
    region: str,
    contents: Mapping[bytes, bytes],
    boot: Mapping[bytes, Version],
    *,
    same_table: bool,
    clock_ms: int,
) -> TableComparison:
    """Bring beliefs about `region` in line with what its table holds.

    Args:
        ledger: Beliefs, changed in place.
        region: The region whose emulator (or whose stream) is not the one known.
        contents: Digest of every item that the emulator started with.
        boot: What the region held when its emulator had started the time before.
        same_table: False if the table was created anew: what is missing was then not deleted.
        clock_ms: The region's time, for writes that no stream has shown.
    """
    result = TableComparison()
    result.went_back = same_table and _went_back(ledger, region, contents, boot)
    for key in {*ledger, *contents}:
        held = ledger.held(region, key)
        content = contents.get(key, TOMBSTONE)
        if content == (TOMBSTONE if held is None else held.digest):
            continue
        if content == TOMBSTONE and not same_table:
            ledger.believe(region, key, None)
            result.known += 1
            continue
        if result.went_back and content == (boot[key].digest if key in boot else TOMBSTONE):
            ledger.believe(region, key, boot.get(key))
            result.known += 1
            continue
        version = _recognised(ledger, region, key, content)
        if version is None:
            version = local_write(clock_ms, held, region, content)
            result.local += 1
        else:
            result.known += 1
        ledger.believe(region, key, version)
    return result


def _recognised(ledger: Ledger, region: str, key: bytes, content: bytes) -> Version | None:
    """Find the version with this content: an own write not seen yet, or what others hold."""
    sent = ledger.sent(region, key)
    others = [] if content == TOMBSTONE else [*ledger.all_held(key).values()]
    same = [one for one in (*sent, *others) if one is not None and one.digest == content]
    return max(same) if same else None
