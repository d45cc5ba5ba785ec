"""grantRole and revokeRole: who may do what, where."""

from datetime import datetime
from typing import Annotated, Final

import strawberry

from graphql_schema.access import for_chain, for_store, may_in_chain
from graphql_schema.context import Context
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import (
    InvalidValueError,
    MutationError,
)
from graphql_schema.mutations.expecting import (
    ExpectedEntryInput,
    conditions_of,
    expected,
    refuse_changed,
)
from graphql_schema.mutations.running import (
    RefusedError,
    existing_market,
    existing_store,
    expected_failures,
    refusing_fields,
    run,
)
from graphql_schema.mutations.timing import refuse_untimely, sent_at
from graphql_schema.people.types import Person, StaffRole
from services.domain.documents.person import PersonRoles
from services.domain.expectations import OF_PEOPLE
from services.domain.people.granting import (
    change_of,
    checked_subject,
    edit_roles,
    permission_for,
    refuse_own_end,
)
from services.domain.people.policy import Permission
from services.domain.people.roles import FORMS, MAX_SUBJECT, Grant, Role, Scope
from services.domain.principal import Principal
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

_PERSON: Final = f"The `sub` of the person's tokens: 1 to {MAX_SUBJECT} characters."
_STORE: Final = "The store of a TILL or MANAGER; leave it out for other roles."
_MARKET: Final = "The market of an EDITOR, or of a MANAGER of all its stores."


@strawberry.input(description="A role to grant.")
class GrantRoleInput:
    operation_id: strawberry.ID = fields.operation_id()
    sent_at: datetime | None = sent_at()
    person: strawberry.ID = strawberry.field(description=_PERSON)
    role: StaffRole = strawberry.field(description="The role.")
    store_id: strawberry.ID | None = strawberry.field(default=None, description=_STORE)
    market: strawberry.ID | None = strawberry.field(default=None, description=_MARKET)
    expected: list[ExpectedEntryInput] | None = expected()


@strawberry.input(description="A role to revoke, or all of them.")
class RevokeRoleInput:
    operation_id: strawberry.ID = fields.operation_id()
    sent_at: datetime | None = sent_at()
    person: strawberry.ID = strawberry.field(description=_PERSON)
    role: StaffRole | None = strawberry.field(
        default=None,
        description="The role. Default: all roles of the person, those of tokens included.",
    )
    store_id: strawberry.ID | None = strawberry.field(default=None, description=_STORE)
    market: strawberry.ID | None = strawberry.field(default=None, description=_MARKET)
    expected: list[ExpectedEntryInput] | None = expected()


@strawberry.type(description="What became of grantRole or revokeRole.")
class PersonPayload:
    person: Person | None = strawberry.field(
        description="The person's roles as they were right after; null on errors. Who may not read "
        "people sees the role that was edited alone."
    )
    errors: list[MutationError] = fields.errors()


GrantRole = Annotated[GrantRoleInput, strawberry.argument(description="Which role, to whom.")]
RevokeRole = Annotated[RevokeRoleInput, strawberry.argument(description="Which role, of whom.")]


def grant_role(info: Info, input: GrantRole) -> PersonPayload:  # noqa: A002
    """Grant a role; each role of a person is a register, so edits of two roles both stand."""
    return _edited(info.context, input, granted=True)


def revoke_role(info: Info, input: RevokeRole) -> PersonPayload:  # noqa: A002
    """Revoke a role, or all; a role of the token is revoked as well as one that was granted."""
    return _edited(info.context, input, granted=False)


def _edited(
    context: Context, request: GrantRoleInput | RevokeRoleInput, *, granted: bool
) -> PersonPayload:
    grant = _grant(request)
    principal = _allowed(context, request, grant)
    errors: list[MutationError] = []
    person: Person | None = None
    with expected_failures(errors):
        if grant is not None and not grant.is_possible:
            message = f"no such role can be granted; roles are {', '.join(FORMS)}"
            raise RefusedError(InvalidValueError(message=message, path=["role"]))
        if grant is None and not (request.store_id is None and request.market is None):
            message = "say which role is meant there; without a place, all roles are revoked"
            raise RefusedError(InvalidValueError(message=message, path=["role"]))
        with refusing_fields(lambda name: [name]):
            subject = checked_subject(request.person)
        changes = change_of(grant, granted=granted)
        with refusing_fields(lambda name: [name]):
            refuse_own_end(principal.subject, subject, changes)
        # Who may edit this role alone learns nothing of the person's others.
        shown = None if may_in_chain(context, Permission.READ_PEOPLE) else frozenset(changes)
        if shown is not None and any(one.entry not in shown for one in request.expected or ()):
            message = "you may expect only the role that you edit"
            raise RefusedError(InvalidValueError(message=message, path=["expected"]))

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            refuse_untimely(context, request.sent_at)
            if granted and grant is not None:
                _check_place(context, grant)
            before = current if isinstance(current, PersonRoles) else None
            refuse_changed(
                context,
                keys.roles_of(subject),
                lambda: before.registers if before else {},
                request.expected,
                OF_PEOPLE,
            )
            with refusing_fields(lambda name: [name]):
                after, edited = edit_roles(before, subject, changes, stamp)
            return Edited(after, after.dump(), edited)

        answer = run(
            context,
            principal,
            operation_id=request.operation_id,
            action="grantRole" if granted else "revokeRole",
            document=keys.roles_of(subject),
            mutation_input=changes,
            edit=edit,
            conditions=conditions_of(request.expected),
        )
        context.services.people.forget(subject)
        person = Person.of(PersonRoles.load(subject, answer), shown)
    return PersonPayload(person=person, errors=errors)


def _grant(request: GrantRoleInput | RevokeRoleInput) -> Grant | None:
    """Return the role that is meant, possible or not; None: all roles."""
    if request.role is None:
        return None
    role = Role(str(request.role.value))
    if request.store_id is not None:
        # With a market as well it is no role at all.
        return Grant(role, Scope.STORE, "" if request.market is not None else request.store_id)
    if request.market is not None:
        return Grant(role, Scope.MARKET, request.market)
    return Grant(role, Scope.CHAIN)


def _allowed(
    context: Context, request: GrantRoleInput | RevokeRoleInput, grant: Grant | None
) -> Principal:
    """Return the principal, which must be allowed to edit this role.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    permission = permission_for(grant)
    if permission is Permission.GRANT_TILL and request.store_id is not None:
        return for_store(context, permission, request.store_id)
    return for_chain(context, Permission.GRANT_ROLES)


def _check_place(context: Context, grant: Grant) -> None:
    """Check that the place of a role exists.

    Raises:
        RefusedError: It does not.
    """
    if grant.scope is Scope.STORE:
        existing_store(context, grant.place)
    if grant.scope is Scope.MARKET:
        existing_market(grant.place)


@strawberry.type
class PeopleMutations:
    """Fields of `Mutation` about people."""

    grant_role: PersonPayload = strawberry.mutation(
        resolver=grant_role,
        description="Grant a role in a store, a market or the chain. Needs an admin, or for a "
        "till the manager of the store. It holds in a region within 20 seconds of its arrival. A "
        "region that gets to it too late refuses it, so that no newer revocation is undone.",
        directives=fields.weight(),
    )
    revoke_role: PersonPayload = strawberry.mutation(
        resolver=revoke_role,
        description="Revoke a role, also one that the person's tokens carry, or all roles. Needs "
        "an admin, or for a till the manager of the store. Nobody revokes the own role of an "
        "admin, so that somebody can grant. Send it with the same operationId to "
        "each region where replication is interrupted.",
        directives=fields.weight(),
    )
