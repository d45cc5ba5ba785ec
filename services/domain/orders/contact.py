"""The personal data of an order: apart from its facts, so that it can expire and be forgotten."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from services.domain.documents.layout import Body, InvalidDocumentError
from services.domain.stamp import InvalidStampError, Stamp
from services.domain.validation import InvalidFieldError, InvalidFieldsError, checked, text

KEPT_DAYS: Final = 30  # after the pickup
KEPT_S: Final = KEPT_DAYS * 24 * 3600
MAX_NAME: Final = 80
MAX_MAIL: Final = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MAX_PHONE: Final = 24

_MAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{4,22}", re.ASCII)


_PARTS: Final = frozenset({"s", "values", "notes", "others", "forgotten"})


@dataclass(frozen=True, slots=True)
class Contact:
    """The person that collects an order, and the guest's notes.

    Attributes:
        order_id: The order's id.
        stamp: When and where it was given: by its region, with the placement of that region.
        values: `name`, `mail`, `phone` to their texts; those not given are missing.
        notes: Number of a line to the guest's note on it.
        forgotten: It was removed, for ever; `values`, `notes` and `others` are empty.
        others: What was given with placements of other, higher regions, by region. They may be of
            other lines, and which placement counts may be decided later.
        more: Parts of the stored layout that a newer version of carte added; written back, and
            removed with all else.
    """

    order_id: str
    stamp: Stamp
    values: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    forgotten: bool = False
    others: tuple[Self, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def merge(self, other: Self) -> Self:
        """Return the join: forgotten once is forgotten; else what each region was given."""
        if self.forgotten or other.forgotten:
            return min(self, other, key=Contact._order).forget()
        given: dict[str, Self] = {}
        for one in (*self.each(), *other.each()):
            known = given.setdefault(one.stamp.region, one)
            given[one.stamp.region] = min(known, one, key=Contact._order)
        first, *others = (given[region] for region in sorted(given))
        return replace(first, others=tuple(others))

    def each(self) -> Iterator[Self]:
        """Yield what was given with each placement, the lowest region's first."""
        yield replace(self, others=())
        yield from self.others

    def given_in(self, regions: Iterable[str]) -> Self | None:
        """Return what was given with the placement of the first of these regions that has arrived.

        Args:
            regions: The region of a placement, then those that placed the same input.
        """
        given = {one.stamp.region: one for one in self.each()}
        return next((given[region] for region in regions if region in given), None)

    def _order(self) -> tuple[str, int, str]:
        return self.stamp.region, self.stamp.time, json.dumps(self.dump(), sort_keys=True)

    def forget(self) -> Self:
        """Return it without any personal data."""
        return replace(self, values={}, notes={}, forgotten=True, others=(), more={})

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [one.stamp for one in self.each()]

    def dump(self) -> Body:
        """Return its stored layout; `others` is missing where one region placed the order."""
        body: Body = {"s": [str(self.stamp)]}
        if self.forgotten:
            return {**body, "forgotten": True}
        notes = [[at, note] for at, note in sorted(self.notes.items())]
        body |= {"values": dict(sorted(self.values.items())), "notes": notes, **self.more}
        others = [one.dump() for one in self.others]
        return {**body, "others": others} if others else body

    @classmethod
    def load(cls, order_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            stamp = Stamp.parse(body["s"][0])
            if body.get("forgotten"):
                return cls(order_id, stamp, forgotten=True)
            notes = {int(at): str(note) for at, note in body["notes"]}
            values = {str(name): str(value) for name, value in body["values"].items()}
            others = tuple(cls.load(order_id, one) for one in body.get("others", ()))
            more = {name: part for name, part in body.items() if name not in _PARTS}
        except (LookupError, TypeError, ValueError, AttributeError, InvalidStampError) as error:
            raise InvalidDocumentError(f"not a contact: {type(error).__name__}") from error
        return cls(order_id, stamp, values, notes, others=others, more=more)


def contact_values(fields: Mapping[str, str | None]) -> dict[str, str]:
    """Return the values of a contact in canonical form; an empty or missing one is left out.

    Args:
        fields: `name`, `mail`, `phone`.

    Raises:
        InvalidFieldsError: The name is missing, or a value breaks its rule. No message quotes a
            value: messages get into logs.
    """
    values = {name: value for name, value in fields.items() if value and value.strip()}
    if "name" not in values:
        missing = InvalidFieldError("name", "is missing", "the name is missing", "write a name")
        raise InvalidFieldsError([missing])
    return checked({"name": _name, "mail": mail_address, "phone": _phone}, values)


def _name(field_name: str, value: str) -> str:
    try:
        return text(field_name, value, MAX_NAME)
    except InvalidFieldError as error:
        raise _unquoted(field_name, error.rule) from None


def mail_address(field_name: str, value: str) -> str:
    """Return a mail address without the blanks around it.

    Raises:
        InvalidFieldError: It is none. The message does not quote it: messages get into logs.
    """
    plain = value.strip()
    if len(plain) > MAX_MAIL or not _MAIL.fullmatch(plain):
        raise _unquoted(field_name, "is no mail address")
    return plain


def _phone(field_name: str, value: str) -> str:
    plain = value.strip()
    if len(plain) > MAX_PHONE or not _PHONE.fullmatch(plain):
        raise _unquoted(field_name, "is no telephone number")
    return plain


def _unquoted(field_name: str, rule: str) -> InvalidFieldError:
    return InvalidFieldError(field_name, rule, f"the {field_name} {rule}", "correct it")
