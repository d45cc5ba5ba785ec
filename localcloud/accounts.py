"""The user pool of a local cloud: deployed from the stack's own template, with ready-made people.

The pool is in the emulator of the primary region, as the deployed one is in the primary region. Its
ids are made when it is created, so the Lambdas of all regions are given them as an operator would
(`oidc_issuer` and `oidc_audience` of a deployment), beside the development issuer. If the primary
region loses its disk, the pool is gone and another one is made; the other regions accept its tokens
after the next `carte up`.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.deployer import client, deploy_stack
from localcloud.exceptions import DeployError, LocalCloudError
from localcloud.layout import CloudLayout
from localcloud.user_pool import UserPool, load, save

STACK: Final = "carte-identity"
PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "till@carte.example": ("store:us-00001:till",),
    "manager@carte.example": ("store:us-00001:manager",),
    "editor@carte.example": ("market:us:editor",),
    "admin@carte.example": ("chain:admin",),
    "operator@carte.example": ("chain:operator",),
    "nobody@carte.example": (),
}
"""Name to sign in with to the groups of the pool that the person is in."""
SIGN_IN: Final = "/signin"
"""The path of the site that the pool's pages lead back to, with an authorization code."""
_SCOPES: Final = "openid email"
_TIMEOUT_S: Final = 10.0


def deploy(layout: CloudLayout, cloud_assembly: Path, scratch: Path) -> UserPool:
    """Create or update the user pool with its ready-made people, and note it for the cloud.

    Raises:
        DeployError: The stack failed.
    """
    region = layout.region(layout.primary)
    outputs = deploy_stack(region, STACK, cloud_assembly, scratch)
    issuer, client_id = outputs["OidcIssuer"], outputs["OidcAudience"]
    known = load(layout.state_dir)
    # With a character of each kind: the emulator wants them where the template does not say so.
    password = known.password if known else f"Aa1!{secrets.token_urlsafe(12)}"
    pool = UserPool(issuer.rpartition("/")[2], issuer, client_id, region.endpoint, password)
    cognito = client(region, "cognito-idp")
    try:
        _lead_back(cognito, pool, layout)
        for name, groups in PEOPLE.items():
            _make_person(cognito, pool, name, groups)
    except (ClientError, BotoCoreError) as error:
        raise DeployError(
            f"the user pool in {region.name} takes no people: {error}",
            "`carte down --wipe` and `carte up` start with an empty one",
        ) from error
    save(layout.state_dir, pool)
    return pool


def people(layout: CloudLayout) -> Iterator[dict[str, Any]]:
    """Yield the ready-made people: `name`, `password`, `sub` and `groups`.

    Raises:
        LocalCloudError: The cloud has no user pool, or it does not answer.
    """
    pool = _existing(layout)
    cognito = client(layout.region(layout.primary), "cognito-idp")
    for name, groups in PEOPLE.items():
        try:
            found = cognito.admin_get_user(UserPoolId=pool.id, Username=name)
        except (ClientError, BotoCoreError) as error:
            raise LocalCloudError(
                f"the user pool in {layout.primary} does not answer: {error}",
                "`carte status` shows whether it is away; `carte fault heal` brings it back",
            ) from error
        named = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
        yield {
            "name": name,
            "password": pool.password,
            "sub": named["sub"],
            "groups": list(groups),
        }


def sign_in(layout: CloudLayout, name: str, password: str | None = None) -> dict[str, str]:
    """Sign a person in as a browser does, by authorization code with PKCE (RFC 7636).

    Args:
        layout: The cloud.
        name: One of `PEOPLE`.
        password: What the person types; None: the right one.

    Returns:
        `access_token`, `id_token` and `refresh_token`, among others.

    Raises:
        LocalCloudError: The pool does not answer, or refuses.
    """
    pool = _existing(layout)
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    request = {
        "response_type": "code",
        "client_id": pool.client_id,
        "redirect_uri": layout.url + SIGN_IN,
        "scope": _SCOPES,
        "state": secrets.token_urlsafe(16),
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    status, _, page = _sent(pool, "GET", f"/oauth2/authorize?{urlencode(request)}")
    if status != HTTPStatus.OK:
        raise _refused(name, status, page)
    form = {**request, "username": name, "password": password or pool.password}
    status, location, page = _sent(pool, "POST", "/login", form)
    query = parse_qs(urlsplit(location).query)
    if "code" not in query or query.get("state") != [request["state"]]:
        raise _refused(name, status, page)
    redeemed = {
        "grant_type": "authorization_code",
        "client_id": pool.client_id,
        "redirect_uri": request["redirect_uri"],
        "code": query["code"][0],
        "code_verifier": verifier,
    }
    status, _, page = _sent(pool, "POST", "/oauth2/token", redeemed)
    if status != HTTPStatus.OK:
        raise _refused(name, status, page)
    found: dict[str, str] = json.loads(page)
    return found


def renew(layout: CloudLayout, refresh_token: str) -> dict[str, str]:
    """Get a new access token by a refresh token; return what the pool answers.

    Raises:
        LocalCloudError: The pool does not answer, or refuses.
    """
    pool = _existing(layout)
    form = {
        "grant_type": "refresh_token",
        "client_id": pool.client_id,
        "refresh_token": refresh_token,
    }
    status, _, page = _sent(pool, "POST", "/oauth2/token", form)
    if status != HTTPStatus.OK:
        raise _refused("the refresh token", status, page)
    found: dict[str, str] = json.loads(page)
    return found


def end_sessions(layout: CloudLayout, access_token: str) -> None:
    """End all sessions of the person of an access token (GlobalSignOut).

    Raises:
        LocalCloudError: The pool does not answer, or refuses.
    """
    _existing(layout)
    cognito = client(layout.region(layout.primary), "cognito-idp")
    try:
        cognito.global_sign_out(AccessToken=access_token)
    except (ClientError, BotoCoreError) as error:
        raise LocalCloudError(
            f"the user pool does not answer: {error}",
            "`carte status` shows whether the primary region is well",
        ) from error


def _sent(
    pool: UserPool, method: str, path: str, form: Mapping[str, str] | None = None
) -> tuple[int, str, bytes]:
    """Send a request to the pages of the pool; return status, `location` and body.

    Raises:
        LocalCloudError: There is no answer.
    """
    body = None if form is None else urlencode(form)
    headers = {} if form is None else {"content-type": "application/x-www-form-urlencoded"}
    address = urlsplit(pool.address).netloc
    try:
        with closing(HTTPConnection(address, timeout=_TIMEOUT_S)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("location", ""), answer.read()
    except (OSError, HTTPException) as error:
        raise LocalCloudError(
            f"the user pool does not answer: {error!r}",
            "`carte status` shows whether the primary region is well; tokens are valid without it",
        ) from error


def _refused(name: str, status: int, page: bytes) -> LocalCloudError:
    return LocalCloudError(
        f"the user pool refuses {name!r} ({status})",
        "`carte people accounts` lists who can sign in",
        detail=page[:2000].decode("utf-8", "replace"),
    )


def _existing(layout: CloudLayout) -> UserPool:
    pool = load(layout.state_dir)
    if pool is None:
        raise LocalCloudError(
            f"the cloud at port {layout.port} has no user pool",
            f"start it again: `carte down --port {layout.port}`, `carte up --port {layout.port}`",
        )
    return pool


def _lead_back(cognito: Any, pool: UserPool, layout: CloudLayout) -> None:
    """Let the pool's pages lead back to this cloud's site: templates do not know its port."""
    pool_client = {"UserPoolId": pool.id, "ClientId": pool.client_id}
    known = cognito.describe_user_pool_client(**pool_client)["UserPoolClient"]
    # What is left out of an update gets its default again.
    kept = {
        name: known[name]
        for name in (
            *("ClientName", "ExplicitAuthFlows", "SupportedIdentityProviders"),
            *("AllowedOAuthFlows", "AllowedOAuthScopes", "AllowedOAuthFlowsUserPoolClient"),
            *("PreventUserExistenceErrors", "TokenValidityUnits"),
            *("AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity"),
        )
        if known.get(name) is not None
    }
    # Browsers of people come by the name, those of tests by the address.
    urls = [layout.url + SIGN_IN, layout.edge_url + SIGN_IN]
    cognito.update_user_pool_client(**pool_client, **kept, CallbackURLs=urls, LogoutURLs=urls)


def _make_person(cognito: Any, pool: UserPool, name: str, groups: tuple[str, ...]) -> None:
    with suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool.id,
            Username=name,
            MessageAction="SUPPRESS",
            TemporaryPassword=pool.password,  # one that it makes up is too short for its policy
            UserAttributes=[
                {"Name": "email", "Value": name},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    cognito.admin_set_user_password(
        UserPoolId=pool.id, Username=name, Password=pool.password, Permanent=True
    )
    for group in groups:
        with suppress(cognito.exceptions.GroupExistsException):  # the template makes that of admins
            cognito.create_group(UserPoolId=pool.id, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool.id, Username=name, GroupName=group)
