"""The one table that decides which of two contradicting facts of an order holds.

Regions record facts without asking each other, so two facts may exist of which only one would
have been allowed had their regions known both. Which one holds depends on the kinds alone, never
on clocks or on the order of arrival, so that every region decides alike. Three principles give
the table:

1. What happened in the world outweighs what was decided: goods handed out, money taken.
2. An ending outweighs an acceptance: its guest got the notice that nothing will be charged.
3. What somebody did outweighs what the system presumed: an acceptance or a cancellation
   outweighs an expiry, money that was taken (only after an acceptance) does so too, and an
   authorization a refusal that came before it.
"""

from collections.abc import Iterable
from itertools import combinations_with_replacement
from typing import Final, NamedTuple

from services.domain.orders.facts import GUEST, OPERATOR, STORE

# The kinds that say something about where an order stands, in the order of the table.
CLAIMS: Final = (
    "placed",
    "authorized",
    "declined",
    "approved",
    "accepted",
    "ready",
    "collected",
    "cancelled",
    "rejected",
    "expired",
    "captured",
    "voided",
    "refunded",
)
ENDINGS: Final = ("cancelled", "rejected", "expired")
GOODS: Final = ("ready", "collected")


class Ruling(NamedTuple):
    """What holds where two facts of one order meet.

    Attributes:
        pair: The two kinds, in the order of `CLAIMS`.
        holds: The kind that holds; None: both do.
        overruled: The kind that does not hold; None: both do.
        notify: Audiences that get a notice that what they heard before does not hold.
        why: The reason, one sentence.
    """

    pair: tuple[str, str]
    holds: str | None
    overruled: str | None
    notify: tuple[str, ...]
    why: str


class _Rule(NamedTuple):
    holds: str
    overruled: str
    notify: tuple[str, ...]
    why: str


_GOODS_EXIST: Final = (
    "The goods exist: they are handed out and paid for, and the guest gets the notice 'too late'."
)
_NEVER_AUTHORIZED: Final = (
    "An acceptance needs an authorization, so a later attempt succeeded and is on its way here."
)

_RULES: Final = (
    *(_Rule(goods, ending, (GUEST,), _GOODS_EXIST) for goods in GOODS for ending in ENDINGS),
    *(_Rule(goods, "declined", (), _NEVER_AUTHORIZED) for goods in GOODS),
    _Rule(
        "cancelled",
        "accepted",
        (STORE,),
        "The guest got the notice that nothing is charged; the store gets one to stop.",
    ),
    _Rule("cancelled", "approved", (), "The review is moot."),
    _Rule("cancelled", "rejected", (), "Both end the order; the guest's own act is shown."),
    _Rule("cancelled", "expired", (), "Both end the order; the guest's own act is shown."),
    _Rule("cancelled", "declined", (), "Both end the order; the guest's own act is shown."),
    _Rule(
        "rejected",
        "accepted",
        (GUEST, STORE),
        "The guest may have got the notice that nothing is charged, and the hold on the card may "
        "be gone; the store gets a notice that its two answers differ.",
    ),
    _Rule("rejected", "approved", (), "The store's refusal is final."),
    _Rule("rejected", "expired", (), "Both end the order; the store's own act is shown."),
    _Rule("rejected", "declined", (), "Both end the order; the store's own act is shown."),
    _Rule(
        "accepted",
        "expired",
        (GUEST,),
        "The store accepted in time, only unseen by the region that gave up waiting; "
        "otherwise a partition would expire every order of the other side.",
    ),
    _Rule("accepted", "declined", (), _NEVER_AUTHORIZED),
    _Rule("expired", "declined", (), "The guest had until then to offer another card."),
    _Rule("expired", "approved", (), "The store did not accept in time, whatever the review said."),
    _Rule(
        "authorized",
        "declined",
        (GUEST,),
        "The provider holds the money, in this attempt or a later one.",
    ),
    _Rule(
        "captured",
        "voided",
        (OPERATOR,),
        "The money was taken: it has to be accounted for. The provider never does both.",
    ),
    _Rule("captured", "declined", (), "The money was taken, in this attempt or a later one."),
    _Rule(
        "captured",
        "expired",
        (GUEST, OPERATOR),
        "Money is taken only after an acceptance, which is on its way here.",
    ),
)
_REPEATED: Final = (
    "The same act in two regions has one effect; the data of the earlier stamp count."
)
_TWO_PLACEMENTS: Final = (
    "One order: the placement of the lower region name counts; the other region gives its "
    "reservation back."
)
_BOTH: Final = "No contradiction."

_OVERRULES: Final = {(rule.holds, rule.overruled): rule for rule in _RULES}


def ruling(one: str, other: str) -> Ruling:
    """Return what holds where facts of two kinds meet in one order, whichever came first."""
    first, second = sorted((one, other), key=CLAIMS.index)
    rule = _OVERRULES.get((first, second)) or _OVERRULES.get((second, first))
    if rule is not None:
        return Ruling((first, second), *rule)
    why = _BOTH if first != second else _TWO_PLACEMENTS if first == "placed" else _REPEATED
    return Ruling((first, second), None, None, (), why)


def table() -> list[Ruling]:
    """Return the rulings on all pairs of kinds, a kind with itself included."""
    return [ruling(one, other) for one, other in combinations_with_replacement(CLAIMS, 2)]


def standing(kinds: Iterable[str]) -> dict[str, str | None]:
    """Return for each kind that is present the kind that overrules it, or None where it holds.

    A kind that is overruled overrules nothing itself: an acceptance that a cancellation overruled
    holds again where the goods overrule the cancellation. The relation has no circles, so the
    answer is unique; a kind is decided after all kinds that could overrule it.
    """
    present = set(kinds)
    decided: dict[str, str | None] = {}
    for kind in _BY_WEIGHT:
        if kind in present:
            decided[kind] = next(
                (by for by, held in decided.items() if held is None and (by, kind) in _OVERRULES),
                None,
            )
    return decided


def _by_weight() -> tuple[str, ...]:
    """Return the claims such that each comes after all that may overrule it."""
    ordered: list[str] = []
    while len(ordered) < len(CLAIMS):
        free = [
            kind
            for kind in CLAIMS
            if kind not in ordered and all(by in ordered for by, over in _OVERRULES if over == kind)
        ]
        if not free:
            raise ValueError("the table of contradictions has a circle")
        ordered.append(free[0])
    return tuple(ordered)


_BY_WEIGHT: Final = _by_weight()


def markdown() -> str:
    """Return the table as docs/orders.md shows it: the contradictions, then the rest in a line."""
    rulings = table()
    lines = ["| facts | holds | gets a notice | why |", "|---|---|---|---|"]
    for one in rulings:
        if one.why != _BOTH and (one.holds or one.pair == ("placed", "placed")):
            notified = ", ".join(one.notify) or "nobody"
            holds = one.holds or "the lower region"
            lines.append(f"| {one.pair[0]} + {one.pair[1]} | {holds} | {notified} | {one.why} |")
    same = sum(one.pair[0] == one.pair[1] for one in rulings) - 1
    both = sum(one.why == _BOTH for one in rulings)
    lines += [
        "",
        f"{len(rulings)} pairs in all; {same} of them are a kind with itself. {_REPEATED}",
        f"The other {both} pairs do not contradict each other.",
    ]
    return "\n".join(lines) + "\n"
