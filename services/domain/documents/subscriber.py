"""A subscriber to stock alerts: the address, its stores, and what was mailed about each store."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from services.domain.documents.layout import Body, dump_registers, load_registers
from services.domain.mail_reservation import Reservation
from services.domain.register import Register, assign, merge_registers
from services.domain.stamp import Stamp

_STORE: Final = "store/"
_NOTIFIED: Final = "told/"
_MAIL: Final = "mail"
_LANGUAGE: Final = "language"
_QUIET: Final = "quiet"
_KEY: Final = "key"
_SENT: Final = "sent"
_CLAIM: Final = "claim"
_UNANSWERED: Final = "unanswered"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """An address that gets alerts about some stores.

    Attributes:
        subscriber_id: Its id, a digest of the address.
        registers: All that is known of it, by name. An address that opted out is removed.
    """

    subscriber_id: str
    registers: Mapping[str, Register[Any]]

    def _value(self, name: str) -> Any:
        register = self.registers.get(name)
        return None if register is None else register.value

    @property
    def mail(self) -> str | None:
        """The address; None: it opted out, or subscribes to no store any more."""
        mail: str | None = self._value(_MAIL)
        return mail

    @property
    def language(self) -> str:
        """The language of its mails, one of `markets.LOCALES`."""
        return str(self._value(_LANGUAGE) or "en")

    @property
    def quiet(self) -> tuple[int, int]:
        """The quiet hours, as the fields of `QuietHours`."""
        start, end = self._value(_QUIET) or (0, 0)
        return int(start), int(end)

    @property
    def link_key(self) -> str:
        """The key that signs its opt-out link, in hexadecimal digits; empty: it has none."""
        return str(self._value(_KEY) or "")

    @property
    def stores(self) -> list[str]:
        """Ids of the stores that it subscribes to, ascending."""
        return sorted(
            name.removeprefix(_STORE)
            for name, register in self.registers.items()
            if name.startswith(_STORE) and register.value
        )

    def notified_sold_out(self, store_id: str) -> frozenset[str]:
        """Return the items of a store of which it knows that they are sold out."""
        return frozenset(self._value(_NOTIFIED + store_id) or ())

    @property
    def sent_ms(self) -> list[int]:
        """When its latest mails were sent, Unix milliseconds."""
        return list(self._value(_SENT) or ())

    @property
    def reservation(self) -> Reservation:
        """The reservation of its mails, and how many attempts to mail it have no known outcome."""
        until_ms, holder = self._value(_CLAIM) or (0, "")
        return Reservation(until_ms, holder, int(self._value(_UNANSWERED) or 0))

    def subscribed(
        self,
        stamp: Stamp,
        *,
        mail: str,
        language: str,
        quiet: tuple[int, int],
        link_key: str,
        store_id: str,
        out: Iterable[str],
        keeps_settings: bool,
    ) -> Self:
        """Return this subscriber with a subscription to a store.

        Args:
            stamp: The stamp of the write.
            mail: The address.
            language: One of `markets.LOCALES`.
            quiet: The fields of `QuietHours`.
            link_key: A key for the opt-out link; the one that is there is kept.
            store_id: The store.
            out: Items of the store that are sold out now: they are no news. Where it subscribes to
                the store already, what it was mailed stays.
            keeps_settings: The language and the quiet hours stay as they are, where it subscribes
                to another store already: they hold for mails about all of its stores.
        """
        others = {one for one in self.stores if one != store_id}
        settings: dict[str, Any] = {_LANGUAGE: language, _QUIET: list(quiet)}
        is_new = not (self.mail and self._value(_STORE + store_id))
        return self._assign(
            {
                _MAIL: mail,
                **({} if others and keeps_settings else settings),
                **({} if self.link_key else {_KEY: link_key}),
                _STORE + store_id: True,
                **({_NOTIFIED + store_id: sorted(out)} if is_new else {}),
            },
            stamp,
            again=True,
        )

    def unsubscribed(self, stamp: Stamp, stores: Collection[str] | None = None) -> Self:
        """Return this subscriber without subscriptions to some stores, or to all where it is None.

        The address is removed with the last of them; the key of the opt-out link stays, so that a
        link in an old mail still answers. Also ended is what has ended already: an older
        subscription may still be on its way here, and must not win. So where all end, the address
        is removed at any rate.
        """
        named = [name.removeprefix(_STORE) for name in self.registers if name.startswith(_STORE)]
        gone = sorted(named if stores is None else stores)
        ends = stores is None or (bool(self.stores) and {*self.stores} <= {*gone})
        changes: dict[str, Any] = {_STORE + one: False for one in gone}
        changes |= {_NOTIFIED + one: None for one in gone}
        if ends:
            changes |= {_MAIL: None, _SENT: None, **_registers_of(Reservation())}
        return self._assign(changes, stamp, again=True)

    def reserved(self, reservation: Reservation, stamp: Stamp) -> Self:
        """Return this subscriber with another reservation of its mails."""
        return self._assign(_registers_of(reservation), stamp)

    def mailed(
        self, out: Mapping[str, Iterable[str]], sent_ms: Iterable[int], stamp: Stamp
    ) -> Self:
        """Return this subscriber after a mail.

        Args:
            out: Store id to the items that the subscriber now knows to be sold out.
            sent_ms: When its latest mails were sent, this one included.
            stamp: The stamp of the write.
        """
        mailed = {
            _NOTIFIED + store_id: sorted(items)
            for store_id, items in out.items()
            if self._value(_STORE + store_id)
        }
        done = {_SENT: sorted(sent_ms), **_registers_of(Reservation())}
        return self._assign({**mailed, **done}, stamp, again=True)

    def _assign(self, changes: Mapping[str, Any], stamp: Stamp, *, again: bool = False) -> Self:
        registers = assign(self.registers, changes, stamp, again=again)
        return type(self)(self.subscriber_id, registers)

    def merge(self, other: Self) -> Self:
        """Join two versions register by register."""
        return type(self)(self.subscriber_id, merge_registers(self.registers, other.registers))

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [register.stamp for register in self.registers.values()]

    def dump(self) -> Body:
        """Return its stored layout."""
        return dump_registers(self.registers)

    @classmethod
    def load(cls, subscriber_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        return cls(subscriber_id, load_registers(body))


def _registers_of(reservation: Reservation) -> dict[str, Any]:
    until_ms, holder, unanswered = reservation
    return {_CLAIM: [until_ms, holder] if until_ms else None, _UNANSWERED: unanswered or None}
