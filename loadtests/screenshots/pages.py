"""The pages of the site that are photographed, and what is tapped on each of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class SitePage:
    """A page of the site.

    Attributes:
        name: Of its pictures.
        path: Of its address.
        shown: CSS selector of what is there once the page is.
        taps: CSS selectors of what is tapped, the first match of each, in this order. One without
            a match is left out. Nothing here orders, publishes or saves.
        staff: Whether it wants a sign-in.
        local_storage: What the browser keeps of earlier visits: names and values in `localStorage`.
        offline: Whether it is shown by the service worker, without a network.
    """

    name: str
    path: str
    shown: str
    taps: tuple[str, ...] = ()
    staff: bool = False
    local_storage: tuple[tuple[str, object], ...] = ()
    offline: bool = False


_TAPS_OF_A_MENU: Final = (".hours summary", ".item-filter summary", ".favorite", ".stepper .step")


def guests_pages(store: str, item: str, orders: Sequence[str] = ()) -> tuple[SitePage, ...]:
    """Return the pages that need no sign-in.

    Args:
        store: Id of the store whose menu, item and cart are shown.
        item: Id of an item of its menu.
        orders: Ids of orders to show.
    """
    here = f"/store/{store}"
    line = {"itemId": item, "name": item, "quantity": 2, "priceMinor": 199, "note": ""}
    cart = {
        "operationId": "4b1f6c52-0000-4000-8000-000000000000",
        "storeId": store,
        "storeName": store,
        "currency": "USD",
        "lines": [line],
    }
    lone = "main .notice h1"
    return (
        SitePage("home", "/", "[data-testid=market]", ("[data-testid=store-search]",)),
        SitePage("market", "/?market=us", "[data-testid=store-result]", (".open-first input",)),
        SitePage("search", "/?q=paris", "[data-testid=store-result]", (".show-more",)),
        SitePage("search-none", "/?q=zzzzqq", ".finder h2"),
        SitePage("near", "/?near=48.86,2.35", "[data-testid=store-result]"),
        SitePage("store", here, "[data-testid=menu-item]", _TAPS_OF_A_MENU),
        SitePage("item", f"{here}/item/{item}", "[data-testid=item-page]", (".favorite", ".step")),
        SitePage("cart-empty", f"{here}/cart", "[data-testid=empty-cart]"),
        SitePage(
            "cart",
            f"{here}/cart",
            "[data-testid=checkout]",
            (".stepper .step", "[data-testid=pickup-later]", "[data-testid=place-order]"),
            local_storage=((f"carte.cart.{store}", cart),),
        ),
        *(
            SitePage(f"order-{number}", f"/order/{order}", "[data-testid=order-status]")
            for number, order in enumerate(orders, 1)
        ),
        SitePage("order-none", f"/order/{'a' * 26}", lone),
        SitePage("item-none", f"{here}/item/nothing", lone),
        SitePage("store-none", "/store/us-99999", lone),
        SitePage("not-found", "/elsewhere", lone),
        SitePage("privacy", "/privacy", "[data-testid=privacy]"),
        SitePage("imprint", "/imprint", "[data-testid=imprint]"),
        SitePage("offline", here, "[data-testid=menu-item]", _TAPS_OF_A_MENU, offline=True),
        SitePage("sign-in", f"/staff/{store}", "[data-testid=to-sign-in]"),
    )


def staff_pages(store: str, market: str) -> tuple[SitePage, ...]:
    """Return the pages that need a sign-in: of a store, of the head office, of operations."""
    of_store, catalog = f"/staff/{store}", f"/office/catalog/{market}"
    pages = (
        ("staff", "/staff", "[data-testid=staff-home]", ()),
        ("board", of_store, "[data-live=true]", (".board-reject", ".board-done summary")),
        (
            "stock",
            f"{of_store}/stock",
            "[data-testid=stock-row]",
            ("[data-testid=count]", ".stock-step", ".stock-import summary"),
        ),
        (
            "prices",
            f"{of_store}/prices",
            "[data-testid=price-row]",
            ("[data-testid=listed]", "[data-testid=set-percent]"),
        ),
        (
            "hours",
            f"{of_store}/hours",
            "[data-testid=day]",
            ("[data-testid=kind-allDay]", "[data-testid=copy-day]", "[data-testid=close-days]"),
        ),
        (
            "figures",
            f"{of_store}/figures",
            "[data-testid=figures-shown]",
            (
                "[data-testid=figures] input[value=month]",
                ".figure-shown:not(.figure-old) .chart summary",
            ),
        ),
        ("catalogs", "/office/catalog", "[data-testid=market]", ()),
        (
            "catalog",
            catalog,
            "[data-testid=catalog-item]",
            ("[data-testid=edit-item]", ".catalog-history summary"),
        ),
        ("publish", f"{catalog}/publish", "[data-testid=publish-view]", ()),
        ("versions", f"{catalog}/versions", "[data-testid=version]", ("[data-testid=compare]",)),
        ("office-stock", "/office/stock", "[data-testid=market-stock]", ()),
        ("people", "/office/people", "[data-testid=people]", ("[data-testid=grant]",)),
        ("conflicts", "/office/conflicts", "[data-testid=conflicts]", ()),
        (
            "reports",
            "/office/reports",
            "[data-testid=report-market]",
            ("[data-testid=report-read]",),
        ),
        ("ops", "/ops", "[data-testid=chart]", ("[data-testid=drain]",)),
    )
    return tuple(SitePage(name, path, shown, taps, staff=True) for name, path, shown, taps in pages)


def writing(local_storage: Sequence[tuple[str, object]]) -> str:
    """Return the script that has the browser keep these values, of a page that has an address."""
    lines = (
        f"localStorage.setItem({json.dumps(name)}, {json.dumps(json.dumps(value))});"
        for name, value in local_storage
    )
    return 'if (location.origin !== "null") {' + " ".join(lines) + "}"
