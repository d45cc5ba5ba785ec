"""How a count opens a new epoch, and how its pieces are shared out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.domain.rights.account import NO_HOLDS, NO_NUMBERS, Account, Epoch, Part
from services.domain.stamp import Stamp

NEXT_SHARE: Final = 10  # the store's second-nearest region gets a tenth


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count led to.

    Attributes:
        account: The account in the new epoch.
        missing: Pieces that other regions hold rights to and that were not there; 0 when all is
            well. Whether they sell them shows later: `Account.left` is below zero.
    """

    account: Account
    missing: int


def default_shares(pieces: int, nearest: Sequence[str]) -> dict[str, int]:
    """Return the shares of a count: a tenth for the second-nearest region, the rest for the first.

    So nine tenths or more can be sold while any region but the nearest is away.

    Args:
        pieces: Pieces to share out, 0 or more.
        nearest: Regions, nearest to the store first; at least one.
    """
    shares = dict.fromkeys(nearest, 0)
    if len(nearest) > 1:
        shares[nearest[1]] = pieces // NEXT_SHARE
    shares[nearest[0]] += pieces - sum(shares.values())
    return shares


def count(
    account: Account, counted: int, stamp: Stamp, nearest: Sequence[str], now: int
) -> Counted:
    """Return the account after somebody counted pieces in the store.

    Every other region keeps at least the rights that it had not used as far as the counting region
    can see: it may be selling them right now. So sales that the counter had not seen cannot
    oversell. The counting region keeps nothing by itself, since all its own sales are known to it.

    A region that seems to have sold more than it held rights to has either overdrawn, or got rights
    by a grant that has not arrived here: then its giver seems to hold them still. It starts anew
    without that debt as far as there are pieces for it besides the rights of all others. Where
    there are not, the debt stays with it: paid twice, by the counting region and by the grant that
    arrives, it would be rights to pieces that nobody has.

    Reservations whose goods are still in the store were counted with the rest, and are left out of
    what may be sold.

    Args:
        account: The counter as the counting region has it.
        counted: Pieces that somebody counted, 0 or more.
        stamp: Of the count, higher than that of the epoch it replaces; its region counts.
        nearest: All regions, nearest to the store first.
        now: Unix seconds.
    """
    here = stamp.region
    known = {region: _known(account, region) for region in sorted(account.regions())}
    held = {
        region: {at: hold for at, hold in sorted(part.held.items()) if hold.until > now}
        for region, part in known.items()
    }
    in_store = sum(hold.pieces for holds in held.values() for hold in holds.values())
    pieces = counted - in_store
    unused = {
        region: 0 if region == here else account.rights(region) or 0
        for region in sorted(account.regions() | {*nearest})
    }
    floors = _floors(unused, pieces)
    free = pieces - sum(floors.values())
    epoch = Epoch(
        stamp,
        counted,
        pieces,
        _shared(floors, pieces, free, here, nearest),
        {region: part.sold for region, part in known.items()},
        {region: part.given for region, part in known.items()},
        held,
    )
    return Counted(Account(epoch, account.parts), max(0, -free))


def _known(account: Account, region: str) -> Part:
    """Return what is known of a region, from its part or from what the last count had seen of it.

    Items replicate in no order: a count may arrive before the parts that it had seen. A new count
    that went by the older parts would reckon sales again that the last one had reckoned already,
    and leave out reservations that the last one had seen settled.
    """
    part, epoch = account.part(region), account.epoch
    if epoch is None:
        return part
    seen, held = epoch.seen.get(region, 0), epoch.held.get(region, NO_HOLDS)
    given = epoch.seen_given.get(region, NO_NUMBERS)
    still = {at: hold for at, hold in part.held.items() if at > seen or at in held}
    later = {at: hold for at, hold in held.items() if at > part.sold}
    return replace(
        part,
        sold=max(part.sold, seen),
        held={**still, **later},
        given={
            to: max(part.given.get(to, 0), given.get(to, 0))
            for to in sorted(part.given.keys() | given.keys())
        },
    )


def _floors(unused: Mapping[str, int], pieces: int) -> dict[str, int]:
    """Return the rights that each region has at least after a count.

    Args:
        unused: Region to the rights that it had not used; below zero: a debt.
        pieces: Pieces that may be sold.
    """
    floors = {region: max(0, rights) for region, rights in unused.items()}
    lacking = max(0, sum(floors.values()) - pieces)
    for region, rights in unused.items():
        debt = min(lacking, max(0, -rights))
        floors[region] -= debt
        lacking -= debt
    return floors


def _shared(
    floors: dict[str, int], pieces: int, free: int, here: str, nearest: Sequence[str]
) -> dict[str, int]:
    """Return the floors, filled up to the default shares as far as there are free pieces."""
    shares = dict(floors)
    if free < 0:
        shares[here] = shares.get(here, 0) + free  # what is missing is missing here
        return shares
    for region, wanted in default_shares(pieces, nearest).items():
        more = min(free, max(0, wanted - shares[region]))
        shares[region] += more
        free -= more
    shares[nearest[0]] += free
    return shares
