"""Which notices about an order are reserved by a process, in one region's replica."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from services.domain.mail_reservation import Reservation
from services.domain.orders.contact import KEPT_S, Contact
from services.storage import keys
from services.storage.kinds import Settings
from services.storage.replica import Replica, Stored, Write

_NOTHING: Final = Settings({})


class HeldNotices(NamedTuple):
    """What a region holds of an order's notices, as it was read.

    Attributes:
        order_id: The order's id.
        stored: The item; None: no notice was ever reserved, or it expired.
        settings: The document in it: a register for each notice.
        contact: The personal data of the order; None: it expired, or has not arrived yet.
    """

    order_id: str
    stored: Stored | None
    settings: Settings
    contact: Contact | None

    def reservation(self, name: str) -> Reservation:
        """Return the reservation of the notice of a name: of an audience and a topic."""
        values = self.settings[name]
        return Reservation(*values) if values else Reservation()


class OrderNotices:
    """Reserves the notices about orders, each by its audience and topic.

    A reservation is not ended where a notice was sent: its fact says so, and it is not due again.
    """

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def now_ms(self) -> int:
        """Return the time of the wall clock, Unix milliseconds (UTC), from which to reserve."""
        return self._replica.clock.now_ms()

    def held(self, order_id: str) -> HeldNotices:
        """Return an order's reservations and personal data, as last acknowledged, by one request.

        Raises:
            InvalidDocumentError: One of the two is damaged.
        """
        key, person = keys.order_notices(order_id), keys.person(order_id)
        found = self._replica.get_many([key, person], consistent=True)
        document = found[key].document() if key in found else None
        contact = Contact.load(order_id, found[person].body) if person in found else None
        settings = document if isinstance(document, Settings) else _NOTHING
        return HeldNotices(order_id, found.get(key), settings, contact)

    def reserve(
        self, held: HeldNotices, name: str, now_ms: int, holder: str, *, pickup_at: int
    ) -> Reservation | None:
        """Reserve a notice; None where another process did since it was read.

        The write's condition lets one of several processes of a region through.

        Args:
            held: What was read before the notice was composed.
            name: Of the notice.
            now_ms: Unix milliseconds (UTC).
            holder: Unique name of the process's attempt.
            pickup_at: Of the order, Unix seconds: what is reserved expires with the personal data.

        Raises:
            ContentionError: Others reserved other notices of the order, faster every time.
        """
        known = held.reservation(name)
        taken = known.taken(now_ms, holder)
        # Notices of refunds may come when the order's personal data has expired.
        expires = max(pickup_at, now_ms // 1000) + KEPT_S
        just_read = [held]

        def attempt() -> Reservation | None:
            current = just_read.pop() if just_read else self.held(held.order_id)
            if current.reservation(name) != known:
                return None
            self._write(current, {name: taken}, expires)
            return taken

        return self._replica.retry(f"notices of order {held.order_id}", attempt)

    def give_back(self, order_id: str, name: str, reservation: Reservation) -> None:
        """Give a reservation back, unless another process has it by now.

        Raises:
            ContentionError: Others reserved notices of the order, faster every time.
        """

        def attempt() -> None:
            held = self.held(order_id)
            now = held.reservation(name)
            left = now.given_back(reservation)
            if left != now and held.stored is not None:
                self._write(held, {name: left}, held.stored.expires)

        self._replica.retry(f"notices of order {order_id}", attempt)

    def _write(
        self, held: HeldNotices, changes: Mapping[str, Reservation], expires: int | None
    ) -> None:
        """Write reservations in place of what was read, or raise `RevisionMovedError`."""
        rev = self._replica.next_stamp(held.stored, held.settings)
        values: dict[str, Any] = {name: list(one) for name, one in changes.items()}
        body = held.settings.assign(values, rev).dump()
        replaces = held.stored.rev if held.stored else None
        self._replica.write(Write(keys.order_notices(held.order_id), body, rev, replaces, expires))
