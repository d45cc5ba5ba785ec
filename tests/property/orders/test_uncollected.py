"""Orders that nobody marks as collected: their reservations are forgotten, and nothing else."""

import os
import random

import pytest

from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.rights import selling
from services.domain.rights.selling import NoRightsError
from services.domain.stamp import MAX_AHEAD_MS, Stamp

REGIONS = ("eu", "us", "ap")
SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120")) // 4
HOUR = 3600
WRONG = MAX_AHEAD_MS // 1000


class Shop:
    """Three regions that sell one item, each by a clock of its own.

    Attributes:
        seen: What each region answered and showed, step by step.
        kept: The most reservations that a region kept at once.
    """

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.now = 10**9
        self.skew = {one: self.rng.choice((-WRONG, 0, WRONG)) for one in REGIONS}
        first = stock_rights.counted(Stock("s1", {}), "ring", 500, Stamp(1, "eu"), REGIONS)
        self.stocks = dict.fromkeys(REGIONS, first)
        self.open: list[tuple[str, int, int]] = []
        self.seen: list[object] = []
        self.kept = 0

    def step(self, at: int) -> None:
        rng, region = self.rng, self.rng.choice(REGIONS)
        self.now += rng.choice((0, 60, 600, HOUR // 2))
        stock, clock = self.stocks[region], self.now + self.skew[region]
        match rng.randrange(10):
            case n if n < 4:
                pieces, until = rng.choice((1, 2, 3)), clock + rng.choice((600, HOUR, 6 * HOUR))
                try:
                    stock, position = stock_rights.reserved(
                        stock, "ring", pieces, region, until, clock
                    )
                    self.open.append((region, position, pieces))
                except NoRightsError as error:
                    self.seen.append((error.held, error.left))
            case n if n < 7 and self.open:
                its, position, pieces = self.open.pop(rng.randrange(len(self.open)))
                region, stock = its, self.stocks[its]
                if n % 2:
                    stock = stock_rights.handed_out(stock, "ring", its, position)
                else:
                    named = (pieces, its, position, f"order-{at}")
                    stock = stock_rights.given_back(stock, "ring", *named)
            case 7:
                for other in self.stocks.values() if rng.random() < 0.7 else ():
                    stock = stock.merge(other)
                pieces, stamp = rng.randrange(100, 500), Stamp((at + 2) << 16, region)
                stock = stock_rights.counted(stock, "ring", pieces, stamp, REGIONS, clock)
            case _:
                other = self.stocks[rng.choice(REGIONS)]
                stock = stock.merge(other)
        self.stocks[region] = stock
        for one in self.stocks.values():
            line = one.line("ring")
            account = stock_rights.account_of(line)
            rights = [account.rights(region) for region in REGIONS]
            self.seen.append((line.left, rights, account.epoch))
            self.kept = max(self.kept, *(len(slot.held) for slot in line.slots.values()), 0)


def shop(seed: int) -> Shop:
    found = Shop(seed)
    for at in range(150):
        found.step(at)
    return found


def test_what_is_left_is_the_same_as_if_nothing_was_forgotten() -> None:
    fewer = 0
    for seed in range(SCHEDULES):
        forgetting = shop(seed)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(selling, "FORGOTTEN_S", 10**9)
            remembering = shop(seed)
        assert forgetting.seen == remembering.seen, seed
        fewer += forgetting.kept < remembering.kept
    assert fewer, "nothing was ever forgotten"


def test_a_region_that_forgets_too_soon_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selling, "FORGOTTEN_S", HOUR // 2)
    with pytest.raises(AssertionError):
        test_what_is_left_is_the_same_as_if_nothing_was_forgotten()
