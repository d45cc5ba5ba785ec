"""What one store of the chain sells, what it charges for it, and how much of it is left."""

from collections.abc import Mapping, Sequence
from typing import Final

from dataload.chain.dice import Dice
from dataload.chain.menu_items import Offer

_FEWEST, _MOST = 54, 66
_STANDARD_SHARE: Final = 0.86
_LOCAL_SHARE: Final = 0.85
_OWN_PRICE_SHARE: Final = 0.15
_COUNTED_SHARE: Final = 0.45
_SOLD_OUT_SHARE: Final = 0.04
_LOW_SHARE: Final = 0.08

# Which prices look natural: the step between two, and what is taken off the step (2.49, not 2.50).
_ENDINGS: Final[Mapping[str, tuple[int, int]]] = {
    "USD": (10, 1),
    "CAD": (10, 1),
    "GBP": (5, 0),
    "EUR": (5, 0),
    "SGD": (10, 0),
    "MYR": (10, 0),
    "JPY": (10, 0),
    "AUD": (10, 0),
    "INR": (500, 0),
}


def selection(offers: Sequence[Offer], dice: Dice) -> list[Offer]:
    """About 60 of the market's items in menu order: most of the standard range, local ones, some.

    A store keeps each standard item with a chance of 86 % and fills up from the rest.
    """
    target = dice.between(_FEWEST, _MOST)
    chosen = {
        offer.item_id
        for offer in offers
        if dice.chance(_STANDARD_SHARE if offer.standard else _LOCAL_SHARE if offer.local else 0.0)
    }
    rest = [offer.item_id for offer in offers if not offer.standard and offer.item_id not in chosen]
    chosen.update(dice.shuffled(rest)[: max(0, target - len(chosen))])
    return [offer for offer in offers if offer.item_id in chosen]


def own_price(price: int, currency: str, dice: Dice) -> int | None:
    """For about one item in seven the store's own price, 5 to 15 % off the catalog's; else None.

    Both in minor units. It ends as prices of the currency do, which may round the percentage.
    """
    if not dice.chance(_OWN_PRICE_SHARE):
        return None
    dearer = dice.chance(0.55)
    share = 0.05 + 0.10 * dice.random()
    step, off = _ENDINGS.get(currency, (1, 0))
    steps = round((price * (1 + share if dearer else 1 - share) + off) / step)
    own = steps * step - off
    if own == price:
        own += step if dearer else -step
    return own if own > 0 else None


def stock(selected: Sequence[Offer], dice: Dice) -> dict[str, int]:
    """Pieces left of the items that the store counts (not quite half): a few low, a few sold out.

    At least one of each, so that every menu shows both.
    """
    counted = [offer.item_id for offer in selected if dice.chance(_COUNTED_SHARE)]
    pieces: dict[str, int] = {}
    for item_id in counted:
        chance = dice.random()
        if chance < _SOLD_OUT_SHARE:
            pieces[item_id] = 0
        elif chance < _SOLD_OUT_SHARE + _LOW_SHARE:
            pieces[item_id] = dice.between(1, 5)
        else:
            pieces[item_id] = dice.between(8, 90)
    return pieces | dict(zip(dice.shuffled(counted), (0, dice.between(1, 5)), strict=False))
