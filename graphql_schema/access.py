"""Authorization of fields: menus are public; staff read and change what their roles allow.

What a role allows is in `services.domain.people.policy`. The roles of a person are those of the
token, as far as the person's document in the table does not say otherwise.
"""

from collections.abc import Iterable
from typing import Final

from graphql_schema.context import Context, Services
from graphql_schema.errors import FORBIDDEN, UNAUTHENTICATED, CodedError
from services.domain.ids import is_id
from services.domain.people.policy import Permission, Place, needed, needs_market, permits
from services.domain.people.roles import Grant, grant_of, is_subject
from services.domain.principal import Principal

_SHOWN: Final = 64  # characters of what a client sent
_UNSIGNED: Final = (
    "send a staff token as `Authorization: Bearer ...`; over a WebSocket, as `authorization` in "
    "the payload of `connection_init`"
)


def held(context: Context) -> tuple[Principal, frozenset[Grant]]:
    """Return the principal with the roles that hold now.

    Reads the document of the person, at most every `people.MAX_AGE_S` seconds.

    Raises:
        CodedError: UNAUTHENTICATED without a valid token.
    """
    principal = context.principal
    if principal is None:
        why = context.refusal or _UNSIGNED
        raise CodedError(why, UNAUTHENTICATED)
    texts = effective_roles(context.services, principal)
    return principal, frozenset(grant for text in texts if (grant := grant_of(text)) is not None)


def effective_roles(services: Services, principal: Principal) -> frozenset[str]:
    """Return the roles of a principal that hold now, as texts; others' texts may be among them.

    Reads the document of the person, at most every `people.MAX_AGE_S` seconds; a fault of the table
    is raised.
    """
    if principal.decided:
        return principal.roles
    if not is_subject(principal.subject):
        # No document can say that its roles were revoked.
        return frozenset()
    document = services.people.roles(principal.subject)
    return principal.roles if document is None else document.effective(principal.roles)


def staff(context: Context) -> Principal:
    """Return the principal of a request, which must be a member of staff.

    Raises:
        CodedError: UNAUTHENTICATED without a valid token, FORBIDDEN if the person has no role of
            carte.
    """
    principal, grants = held(context)
    if not grants:
        raise CodedError("this person has no role of carte", FORBIDDEN)
    return principal


def for_store(context: Context, permission: Permission, store_id: str) -> Principal:
    """Return the principal of a request, which must have a permission in a store.

    The store's market is read only where a role in that market could make the difference.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    principal, grants = held(context)
    place = Place(store_id=store_id)
    if permits(grants, permission, place):
        return principal
    if needs_market(grants, permission):
        profile = context.services.stores.profile(store_id) if is_id(store_id) else None
        if profile is not None:
            place = Place(store_id=store_id, market=profile["market"])
    return _checked(principal, grants, permission, place)


def may_in_stores(context: Context, permission: Permission, store_ids: Iterable[str]) -> bool:
    """Return whether the principal of a request has a permission in each of some stores.

    Raises:
        CodedError: UNAUTHENTICATED without a valid token.
    """
    try:
        for one in store_ids:
            for_store(context, permission, one)
    except CodedError as error:
        if error.extensions["code"] != FORBIDDEN:
            raise
        return False
    return True


def may_in_chain(context: Context, permission: Permission) -> bool:
    """Return whether the principal of a request has a permission in the chain.

    Raises:
        CodedError: UNAUTHENTICATED without a valid token.
    """
    _, grants = held(context)
    return permits(grants, permission, Place())


def for_market(context: Context, permission: Permission, market: str) -> Principal:
    """Return the principal of a request, which must have a permission in a market.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    return _checked(*held(context), permission, Place(market=market))


def for_chain(context: Context, permission: Permission) -> Principal:
    """Return the principal of a request, which must have a permission in the chain.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    return _checked(*held(context), permission, Place())


def _checked(
    principal: Principal, grants: frozenset[Grant], permission: Permission, place: Place
) -> Principal:
    if not grants:
        raise CodedError("this person has no role of carte", FORBIDDEN)
    if not permits(grants, permission, place):
        roles = " or ".join(needed(permission, _shown(place)))
        raise CodedError(f"to {permission.value} needs the role {roles}", FORBIDDEN)
    return principal


def _shown(place: Place) -> Place:
    """Return a place that repeats only so much of what a client sent."""
    return Place(place.store_id and place.store_id[:_SHOWN], place.market and place.market[:_SHOWN])
