"""Markets by the names and codes that files of imports and of counts have for their countries."""

from typing import Final

from services.domain.markets import MARKETS, Market
from services.domain.search.folding import joined

_LONGEST: Final = 60  # characters of a name; a longer text is folded for nothing
# Besides the id, the two-letter code and the English name.
_OTHER_NAMES: Final = {
    "us": ("USA", "U.S.", "United States of America", "840"),
    "ca": ("CAN", "124"),
    "gb": ("UK", "GBR", "Great Britain", "England", "826"),
    "ie": ("IRL", "Éire", "372"),
    "de": ("DEU", "Deutschland", "Allemagne", "276"),
    "fr": ("FRA", "Frankreich", "250"),
    "es": ("ESP", "España", "Spanien", "724"),
    "it": ("ITA", "Italia", "Italien", "380"),
    "nl": ("NLD", "Nederland", "Holland", "Niederlande", "528"),
    "sg": ("SGP", "702"),
    "my": ("MYS", "458"),
    "jp": ("JPN", "日本", "392"),
    "au": ("AUS", "036"),
    "in": ("IND", "Bharat", "356"),
}
_BY_NAME: Final = {
    joined(name): market
    for market in MARKETS.values()
    for name in (market.id, market.country, *_OTHER_NAMES.get(market.id, ()))
}


def market_named(text: str) -> Market | None:
    """Return the market that a file means by `us`, `USA` or `United States`; None: there is none.

    The codes are those of ISO 3166-1: two letters, three letters or three digits.
    """
    return _BY_NAME.get(joined(text)) if len(text) <= _LONGEST else None
