"""Tax rates of the United States and Canada, which depend on the state or province.

Prices do not include tax. The rates of states are base rates: those of counties, cities and
districts are an operator's to add, and so are the exemptions that many states have for bakery
goods sold by the dozen or without utensils.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from services.domain.taxes.goods import Goods
from services.domain.taxes.rates import PERCENT, Rounding, Source, TaxRate

SALES_TAX: Final = "sales tax"
MEALS_TAX: Final = "meals tax"

STATE_RATES: Final = Source(
    "Federation of Tax Administrators, state sales tax rates as of 2023-01-01",
    "https://taxadmin.org/state-sales-taxes-food-and-drug-exemptions",
    primary=False,
)
_FTA_DAY: Final = date(2023, 1, 1)

# State base rates in percent, with what every place of the state adds: California 1.25, Utah 1.25,
# Virginia 1.
_STATES: Final = """
AL 4, AK 0, AZ 5.6, AR 6.5, CA 7.25, CO 2.9, CT 6.35, DE 0, DC 6, FL 6, GA 4, HI 4, ID 6, IL 6.25,
IN 7, IA 6, KS 6.5, KY 6, LA 4.45, ME 5.5, MD 6, MA 6.25, MI 6, MN 6.875, MS 7, MO 4.225, MT 0,
NE 5.5, NV 6.85, NH 0, NJ 6.625, NM 5, NY 4, NC 4.75, ND 5, OH 5.75, OK 4.5, OR 0, PA 6, RI 7, SC 6,
SD 4.5, TN 7, TX 6.25, UT 6.1, VT 6, VA 5.3, WA 6.5, WV 6, WI 5, WY 4
"""

# What changed since, and what states levy on food and drink that is ready to eat.
_LATER: Final = (
    ("LA", 5.0, date(2025, 1, 1), Source(
        "Louisiana Department of Revenue, sales tax reform; until 2029-12-31",
        "https://revenue.louisiana.gov/tax-education-and-faqs/faqs/sales-tax-reform/"
        "what-is-the-state-sales-tax-rate",
        primary=True,
    )),
    ("NM", 4.875, date(2023, 7, 1), Source(
        "REDW on the filer's kit of the Taxation and Revenue Department (gross receipts tax)",
        "https://www.redw.com/insights/"
        "new-mexico-gross-receipts-tax-filers-kit-for-july-december-2023-is-now-available/",
        primary=False,
    )),
    ("SD", 4.2, date(2023, 7, 1), Source(
        "Avalara on House Bill 1137",
        "https://www.avalara.com/blog/en/north-america/2023/03/south-dakota-sales-tax-rate-cut.html",
        primary=False,
    )),
    ("SD", 4.5, date(2027, 7, 1), Source(
        "Avalara on House Bill 1137: the reduction ends on 2027-06-30",
        "https://www.avalara.com/blog/en/north-america/2023/03/south-dakota-sales-tax-rate-cut.html",
        primary=False,
    )),
)  # fmt: skip
_MEALS: Final = (
    ("CT", SALES_TAX, 7.35, date(2019, 10, 1), Source(
        "Connecticut DRS, notice on PS 2019(5): meals taxed at 6.35 % are taxed at 7.35 %",
        "https://preview-stage.ct.egov.com/drs/publications/policy-statements/2019/ps-2019-5",
        primary=True,
    )),
    ("DC", SALES_TAX, 10.0, _FTA_DAY, Source(
        "District of Columbia, Chief Financial Officer, sales and use taxes: restaurant meals",
        "https://cfo.dc.gov/page/tax-rates-and-revenues-sales-and-use-taxes",
        primary=True,
    )),
    ("ME", SALES_TAX, 8.0, _FTA_DAY, Source(
        "Hands Off Sales Tax on 36 M.R.S. 1811, prepared food",
        "https://handsoffsalestax.com/maine-sales-tax-on-food/",
        primary=False,
    )),
    ("NH", SALES_TAX, 8.5, date(2021, 10, 1), Source(
        "Associated Press on the meals and rooms tax",
        "https://www.wcax.com/2021/10/04/new-hampshire-cuts-tax-rooms-meals-85/",
        primary=False,
    )),
    ("RI", MEALS_TAX, 1.0, date(2003, 8, 1), Source(
        "280-RICR-20-70-4.6: 1 % in every city and town, besides the sales tax of 7 %",
        "https://rules.sos.ri.gov/Regulations/part/280-20-70-4?reg_id=10017",
        primary=True,
    )),
    ("VT", SALES_TAX, 9.0, _FTA_DAY, Source(
        "Vermont Department of Taxes, meals and rooms tax",
        "http://tax.vermont.gov/business-and-corp/meals-and-rooms-tax/getting-started",
        primary=True,
    )),
)  # fmt: skip

_CRA: Final = Source(
    "Canada Revenue Agency, GST/HST memorandum 4.3, Basic Groceries",
    "https://canada.ca/en/revenue-agency/services/forms-publications/publications/4-3/"
    "basic-groceries.html",
    primary=True,
)
_NOVA_SCOTIA: Final = Source(
    "Canada Revenue Agency, GST/HST Notice 342 (a copy of it)",
    "https://taxinterpretations.com/cra/website/agency/services/forms-publications/publications/"
    "notice342/nova-scotia-hst-rate-decrease-questions-answers-general-transitional-rules-"
    "personal-property-services",
    primary=True,
)
_QUEBEC: Final = Source(
    "Revenu Quebec, restaurants and hotels: the base of the QST; rate by Restaurants Canada",
    "https://www.revenuquebec.ca/en/businesses/consumption-taxes/gsthst-and-qst/special-cases-"
    "gsthst-and-qst/food-services-sector-applying-the-gst-and-qst/suppliers-of-meals-foods-and-"
    "beverages/restaurants-and-hotels/",
    primary=False,
)
_SASKATCHEWAN: Final = Source(
    "Saskatchewan, Information Notice IN 2017-03 (a copy of it)",
    "https://paperzz.com/doc/8108814/information-notice",
    primary=True,
)
_MANITOBA: Final = Source(
    "Manitoba, Bulletin 029, Food and Beverages; rate by Bulletin 030 (copies of them)",
    "https://www.gov.mb.ca/finance/taxation/bulletins.html",
    primary=True,
)
_BC: Final = Source(
    "Retail Council of Canada on soda beverages; other food and drink is exempt",
    "https://www.retailcouncil.org/province/bc/"
    "b-c-imposes-7-provincial-sales-tax-pst-on-soda-beverages-beginning-april-1-2021/",
    primary=False,
)
_GST_DAY: Final = date(2008, 1, 1)
_HST_DAY: Final = date(2019, 1, 9)  # of the ruling that lists the rates
_HST_SOURCE: Final = Source(
    "Canada Revenue Agency, ruling 196665 on sweetened baked goods, and memorandum 4.3 (a copy)",
    "https://taxinterpretations.com/content/636065",
    primary=True,
)


def american_rows() -> Iterator[TaxRate]:
    """Yield the rows of the United States.

    Rounding by item, a half cent up: Streamlined Sales and Use Tax Agreement, section 324.
    """
    own_meals = {state for state, levy, *_ in _MEALS if levy == SALES_TAX}
    for entry in _STATES.split(","):
        state, percent = entry.split()
        for goods in (Goods.OTHER,) if state in own_meals else Goods:
            yield _row("us", state, SALES_TAX, goods, float(percent), _FTA_DAY, STATE_RATES)
    for state, rate, day, source in _LATER:
        for goods in Goods:
            yield _row("us", state, SALES_TAX, goods, rate, day, source)
    for state, levy, rate, day, source in _MEALS:
        for goods in Goods:
            if goods is not Goods.OTHER:
                yield _row("us", state, levy, goods, rate, day, source)


def canadian_rows() -> Iterator[TaxRate]:
    """Yield the rows of Canada.

    Sweetened baked goods to take away are not taxed from six pieces in one order, nor is a box of
    six or more. Everything else that a doughnut shop sells to be eaten at once is taxed.
    """
    for place in ("AB", "BC", "MB", "NT", "NU", "QC", "SK", "YT"):
        yield from _canadian(place, "GST", 5, _GST_DAY, _CRA)
    for place, rate in (("ON", 13), ("NB", 15), ("NL", 15), ("NS", 15), ("PE", 15)):
        yield from _canadian(place, "HST", rate, _HST_DAY, _HST_SOURCE)
    yield from _canadian("NS", "HST", 14, date(2025, 4, 1), _NOVA_SCOTIA)
    yield from _canadian("QC", "QST", 9.975, date(2013, 1, 1), _QUEBEC)
    yield from _canadian("SK", "PST", 6, date(2017, 4, 1), _SASKATCHEWAN)
    yield from _canadian("MB", "RST", 7, date(2019, 7, 1), _MANITOBA)
    for goods in (Goods.DRINK_SOFT, Goods.OTHER):
        yield _row("ca", "BC", "PST", goods, 7, date(2021, 4, 1), _BC)


def _canadian(place: str, levy: str, rate: float, day: date, source: Source) -> Iterator[TaxRate]:
    for goods in Goods:
        taxed = 0 if goods is Goods.PASTRY_BOX else rate
        yield _row("ca", place, levy, goods, taxed, day, source)
    yield _row("ca", place, levy, Goods.PASTRY, 0, day, source, from_pieces=6)


def _row(  # noqa: PLR0917 - the columns of the table, in their order
    market: str,
    place: str,
    levy: str,
    goods: Goods,
    percent: float,
    day: date,
    source: Source,
    *,
    from_pieces: int = 1,
) -> TaxRate:
    rate = round(percent * PERCENT)
    head = (market, place, levy, goods, rate)
    return TaxRate(*head, False, Rounding.LINE, day, source, from_pieces)
