"""Authorization of fields: menus are public; staff read and change what their roles allow."""

from graphql_schema.context import Context
from graphql_schema.errors import FORBIDDEN, UNAUTHENTICATED, CodedError
from services.domain.principal import Principal


def staff(context: Context) -> Principal:
    """Return the principal of a request, which must be a member of staff.

    Raises:
        CodedError: UNAUTHENTICATED without a valid token, FORBIDDEN if the token has no role of
            carte.
    """
    principal = context.principal
    if principal is None:
        why = context.refusal or "send a staff token as `Authorization: Bearer ...`"
        raise CodedError(why, UNAUTHENTICATED)
    if not principal.is_staff:
        raise CodedError("this token carries no role of carte", FORBIDDEN)
    return principal


def admin(context: Context) -> Principal:
    """Return the principal of a request, which must have the role `chain:admin`.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    principal = staff(context)
    if not principal.is_admin:
        raise CodedError("this needs the role chain:admin", FORBIDDEN)
    return principal


def manager_of(context: Context, store_id: str) -> Principal:
    """Return the principal of a request, which must be allowed to change a store.

    Raises:
        CodedError: UNAUTHENTICATED or FORBIDDEN.
    """
    principal = staff(context)
    if not principal.may_edit_store(store_id):
        needed = f"store:{store_id[:64]}:manager"
        raise CodedError(f"this needs the role {needed} or chain:admin", FORBIDDEN)
    return principal
