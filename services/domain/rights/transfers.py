"""Moves rights between regions: which region requests some, and which gives them, and writes."""

from typing import Final

from services.domain.rights.account import Account
from services.domain.rights.selling import give_rights, wanting

_PARTS: Final = 2  # a giver keeps half of what it has


def ask(account: Account, region: str, refused: int = 0) -> Account:
    """Return the account with the number of rights that a region requests brought up to date.

    A region requests rights when it runs low: when it sold something and holds less than a
    twentieth of what is left, or had to refuse an order that others could have taken. It then
    requests what it refused and a tenth of what is left. A request stands until it is fulfilled,
    but is never for more than is left. A region where nobody buys requests none: rights that lie
    there are lost with it.

    Args:
        account: The counter as the region has it.
        region: The region that may request rights.
        refused: Pieces of an order that it just had to refuse for lack of rights; else 0.
    """
    held, left = account.rights(region), account.left()
    if held is None or left is None:
        return account
    if refused > left:
        refused = 0  # nobody could have taken that order
    low = (held * 20 < left and account.used(region) > 0) or refused > held
    before = account.part(region).wanted
    standing = before if before > held else 0
    wish = max(standing, refused + left // 10 if low else 0)
    return wanting(account, region, max(0, min(wish, left)))


def grants(account: Account, giver: str) -> dict[str, int]:
    """Return the rights that a region should give to others now, by region.

    First to regions whose tills sold more than they held rights to, else those pieces could be
    sold twice; all that the giver has, if need be. Then to regions that ask, at most half of the
    rest, so that the last piece does not travel to and fro.
    """
    spare = max(0, account.rights(giver) or 0)
    found: dict[str, int] = {}
    others = sorted(account.regions() - {giver})
    for region in others:
        debt = min(spare, max(0, -(account.rights(region) or 0)))
        if debt:
            found[region] = debt
            spare -= debt
    for region in others:
        wish = account.part(region).wanted - (account.rights(region) or 0) - found.get(region, 0)
        gift = min(spare // _PARTS, max(0, wish if account.part(region).wanted else 0))
        if gift:
            found[region] = found.get(region, 0) + gift
            spare -= gift
    return found


def grant(account: Account, giver: str) -> Account:
    """Return the account after a region gave what `grants` says."""
    for region, pieces in grants(account, giver).items():
        account = give_rights(account, giver, region, pieces)
    return account
