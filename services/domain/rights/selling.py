"""What a region does with its own part of a counter: reserve, sell, settle, give rights away.

Every function returns the account after one write of the region's own part. Nothing here needs
another region.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from services.domain.rights.account import Account, Hold, Part

# Seconds after which a reservation that ended is not kept any more, whoever collected its goods.
# Only a count looks at reservations, at those that have not ended by its own clock: so this is more
# than two clocks can differ that are followed (`stamp.MAX_AHEAD_MS` each).
FORGOTTEN_S: Final = 3 * 3600


class NoRightsError(ValueError):
    """A region wants to sell pieces to which it holds no rights.

    Attributes:
        held: Rights that the region has.
        left: Pieces left in all regions, as far as is known.
    """

    def __init__(self, held: int, left: int) -> None:
        super().__init__(f"{held} rights are held here, {left} pieces are left in all")
        self.held = held
        self.left = left


def reserve(  # noqa: PLR0917 - what a reservation depends on
    account: Account, region: str, pieces: int, until: int, known: int = 0, now: int = 0
) -> Account:
    """Return the account after a region reserved pieces for an order.

    The reservation's position is the region's `sold` afterwards. Reservations that ended
    `FORGOTTEN_S` ago are left out of what is held: of most orders somebody records that they were
    collected, of others nobody ever does. What is taken back of one later is known by its position.

    Args:
        account: The counter as the region has it.
        region: The region.
        pieces: Pieces, at least 1.
        until: When the goods are taken for gone, Unix seconds.
        known: Where the region's `sold` stood at least, as others name it: its part may be lost.
        now: Unix seconds.

    Raises:
        NoRightsError: The region holds too few rights. Its wish for more stands in `wanting`.
    """
    held = account.rights(region)
    if held is not None and held < pieces:
        raise NoRightsError(max(0, held), max(0, account.left() or 0))
    part = account.part(region)
    sold = max(part.sold, known) + pieces
    held_now = {**_remembered(part.held, now), sold: Hold(pieces, until)}
    return _written(account, region, replace(part, sold=sold, held=held_now))


def _remembered(held: Mapping[int, Hold], now: int) -> dict[int, Hold]:
    """Return the reservations that a count may still have to leave out of what may be sold."""
    return {at: hold for at, hold in held.items() if hold.until + FORGOTTEN_S > now}


def sell(account: Account, region: str, pieces: int) -> Account:
    """Return the account after a till sold pieces: they are gone, with or without rights.

    The rights of the region go below zero where it had none; other regions with rights left cover
    that by `transfers.grants`.
    """
    part = account.part(region)
    return _written(account, region, replace(part, sold=part.sold + pieces))


def give_back(account: Account, region: str, position: int, pieces: int) -> Account:
    """Return the account after a region took a sale or reservation back; twice is like once.

    Those that follow each other are one range of positions: there are never more ranges than sales
    that stand, and one.
    """
    part = account.part(region)
    # So did earlier versions of carte write it.
    if position in part.returns or part.back.has(position):
        return account
    held = {at: hold for at, hold in part.held.items() if at != position}
    back = part.back.taking_back(position, pieces)
    return _written(account, region, replace(part, back=back, held=held))


def hand_out(account: Account, region: str, position: int) -> Account:
    """Return the account after the goods of a reservation left the store; twice is like once."""
    part = account.part(region)
    if position not in part.held:
        return account
    held = {at: hold for at, hold in part.held.items() if at != position}
    return _written(account, region, replace(part, held=held))


def give_rights(account: Account, giver: str, taker: str, pieces: int) -> Account:
    """Return the account after the giver gave rights away; only the giver writes.

    Raises:
        NoRightsError: The giver holds fewer rights.
    """
    held = account.rights(giver)
    if held is None or held < pieces:
        raise NoRightsError(max(0, held or 0), max(0, account.left() or 0))
    part = account.part(giver)
    given = {**part.given, taker: part.given.get(taker, 0) + pieces}
    return _written(account, giver, replace(part, given=given))


def wanting(account: Account, region: str, pieces: int) -> Account:
    """Return the account with a new number of rights that a region requests."""
    part = account.part(region)
    if part.wanted == pieces:
        return account
    return _written(account, region, replace(part, wanted=pieces))


def _written(account: Account, region: str, part: Part) -> Account:
    return account.with_part(region, replace(part, version=part.version + 1))
