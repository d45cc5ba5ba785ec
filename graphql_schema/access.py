"""Who may use a field: anyone reads menus, staff see and change what is theirs."""

from graphql_schema.context import Context
from graphql_schema.errors import FORBIDDEN, UNAUTHENTICATED, CodedError
from services.domain.principal import Principal


def staff(context: Context) -> Principal:
    """The member of staff who asks.

    Raises:
        CodedError: UNAUTHENTICATED without a valid token, FORBIDDEN with one of no role here.
    """
    principal = context.principal
    if principal is None:
        why = context.refusal or "send a staff token as `Authorization: Bearer ...`"
        raise CodedError(why, UNAUTHENTICATED)
    if not principal.is_staff:
        raise CodedError("this token carries no role of carte", FORBIDDEN)
    return principal


def admin(context: Context) -> Principal:
    """A member of staff with the role `chain:admin`.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    principal = staff(context)
    if not principal.is_admin:
        raise CodedError("this needs the role chain:admin", FORBIDDEN)
    return principal


def manager_of(context: Context, store_id: str) -> Principal:
    """A member of staff who may change a store.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    principal = staff(context)
    if not principal.may_edit_store(store_id):
        needed = f"store:{store_id[:64]}:manager"
        raise CodedError(f"this needs the role {needed} or chain:admin", FORBIDDEN)
    return principal
