"""The tax table of all markets as it is delivered. An operator must check it before taking money.

Only goods to take away: carte's orders are collected. Kinds are coarse, so a row names the usual
case; exceptions stand in its source's text.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from services.domain.markets import MARKETS
from services.domain.taxes.goods import Goods
from services.domain.taxes.north_america import STATE_RATES, american_rows, canadian_rows
from services.domain.taxes.rates import PERCENT, Rounding, Source, TaxRate, TaxTable

PASTRY: Final = (Goods.PASTRY, Goods.PASTRY_BOX)
FOOD: Final = (*PASTRY, Goods.FOOD_COLD, Goods.FOOD_HOT)
DRINKS: Final = (Goods.DRINK_HOT, Goods.DRINK_SOFT, Goods.DRINK_COLD)
OTHER: Final = (Goods.OTHER,)

_UK: Final = Source(
    "HMRC, VAT Notices 709/1 (takeaway food) and 701/14 (food); plain milk drinks are 0 %",
    "https://gov.uk/guidance/catering-takeaway-food-and-vat-notice-7091",
    primary=True,
)
_DE: Final = Source(
    "rgj.de on section 12 (2) no. 15 UStG, BGBl. 2025 I 363; drinks with 75 % milk to go are 7 %",
    "https://rgj.de/news/steueraenderungsgesetz-2025-dauerhafte-senkung-der-umsatzsteuer-auf-"
    "restaurant-und-verpflegungsdienstleistungen",
    primary=False,
)
_IE_BAKERY: Final = Source(
    "Revenue eBrief of August 2012 as quoted by mytaxreturn.ie: VATCA 2010, schedule 3, 3(5)",
    "https://mytaxreturn.ie/2012/08/page/2",
    primary=False,
)
_IE_COLD: Final = Source(
    "Revenue, leaflet Food and Drink: most food that is not hot is taxed at zero; an old edition",
    "http://www.revenue.ie/en/tax/vat/leaflets/food-and-drink.html",
    primary=True,
)
_IE_STANDARD: Final = Source(
    "Amatino on the rates from 2026-07-01: soft drinks stay at the standard rate",
    "https://www.amatino.ie/news/ireland-s-new-9-vat-rate-for-hospitality-amp-hairdressing-"
    "from-1-july-2026-",
    primary=False,
)
_IE_CATERING: Final = Source(
    "BDO Ireland on Budget 2026: food and catering from 2026-07-01, hot takeaway food included",
    "https://www.bdo.ie/en-gb/insights/2025/budget-2026/budget-2026-vat",
    primary=False,
)
_FR_FOOD: Final = Source(
    "BOFiP, BOI-TVA-LIQ-30-10-10: CGI 278-0 bis A 1; goods that contain much chocolate differ",
    "https://bofip.impots.gouv.fr/bofip/2033-PGP.html/identifiant=BOI-TVA-LIQ-30-10-10-20240821",
    primary=True,
)
_FR_NOW: Final = Source(
    "BOFiP, BOI-TVA-LIQ-30-10-10: CGI 279 n, food and drink to be consumed at once",
    "https://bofip.impots.gouv.fr/bofip/2033-PGP.html/identifiant=BOI-TVA-LIQ-30-10-10-20240821",
    primary=True,
)
_FR_OTHER: Final = Source(
    "weblex.fr on the rates since 2014-01-01",
    "https://weblex.fr/articles/tva-au-taux-reduit-dans-la-restauration-mode-d-emploi",
    primary=False,
)
_ES: Final = Source(
    "Direccion General de Tributos, V1513-21: Ley 37/1992, articles 90 and 91.Uno.1.1 (a copy)",
    "https://www.pratsglas.com/es/consulta-vinculante/iva-v1513-21-21052021",
    primary=True,
)
_IT_FOOD: Final = Source(
    "Ascom Bologna on Legge 178/2020, article 1 (40); pastry is no. 68 of table A III",
    "https://ascom.bo.it/2021/01/05/aliquota-iva-al-10-anche-per-asporto-e-consegna-a-domicilio",
    primary=False,
)
_IT_DRINK: Final = Source(
    "hessepartner.it on takeaway: drinks are outside Legge 178/2020, usually 22 %",
    "https://www.hessepartner.it/it/iva-per-servizi-take-away/",
    primary=False,
)
_NL: Final = Source(
    "Ministerie van Financien to the Tweede Kamer, 2025D06929 (a copy): 9 % food, 21 % in general",
    "https://berthub.eu/tkconv/document.html?nummer=2025D06929",
    primary=True,
)
_SG: Final = Source(
    "IRAS, what consumers need to know with the new GST rate from 1 Jan 2024",
    "https://www.iras.gov.sg/who-we-are/what-we-do/annual-reports-and-publications/taxbytes-iras/"
    "gst/what-consumers-need-to-know-with-the-new-gst-rate-from-1-jan-2024",
    primary=True,
)
_MY: Final = Source(
    "regfollower on the Service Tax (Rate of Tax) (Amendment) Order 2024; a bakery without a cafe "
    "may be outside the tax",
    "https://regfollower.com/malaysia-issues-guidelines-for-service-tax-changes",
    primary=False,
)
_MY_OTHER: Final = Source(
    "YCS Accounting on the Customs Department's guide: merchandise is no taxable service",
    "https://www.ycsaccounting.com.sg/latest-news/malaysia-news-2/"
    "304-service-tax-group-b-food-and-beverages-f-b",
    primary=False,
)
_JP: Final = Source(
    "jctrefund.com on the reduced rate; Ark Outsourcing on rounding (National Tax Agency, Q&A 46). "
    "In 2026 the government announced 0 % on food: check",
    "https://jctrefund.com/tax-reforms-2019/",
    primary=False,
)
_AU: Final = Source(
    "A New Tax System (Goods and Services Tax) Act 1999, schedule 1; prices: business.gov.au. "
    "Plain water, milk and juice are free of the tax",
    "https://www.ato.gov.au/law/view/document?DocID=PAC%2F19990055%2FSch1-1&PiT=99991231235958",
    primary=True,
)
_IN: Final = Source(
    "caclubindia on the 23rd GST Council (restaurants, takeaway); not changed by the 56th",
    "https://www.caclubindia.com/forum/itc-on-restaurants-434918.asp",
    primary=False,
)
_IN_OTHER: Final = Source(
    "SCC Online on the 56th GST Council: 18 % is the general rate; some merchandise has 5 %",
    "https://www.scconline.com/blog/wp-json/wp/v2/posts/358985",
    primary=False,
)

_BY_KIND: Final = (
    # market, levy, kinds, percent, prices with tax, valid from, source
    ("gb", "VAT", (*PASTRY, Goods.FOOD_COLD), 0, True, date(2022, 4, 1), _UK),
    ("gb", "VAT", (Goods.FOOD_HOT, *DRINKS, *OTHER), 20, True, date(2022, 4, 1), _UK),
    ("ie", "VAT", PASTRY, 13.5, True, date(2023, 9, 1), _IE_BAKERY),
    ("ie", "VAT", (Goods.FOOD_COLD,), 0, True, date(2023, 9, 1), _IE_COLD),
    ("ie", "VAT", (Goods.FOOD_HOT, Goods.DRINK_HOT), 13.5, True, date(2023, 9, 1), _IE_CATERING),
    ("ie", "VAT", (Goods.FOOD_HOT, Goods.DRINK_HOT), 9, True, date(2026, 7, 1), _IE_CATERING),
    ("ie", "VAT", (Goods.DRINK_SOFT, Goods.DRINK_COLD, *OTHER), 23, True, date(2023, 9, 1),
     _IE_STANDARD),
    ("de", "USt", FOOD, 7, True, date(2026, 1, 1), _DE),
    ("de", "USt", (*DRINKS, *OTHER), 19, True, date(2026, 1, 1), _DE),
    ("fr", "TVA", PASTRY, 5.5, True, date(2024, 8, 21), _FR_FOOD),
    ("fr", "TVA", (Goods.FOOD_COLD, Goods.FOOD_HOT, *DRINKS), 10, True, date(2024, 8, 21), _FR_NOW),
    ("fr", "TVA", OTHER, 20, True, date(2014, 1, 1), _FR_OTHER),
    ("es", "IVA", (*FOOD, Goods.DRINK_HOT, Goods.DRINK_COLD), 10, True, date(2021, 1, 1), _ES),
    ("es", "IVA", (Goods.DRINK_SOFT, *OTHER), 21, True, date(2021, 1, 1), _ES),
    ("it", "IVA", FOOD, 10, True, date(2021, 1, 1), _IT_FOOD),
    ("it", "IVA", (*DRINKS, *OTHER), 22, True, date(2021, 1, 1), _IT_DRINK),
    ("nl", "btw", (*FOOD, *DRINKS), 9, True, date(2025, 2, 18), _NL),
    ("nl", "btw", OTHER, 21, True, date(2025, 2, 18), _NL),
    ("sg", "GST", tuple(Goods), 9, True, date(2024, 1, 1), _SG),
    ("my", "service tax", (*FOOD, *DRINKS), 6, False, date(2024, 3, 1), _MY),
    ("my", "service tax", OTHER, 0, False, date(2024, 3, 1), _MY_OTHER),
    ("jp", "consumption tax", (*FOOD, *DRINKS), 8, True, date(2023, 10, 1), _JP),
    ("jp", "consumption tax", OTHER, 10, True, date(2023, 10, 1), _JP),
    ("au", "GST", tuple(Goods), 10, True, date(2000, 7, 1), _AU),
    ("in", "GST", (*FOOD, *DRINKS), 5, False, date(2017, 11, 15), _IN),
    ("in", "GST", OTHER, 18, False, date(2025, 9, 22), _IN_OTHER),
)  # fmt: skip

# The tax of a Japanese receipt is rounded once per rate (National Tax Agency, invoice Q&A 46).
_ROUNDING: Final[Mapping[str, Rounding]] = {"jp": Rounding.RATE}


def _rows() -> Iterator[TaxRate]:
    for market, levy, kinds, percent, included, day, source in _BY_KIND:
        rounding = _ROUNDING.get(market, Rounding.LINE)
        for goods in kinds:
            rate = round(percent * PERCENT)
            yield TaxRate(market, "", levy, goods, rate, included, rounding, day, source)
    yield from american_rows()
    yield from canadian_rows()


TAXES: Final = TaxTable(tuple(_rows()), frozenset({"us", "ca"}))


def percent_of(rate: int) -> str:
    """Return a rate as a person writes it: 6875 is `6.875 %`."""
    return f"{rate / PERCENT:.3f}".rstrip("0").rstrip(".") + " %"


def markdown() -> str:
    """Return the table as docs/orders.md shows it: a line for rows that differ in the kind only."""
    lines = [
        "| market | place | tax | goods | rate | prices | rounded | valid from | source |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    sources: list[Source] = []
    for head, places in _alike(TAXES.rows).items():
        if head.source not in sources:
            sources.append(head.source)
        cells = (
            *(MARKETS[head.market].country, places, head.levy, head.goods, head.rate),
            "with tax" if head.included else "without tax",
            f"per {head.rounding.value}",
            head.valid_from.isoformat(),
            f"{sources.index(head.source) + 1}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "Sources:", ""]
    for at, source in enumerate(sources, 1):
        kind = "primary" if source.primary else "secondary only"
        lines.append(f"{at}. ({kind}) [{source.text}]({source.url})")
    return "\n".join(lines) + "\n"


class _Head(NamedTuple):
    """What rows of one line of the documentation have in common."""

    market: str
    levy: str
    goods: str
    rate: str
    included: bool
    rounding: Rounding
    valid_from: date
    source: Source


def _alike(rows: Iterable[TaxRate]) -> dict[_Head, str]:
    """Join rows that differ in kind and place only; return the places of each line."""
    kinds: dict[tuple[TaxRate, int], list[Goods]] = {}
    for row in rows:
        # One kind stands for all while rows are compared.
        kinds.setdefault((replace(row, goods=Goods.OTHER), row.from_pieces), []).append(row.goods)
    places: dict[_Head, list[str]] = {}
    for (row, pieces), goods in kinds.items():
        which = "all" if len(goods) == len(Goods) else ", ".join(one.value for one in goods)
        which += f", from {pieces} in an order" if pieces > 1 else ""
        rate, place = percent_of(row.rate), row.place
        if row.source is STATE_RATES:  # they differ, and are listed as one line
            rate, place = "beside the state", f"{row.place} {rate}"
        head = (row.market, row.levy, which, rate, row.included, row.rounding, row.valid_from)
        places.setdefault(_Head(*head, row.source), []).append(place)
    return {head: ", ".join(found) for head, found in places.items()}
