"""Edits of a person's roles: granting, revoking one role, revoking all at once."""

from collections.abc import Mapping
from typing import Final

from services.domain.documents.journal import Change
from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.policy import Permission
from services.domain.people.roles import ADMIN, MAX_SUBJECT, Grant, Role, is_subject
from services.domain.stamp import Stamp
from services.domain.validation import InvalidFieldError

MAX_ROLES: Final = 200
"""Roles, revoked ones included, beyond which a person is granted no further ones: 20 kB."""
_MAX_REVOKED: Final = 1_000
"""Roles beyond which only those that the document has, or all at once, are revoked: 100 kB."""


def permission_for(grant: Grant | None) -> Permission:
    """Return the permission that granting or revoking a role needs.

    Args:
        grant: The role; None: all roles of the person.
    """
    if grant is not None and grant.role is Role.TILL:
        return Permission.GRANT_TILL
    return Permission.GRANT_ROLES


def checked_subject(subject: str) -> str:
    """Return the subject of a person.

    Raises:
        InvalidFieldError: It has another form than the `sub` of a token of staff.
    """
    if not is_subject(subject):
        raise InvalidFieldError(
            "person",
            "is no subject",
            f"person is the `sub` of a token: 1 to {MAX_SUBJECT} letters, digits, or any of "
            "`. _ : @ | + = -`",
            "`carte people list` lists the subjects that are known, the list of users of the user "
            "pool all of them (`carte people accounts` those of a local cloud)",
        )
    return subject


def change_of(grant: Grant | None, *, granted: bool) -> Mapping[str, bool]:
    """Return the registers that granting or revoking sets.

    Args:
        grant: The role; None: all roles of the person, which can only be revoked.
        granted: Whether it is granted.
    """
    return {EVERYTHING if grant is None else grant.text: granted}


def refuse_own_end(author: str, subject: str, changes: Mapping[str, bool]) -> None:
    """Refuse that an admin takes the own right to grant away.

    Only admins revoke it, so whoever did keeps it, and somebody is left who can grant. Who else is
    an admin cannot be known here: groups of the token's issuer make admins that no document names.

    Args:
        author: The subject of who revokes.
        subject: The person of whom it is revoked.
        changes: As `change_of` returns them.

    Raises:
        InvalidFieldError: The author would end the own role.
    """
    ends = any(changes.get(role) is False for role in (ADMIN.text, EVERYTHING))
    if ends and author == subject:
        raise InvalidFieldError(
            "role",
            "is one's own",
            f"nobody takes away their own {ADMIN.text}: without another admin nobody could grant "
            "roles any more",
            "have another admin do it; if there is none, grant somebody the role first",
        )


def edit_roles(
    current: PersonRoles | None, subject: str, changes: Mapping[str, bool], stamp: Stamp
) -> tuple[PersonRoles, tuple[Change, ...]]:
    """Grant and revoke roles of a person.

    Args:
        current: None where nothing was ever granted or revoked.
        subject: The person.
        changes: As `change_of` returns them.
        stamp: The stamp of the edit.

    A revocation is refused by nothing that somebody may have granted: what the document has, and
    all roles at once, can always be revoked, by somebody else (`refuse_own_end`).

    Raises:
        InvalidFieldError: A role that the document does not have would be one too many.
    """
    before = current or PersonRoles(subject, {})
    limits = {True: MAX_ROLES, False: _MAX_REVOKED}
    for role, granted in changes.items():
        if role in before.registers or role == EVERYTHING:
            continue
        if len(before.registers) >= limits[granted]:
            raise InvalidFieldError(
                "role",
                f"is one of more than {limits[granted]}",
                f"a person has at most {limits[granted]} roles, revoked ones included",
                "grant a role for the market or the chain instead"
                if granted
                else "revoke all roles of the person, and grant those again that shall stay",
            )
    after = before.assign(changes, stamp)
    return after, tuple(
        Change(role, value, None if (old := before.registers.get(role)) is None else old.stamp)
        for role, value in sorted(changes.items())
    )
