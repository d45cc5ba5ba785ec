"""Where credentials come from: the environment, else whatever botocore finds, kept fresh by it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.storage.fast.signing import Credentials

Source = Callable[[], Credentials | None]

# With this variable, botocore does not use the key of the environment for ever.
_EXPIRING: Final = "AWS_CREDENTIAL_EXPIRATION"


def source(environment: Mapping[str, str]) -> Source:
    """Return a function that gives the credentials of the moment; None: there are none.

    Lambda puts fixed ones into the environment. Containers, SnapStart, SSO and assumed roles are
    left to botocore, which fetches them and refreshes them before they expire.
    """
    fixed = _from_environment(environment)
    if fixed is not None:
        return lambda: fixed
    return _from_botocore()


def _from_environment(environment: Mapping[str, str]) -> Credentials | None:
    access_key = environment.get("AWS_ACCESS_KEY_ID")
    secret_key = environment.get("AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key or environment.get(_EXPIRING):
        return None
    token = environment.get("AWS_SESSION_TOKEN") or environment.get("AWS_SECURITY_TOKEN")
    return Credentials(access_key, secret_key, token or None)


def _from_botocore() -> Source:
    found: Any = None

    def current() -> Credentials | None:
        nonlocal found
        if found is None:
            from botocore.session import Session

            # Tried again at each request while there are none: a metadata service may be late.
            found = Session().get_credentials()
        if found is None:
            return None
        frozen = found.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)

    return current
