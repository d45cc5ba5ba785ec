"""The kinds of facts that an order consists of, each with its typed data.

A fact never changes. Where a repetition must have no effect, its id is the same for each
repetition: an outcome of the payment provider is named after the attempt, an act of a person after
the region that recorded it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from services.domain.quotes.line import Line
from services.domain.stamp import Stamp

CARD: Final = "card"
AT_STORE: Final = "store"

GUEST: Final = "guest"
STORE: Final = "store"
OPERATOR: Final = "operator"


class Reserved(NamedTuple):
    """Pieces of a counted item, or a place in a pickup slot, that a placement reserved.

    Attributes:
        counter: Id of the bounded counter: an item id, or `slot:` and the slot's id.
        pieces: Pieces reserved.
        position: Where the region's counter stood right after the reservation.
    """

    counter: str
    pieces: int
    position: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A region acknowledged the order and reserved its pieces.

    Attributes:
        fingerprint: Digest of the guest's input; equal for repetitions of one request.
        store_id: Id of the store.
        currency: ISO 4217 code of all amounts.
        lines: What was ordered.
        total: What the guest pays, tax included, in minor units.
        method: `card` or `store` (the guest pays when collecting).
        token: The provider's name of the payment method; empty for `store`. No card data.
        pickup_at: When the order is to be collected, Unix seconds (UTC).
        accept_by: Until when the store may accept it, Unix milliseconds (UTC); later where the card
            is authorized late (`OrderState.accept_until`).
        review: The order is large: it needs an approval before the store may accept it.
        reserved: What was reserved in the region that placed it.
        extension_ms: Milliseconds by which a late authorization may put `accept_by` off; 0 where
            an earlier version of carte recorded it.
    """

    KIND: ClassVar[str] = "placed"
    fingerprint: str
    store_id: str
    currency: str
    lines: tuple[Line, ...]
    total: int
    method: str
    token: str
    pickup_at: int
    accept_by: int
    review: bool = False
    reserved: tuple[Reserved, ...] = ()
    extension_ms: int = 0

    def key(self, region: str) -> str:
        """Return what makes the fact unique among those of its kind."""
        return region


@dataclass(frozen=True, slots=True)
class _Act:
    """An act of a person or of the system, at most one a region.

    Attributes:
        reason: Why, as a code or a short text without personal data; may be empty.
    """

    KIND: ClassVar[str]
    reason: str = ""

    def key(self, region: str) -> str:
        """Return what makes the fact unique among those of its kind."""
        return region


@dataclass(frozen=True, slots=True)
class Assessed(_Act):
    """The risk check of a large order left it to a manager; `reason` says why."""

    KIND: ClassVar[str] = "assessed"


@dataclass(frozen=True, slots=True)
class Approved(_Act):
    """The review of a large order, or a manager, let it pass."""

    KIND: ClassVar[str] = "approved"


@dataclass(frozen=True, slots=True)
class Accepted(_Act):
    """The store makes the order.

    Attributes:
        placement: Region of the placement that the store saw; empty: the region of the acceptance.
    """

    KIND: ClassVar[str] = "accepted"
    placement: str = ""


@dataclass(frozen=True, slots=True)
class Ready(_Act):
    """The order can be collected."""

    KIND: ClassVar[str] = "ready"


@dataclass(frozen=True, slots=True)
class Collected(_Act):
    """The guest has the goods."""

    KIND: ClassVar[str] = "collected"


@dataclass(frozen=True, slots=True)
class Cancelled(_Act):
    """The guest does not want the order any more."""

    KIND: ClassVar[str] = "cancelled"


@dataclass(frozen=True, slots=True)
class Rejected(_Act):
    """The store, or the review of a large order, refuses it."""

    KIND: ClassVar[str] = "rejected"


@dataclass(frozen=True, slots=True)
class Expired(_Act):
    """Nobody accepted the order in time."""

    KIND: ClassVar[str] = "expired"


@dataclass(frozen=True, slots=True)
class Closed(_Act):
    """The region saw the order end, and will neither accept it nor hand out goods any more.

    Reserved pieces are given back only when every region has ended or closed the order: until
    then another region may have handed the goods out without this one seeing it yet.
    """

    KIND: ClassVar[str] = "closed"


@dataclass(frozen=True, slots=True)
class Reopened(_Act):
    """The region that had closed the order saw an acceptance that holds, and wants to serve it.

    Its promise to hand out no goods holds on until another region, which has not closed the order,
    has recorded `Confirmed`.
    """

    KIND: ClassVar[str] = "reopened"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The region has not closed the order, and saw that another one reopened it.

    If this region closes the order later, whoever sees that sees this fact too, in the same item:
    so nobody takes the other region for closed by what it had recorded before it reopened.

    Attributes:
        reopened_in: The region that reopened the order.
    """

    KIND: ClassVar[str] = "confirmed"
    reopened_in: str

    def key(self, region: str) -> str:
        """Return what makes the fact unique among those of its kind."""
        return f"{region}/{self.reopened_in}"


@dataclass(frozen=True, slots=True)
class ClosedAgain(_Act):
    """The region that had reopened the order saw it end, and closes it for good, as `Closed`."""

    KIND: ClassVar[str] = "closed-again"


@dataclass(frozen=True, slots=True)
class Settled:
    """The region's reservation is settled, once and for ever.

    Attributes:
        given_back: The pieces were given back; otherwise they went out with the goods.
    """

    KIND: ClassVar[str] = "settled"
    given_back: bool

    def key(self, region: str) -> str:
        """Return what makes the fact unique among those of its kind."""
        return region


@dataclass(frozen=True, slots=True)
class Offered:
    """The guest offers another card after one was declined.

    Attributes:
        attempt: Number of the attempt, from 2.
        token: The provider's name of the payment method.
    """

    KIND: ClassVar[str] = "offered"
    attempt: int
    token: str

    def key(self, region: str) -> str:  # noqa: ARG002 - the same attempt in every region
        """Return what makes the fact unique among those of its kind."""
        return str(self.attempt)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the payment provider did with an attempt.

    Attributes:
        attempt: Number of the attempt, from 1.
        amount: Minor units that the outcome is about.
        reference: The provider's id, or its reason for a refusal.
    """

    KIND: ClassVar[str]
    attempt: int
    amount: int
    reference: str = ""

    def key(self, region: str) -> str:  # noqa: ARG002 - the same outcome in every region
        """Return what makes the fact unique among those of its kind."""
        return str(self.attempt)


@dataclass(frozen=True, slots=True)
class Authorized(_Outcome):
    """The provider holds the amount on the guest's card."""

    KIND: ClassVar[str] = "authorized"


@dataclass(frozen=True, slots=True)
class Declined(_Outcome):
    """The provider refused the attempt."""

    KIND: ClassVar[str] = "declined"


@dataclass(frozen=True, slots=True)
class Captured(_Outcome):
    """The provider took the amount."""

    KIND: ClassVar[str] = "captured"


@dataclass(frozen=True, slots=True)
class Voided(_Outcome):
    """The provider holds nothing for the attempt, and never will."""

    KIND: ClassVar[str] = "voided"


@dataclass(frozen=True, slots=True)
class _Refund:
    """One refund.

    Attributes:
        refund_id: From the operation that requested it, or `excess-<refunded before>`.
        amount: Minor units.
        reason: Why, or the provider's id or refusal; may be empty.
    """

    KIND: ClassVar[str]
    refund_id: str
    amount: int
    reason: str = ""

    def key(self, region: str) -> str:  # noqa: ARG002 - the same refund in every region
        """Return what makes the fact unique among those of its kind."""
        return self.refund_id


@dataclass(frozen=True, slots=True)
class RefundAsked(_Refund):
    """Staff want to give money back."""

    KIND: ClassVar[str] = "refund-asked"


@dataclass(frozen=True, slots=True)
class Refunded(_Refund):
    """The provider gave the money back."""

    KIND: ClassVar[str] = "refunded"


@dataclass(frozen=True, slots=True)
class RefundRefused(_Refund):
    """The provider refused the refund, or the refund failed after it was made.

    A refund may fail days after it was made (Stripe, "Refunds", failed refunds), such as on a card
    that was closed. Then `reason` is the provider's id of the refund, as in the fact `refunded`.

    Attributes:
        failed: The refund failed after it was made. The fact then has an id of its own: the same
            refund may have been refused before. False also for failures that an earlier version
            of carte recorded.
    """

    KIND: ClassVar[str] = "refund-refused"
    failed: bool = False

    def key(self, region: str) -> str:  # noqa: ARG002 - the same outcome in every region
        """Return what makes the fact unique among those of its kind."""
        return f"{self.refund_id}/{self.reason}" if self.failed else self.refund_id

    def reports_failure_of(self, refund: Refunded) -> bool:
        """Return whether this is the failure of a refund that was recorded as made.

        Any other refusal beside the fact `refunded` is older: it came before more money was taken.
        """
        is_same = (self.refund_id, self.reason) == (refund.refund_id, refund.reason)
        return is_same and bool(refund.reason)


@dataclass(frozen=True, slots=True)
class Notified:
    """A notice was handed to the mail or message service, or there is nobody to send it to.

    Attributes:
        audience: `guest`, `store` or `operator`.
        topic: What the notice is about; `notices` lists the topics.
    """

    KIND: ClassVar[str] = "notified"
    audience: str
    topic: str

    def key(self, region: str) -> str:  # noqa: ARG002 - the same notice in every region
        """Return what makes the fact unique among those of its kind."""
        return f"{self.audience}/{self.topic}"


Data: TypeAlias = (
    Placed
    | Assessed
    | Approved
    | Accepted
    | Ready
    | Collected
    | Cancelled
    | Rejected
    | Expired
    | Closed
    | Reopened
    | Confirmed
    | ClosedAgain
    | Settled
    | Offered
    | Authorized
    | Declined
    | Captured
    | Voided
    | RefundAsked
    | Refunded
    | RefundRefused
    | Notified
)

KINDS: Final[Mapping[str, type[Data]]] = {
    kind.KIND: kind
    for kind in (
        *(Placed, Approved, Accepted, Ready, Collected, Cancelled, Rejected, Expired, Closed),
        *(Assessed, Reopened, Confirmed, ClosedAgain),
        *(Settled, Offered, Authorized, Declined, Captured, Voided),
        *(RefundAsked, Refunded, RefundRefused, Notified),
    )
}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact of a kind that this version of carte does not know; kept and written back as it is.

    Attributes:
        kind: Name of the kind.
        name: What makes the fact unique among those of its kind.
        payload: Its stored data.
    """

    kind: str
    name: str
    payload: tuple[Any, ...]

    def key(self, region: str) -> str:  # noqa: ARG002 - its writer made the name unique
        """Return what makes the fact unique among those of its kind."""
        return self.name


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to an order, as one region recorded it.

    Attributes:
        stamp: When and in which region it was recorded.
        author: Subject of a member of staff, or `guest`, `provider`, `carte`.
        data: What happened.
        more: Stored values after those that this version of carte reads; written back.
    """

    stamp: Stamp
    author: str
    data: Data | Unknown
    more: tuple[Any, ...] = ()

    @property
    def kind(self) -> str:
        """Name of the kind."""
        return self.data.kind if isinstance(self.data, Unknown) else self.data.KIND

    @property
    def id(self) -> str:
        """Id within the order; equal for repetitions that must have no effect."""
        return f"{self.kind}/{self.data.key(self.stamp.region)}"
