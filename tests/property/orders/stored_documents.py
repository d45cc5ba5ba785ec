"""Random stored documents of orders, for the property tests of merging and layouts."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from services.domain.orders.contact import Contact
from services.domain.orders.contradictions import CLAIMS
from services.domain.orders.order import Order
from services.domain.orders.part import OrderPart
from services.domain.orders.slot_use import SlotUse
from services.domain.rights.account import Hold, Part
from services.domain.rights.returned import NOTHING
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key
from tests.property.orders.samples import ORDER, A, B, fact

REGIONS = (A, B, "us-east-1")

facts = st.builds(fact, st.sampled_from(CLAIMS), st.sampled_from(REGIONS), st.integers(0, 20))
orders = st.lists(facts, max_size=6).map(lambda found: Order.of(ORDER, found))
parts_of_orders = st.builds(
    lambda order, written: OrderPart.of(order, written, REGIONS),
    orders,
    st.builds(Stamp, st.integers(0, 3), st.sampled_from(REGIONS)),
)
texts = st.text(max_size=5)
given = st.builds(
    Contact,
    st.just(ORDER),
    st.builds(Stamp, st.integers(0, 3), st.sampled_from(REGIONS)),
    st.dictionaries(st.sampled_from(("name", "mail", "phone")), texts, max_size=3),
    st.dictionaries(st.integers(0, 3), texts, max_size=2),
) | st.builds(
    lambda stamp: Contact(ORDER, stamp).forget(),
    st.builds(Stamp, st.integers(0, 3), st.sampled_from(REGIONS)),
)
contacts = given | st.builds(Contact.merge, given, given)
numbers = st.integers(0, 5)
counter_parts = st.builds(
    Part,
    numbers,
    numbers,
    st.dictionaries(numbers, numbers, max_size=2),
    st.dictionaries(numbers, st.builds(Hold, numbers, numbers), max_size=2),
    st.dictionaries(st.sampled_from(REGIONS), numbers, max_size=2),
    numbers,
    st.sampled_from((NOTHING, NOTHING.taking_back(2, 1), NOTHING.taking_back(4, 4))),
)
slot_uses = st.builds(
    SlotUse,
    st.just("s1"),
    st.just("2026-11-28"),
    st.dictionaries(
        st.sampled_from(("slot:900", "slot:1800")),
        st.dictionaries(st.sampled_from(REGIONS), counter_parts, min_size=1, max_size=3),
    ),
)

Loader = Key | Callable[[Any], Any]
"""The key by which `services.storage.kinds` loads a document; what loads one that has no key."""

KINDS: dict[str, tuple[st.SearchStrategy[Any], Loader]] = {
    "order": (orders, lambda body: Order.load(ORDER, body)),
    "order-part": (parts_of_orders, keys.facts(ORDER, A)),
    "contact": (contacts, keys.person(ORDER)),
    "slots": (slot_uses, keys.slots("s1", "2026-11-28", A)),
}
