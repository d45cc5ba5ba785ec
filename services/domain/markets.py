"""The markets the chain sells in: a country with its currency, language, usual hours and zones.

CONTRIBUTING.md ("Add a market") names the few facts about a market that stand elsewhere: its taxes,
and the total from which an order in its currency needs an approval.
"""

from dataclasses import dataclass
from typing import Final

LOCALES: Final = ("en", "fr", "de", "ja", "es", "it", "nl")


@dataclass(frozen=True, slots=True)
class Market:
    """One country in which the chain has a catalog of its own.

    Attributes:
        id: Lower-case ISO 3166-1 alpha-2 country code.
        country: The country's English name.
        currency: ISO 4217 code of its prices.
        locale: Language of its menus where a request names none (BCP 47).
        hours: Opening hours of a store that gives none, as `hours.parse_hours` reads them.
        zones: IANA time zones in which most of its people live, each with its share of them.
    """

    id: str
    country: str
    currency: str
    locale: str
    hours: str
    zones: tuple[tuple[str, float], ...]

    @property
    def country_code(self) -> str:
        """ISO 3166-1 alpha-2, upper case."""
        return self.id.upper()


# fmt: off
MARKETS: Final = {
    market.id: market
    for market in (
        Market(
            "us", "United States", "USD", "en", "Mo-Fr 05:30-21:00; Sa-Su 06:00-21:00",
            (("America/New_York", 0.48), ("America/Chicago", 0.29), ("America/Denver", 0.07),
             ("America/Los_Angeles", 0.16)),
        ),
        Market(
            "ca", "Canada", "CAD", "en", "Mo-Fr 05:30-21:00; Sa-Su 06:30-20:00",
            (("America/Toronto", 0.62), ("America/Edmonton", 0.2), ("America/Vancouver", 0.18)),
        ),
        Market(
            "gb", "United Kingdom", "GBP", "en", "Mo-Fr 07:00-19:00; Sa-Su 08:00-18:00",
            (("Europe/London", 1.0),),
        ),
        Market(
            "ie", "Ireland", "EUR", "en", "Mo-Fr 07:30-19:00; Sa-Su 09:00-18:00",
            (("Europe/Dublin", 1.0),),
        ),
        Market(
            "de", "Germany", "EUR", "de", "Mo-Sa 07:00-20:00; Su 08:00-18:00",
            (("Europe/Berlin", 1.0),),
        ),
        Market(
            "fr", "France", "EUR", "fr", "Mo-Sa 07:30-19:30; Su 08:30-18:30",
            (("Europe/Paris", 1.0),),
        ),
        Market(
            "es", "Spain", "EUR", "es", "Mo-Th 08:00-21:30; Fr-Sa 08:00-23:00; Su 09:00-21:30",
            (("Europe/Madrid", 1.0),),
        ),
        Market(
            "it", "Italy", "EUR", "it", "Mo-Sa 07:00-20:00; Su 08:00-20:00",
            (("Europe/Rome", 1.0),),
        ),
        Market(
            "nl", "Netherlands", "EUR", "nl", "Mo-Sa 07:30-19:00; Su 09:00-18:00",
            (("Europe/Amsterdam", 1.0),),
        ),
        Market(
            "sg", "Singapore", "SGD", "en", "Mo-Su 08:00-22:00",
            (("Asia/Singapore", 1.0),),
        ),
        Market(
            "my", "Malaysia", "MYR", "en", "Mo-Su 08:00-22:00; Fr-Sa 08:00-24:00",
            (("Asia/Kuala_Lumpur", 1.0),),
        ),
        Market(
            "jp", "Japan", "JPY", "ja", "Mo-Su 07:00-21:00",
            (("Asia/Tokyo", 1.0),),
        ),
        Market(
            "au", "Australia", "AUD", "en", "Mo-Fr 06:00-18:00; Sa-Su 07:00-17:00",
            (("Australia/Sydney", 0.8), ("Australia/Perth", 0.2)),
        ),
        Market(
            "in", "India", "INR", "en", "Mo-Su 09:00-23:00",
            (("Asia/Kolkata", 1.0),),
        ),
    )
}
# fmt: on


def no_such_market(market: str) -> str:
    """Return the sentence that there is no such market, and which there are."""
    return f"there is no market {market[:20]!r}; markets are {', '.join(MARKETS)}"
