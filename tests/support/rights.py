"""What tests measure of the rights to sell an item."""

from services.domain.rights.account import Account


def sellable_without(account: Account, away: str) -> float:
    """Return the share of the pieces left that can be sold while one region is away, 0 to 1.

    The rights of the region that is away stay with it: that is what keeps the count safe.
    """
    rights = {region: max(0, account.rights(region) or 0) for region in account.regions()}
    total = sum(rights.values())
    return 1.0 if total == 0 else (total - rights.get(away, 0)) / total
