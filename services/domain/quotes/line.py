"""One priced line of an order."""

from typing import NamedTuple


class Line(NamedTuple):
    """One line of an order.

    Attributes:
        item_id: Id of the catalog item.
        quantity: Pieces, at least 1.
        price: Price of one piece in minor units, as the menu shows it.
        amount: What the guest pays for the line, tax included, in minor units.
        tax: The part of `amount` that is tax, in minor units.
    """

    item_id: str
    quantity: int
    price: int
    amount: int
    tax: int

    @property
    def listed(self) -> int:
        """Return what the line costs by the prices of the menu, in minor units.

        It is less than `amount` where menus have prices without tax, as in the United States.
        """
        return self.price * self.quantity
