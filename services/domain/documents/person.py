"""The roles of a person: one register for each role that was ever granted or revoked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from services.domain.documents.layout import Body, dump_registers, load_registers
from services.domain.register import Register, assign, merge_registers
from services.domain.stamp import Stamp

EVERYTHING: Final = "*"
"""The register by which all roles of a person are revoked at once."""


@dataclass(frozen=True, slots=True)
class PersonRoles:
    """What carte says about the roles of a person, beside what the person's token says.

    Attributes:
        subject: The `sub` of the person's tokens.
        registers: Text form of a role to whether it is granted (True) or revoked (False).
            `EVERYTHING` is False where all roles were revoked: those of the token, and those that
            were granted before, by stamp.
    """

    subject: str
    registers: Mapping[str, Register[bool]]

    def granted(self) -> frozenset[str]:
        """Return the roles that were granted and not revoked since."""
        since = self.revoked_at
        return frozenset(
            role
            for role, register in self.registers.items()
            if role != EVERYTHING
            and register.value is True
            and (since is None or register.stamp > since)
        )

    def effective(self, claimed: Iterable[str]) -> frozenset[str]:
        """Return the roles that hold: this document beats the token.

        Args:
            claimed: The roles that a valid token of the person carries.
        """
        kept = set[str]()
        if self.revoked_at is None:
            kept = {role for role in claimed if role not in self.registers}
        return self.granted() | kept

    @property
    def revoked_at(self) -> Stamp | None:
        """The stamp at which all roles were revoked; None: they never were."""
        register = self.registers.get(EVERYTHING)
        return None if register is None else register.stamp

    def merge(self, other: Self) -> Self:
        """Join two versions role by role."""
        return type(self)(self.subject, merge_registers(self.registers, other.registers))

    def assign(self, changes: Mapping[str, bool], stamp: Stamp) -> Self:
        """Return this document with roles granted or revoked at `stamp`."""
        return type(self)(self.subject, assign(self.registers, changes, stamp, again=True))

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [register.stamp for register in self.registers.values()]

    def dump(self) -> Body:
        """Return its stored layout."""
        return dump_registers(self.registers)

    @classmethod
    def load(cls, subject: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        return cls(subject, load_registers(body))
