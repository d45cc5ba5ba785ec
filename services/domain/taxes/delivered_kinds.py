"""The kinds of goods of the demonstration chain's categories and items.

An operator of another chain replaces it: an item without a kind cannot be ordered.
"""

from typing import Final

from services.domain.taxes.goods import Classification, Goods

KINDS: Final = Classification(
    {
        **dict.fromkeys(
            (
                *("donuts-classic", "donuts-filled", "donuts-special", "donuts-vegan"),
                *("donut-minis", "only-here", "seasonal"),
            ),
            Goods.PASTRY,
        ),
        "bites": Goods.FOOD_HOT,
        **dict.fromkeys(("coffee", "tea-cocoa"), Goods.DRINK_HOT),
        "cold-drinks": Goods.DRINK_SOFT,
        "boxes": Goods.PASTRY_BOX,
    },
    {
        "butter-croissant": Goods.PASTRY,
        "everything-bagel": Goods.FOOD_COLD,
        "smoked-salmon-bagel": Goods.FOOD_COLD,
        "soft-pretzel": Goods.FOOD_COLD,
        "cold-brew": Goods.DRINK_COLD,
        "orange-juice": Goods.DRINK_COLD,
        "still-water": Goods.DRINK_COLD,
        "breakfast-tray": Goods.FOOD_HOT,
    },
)
