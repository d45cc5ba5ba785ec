"""The limits of what the site's forms take: those of the API, which refuses more."""

import json

from graphql_schema.figures.days import MAX_SPAN
from graphql_schema.orders.reasons import MAX_REASON
from services.domain import validation, week
from services.domain.closing import AHEAD_DAYS
from services.domain.ids import MAX_ID
from services.domain.orders import contact
from services.domain.people.roles import MAX_SUBJECT
from services.domain.quotes.limits import MAX_NOTE, OrderLimits

_ORDER = OrderLimits()

# The site has each as a constant `MOST_...` (`web/codegen.mjs`). Characters, where nothing else is
# said.
LIMITS = {
    "CALORIES": validation.MAX_CALORIES,  # kilocalories of a portion
    "CATEGORY_NAME": validation.MAX_CATEGORY_NAME,
    "CHANGED_ITEMS": validation.MAX_LINES,  # of one mutation
    "CLOSED_AHEAD": AHEAD_DAYS,  # days from today to a day that is closed
    "CLOSED_DAYS": validation.MAX_DAYS,  # of one change
    "COUNTED_PIECES": validation.MAX_PIECES,  # of one item
    "DESCRIPTION": validation.MAX_DESCRIPTION,
    "FIGURE_DAYS": MAX_SPAN,  # in one answer
    "GUEST_MAIL": contact.MAX_MAIL,
    "GUEST_NAME": contact.MAX_NAME,
    "GUEST_PHONE": contact.MAX_PHONE,
    "ID": MAX_ID,
    "IMAGE_URL": validation.MAX_IMAGE_URL,
    "ITEM_NAME": validation.MAX_NAME,
    "NOTE": MAX_NOTE,  # on a line of an order
    "ORDERED_LINES": _ORDER.lines,
    "ORDERED_PIECES": _ORDER.quantity,  # of one line
    "PERSON": MAX_SUBJECT,  # of a person's id
    "RANK": validation.MAX_RANK,
    "REASON": MAX_REASON,  # of a rejection
    "SPANS": week.MAX_SPANS,  # of opening hours, on one day
    "WASTED_PIECES": validation.MAX_SOLD,  # of one item, at once
}


def site_limits() -> str:
    """Return the JSON of the limits: {name: number}."""
    return json.dumps(LIMITS, indent=2) + "\n"
