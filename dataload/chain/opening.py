"""Opening hours of stores: the market's usual hours, or a variation of them."""

from typing import Final

from dataload.chain.dice import Dice
from services.domain.markets import MARKETS

_VARIATIONS: Final = (
    (0.06, "24/7"),
    (0.06, "{usual}; Fr-Sa 07:00-01:00"),
    (0.04, "{usual}; Th-Sa 10:00-02:00"),
    (0.03, "Mo-Su 11:00-23:30"),
    (0.05, "{usual}; Su off"),
    (0.04, "{usual}; Mo off"),
    (0.03, "{usual}; Tu off"),
    (0.04, "Mo-Fr 06:00-18:00; Sa-Su 07:00-15:00"),
    (0.03, "Mo-Sa 07:00-12:30,14:30-19:00; Su 08:00-12:30"),
)


def hours(market: str, dice: Dice) -> str:
    """Opening hours as `domain.hours` reads them; about two stores of three keep the usual ones."""
    usual = MARKETS[market].hours
    chance = dice.random()
    for share, variation in _VARIATIONS:
        if chance < share:
            return variation.format(usual=usual)
        chance -= share
    return usual
