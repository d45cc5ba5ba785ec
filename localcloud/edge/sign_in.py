"""Sign-in of staff on the local cloud: the site's settings for it, and the pages of the user pool.

On AWS the pool's pages have a domain of their own. The emulator has them at the address of the
primary region, without the headers that pages of another origin need, so the edge passes their
paths on. Sessions that exist need none of this.
"""

from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web

from localcloud.control_plane import ForeignRequestError, RequestHead, require_loopback
from localcloud.edge.bodies import AnswerTooLargeError, BodyRefusedError, read_answer, read_body
from localcloud.edge.replies import json_reply, problem
from localcloud.edge.sign_in_trigger import COOKIE, SignInTrigger
from localcloud.edge.targets import Target
from localcloud.user_pool import load

SETTINGS: Final = "/signin.json"
_SERVICE: Final = "/signin/service"
# The pool's pages and its endpoint for tokens: method by path.
_LOGIN: Final = "/login"
_PAGES: Final = {
    "/oauth2/authorize": "GET",
    "/oauth2/token": "POST",
    _LOGIN: "POST",
    "/logout": "GET",
}
# Of Cognito's own API what the site calls.
_ACTIONS: Final = frozenset(
    f"AWSCognitoIdentityProviderService.{action}" for action in ("GlobalSignOut", "RevokeToken")
)
_MOST_BYTES: Final = 64 * 1024
_MOST_ANSWER_BYTES: Final = 256 * 1024
_TIMEOUT: Final = aiohttp.ClientTimeout(total=8)
_PASSED_HEADERS: Final = ("content-type", "location")


class SignIn:
    """Answers the paths by which staff sign in."""

    def __init__(self, state_dir: Path) -> None:
        """Take the folder of the cloud; nothing is read yet.

        Args:
            state_dir: The folder of the cloud's files, with its note about the user pool.
        """
        self._state_dir = state_dir
        self._trigger = SignInTrigger(state_dir)

    @staticmethod
    def answers(path: str) -> bool:
        """Return whether a decoded path is one of sign-in."""
        return path in _PAGES or path in {SETTINGS, _SERVICE}

    async def answer(self, request: web.BaseRequest, target: Target) -> web.Response:
        """Answer one request."""
        path = target.path
        method = "GET" if path == SETTINGS else _PAGES.get(path, "POST")
        if request.method != method:
            return problem(405, f"{path} takes {method}", headers={"allow": method})
        try:
            require_loopback(RequestHead(request.method, request.headers))
            if path == SETTINGS:
                return self._settings()
            return await self._pass_on(request, target)
        except ForeignRequestError as error:
            return problem(error.status, f"{error.message}: {error.hint}")
        except BodyRefusedError as error:
            return problem(error.status, str(error))

    def _settings(self) -> web.Response:
        """Return what `infra_cdk.sign_in.settings` has; the pool's pages are at this origin."""
        pool = load(self._state_dir)
        known = {} if pool is None else {"client": pool.client_id, "pages": "", "service": _SERVICE}
        return json_reply(200, {**known, "development": True})

    async def _pass_on(self, request: web.BaseRequest, target: Target) -> web.Response:
        pool = load(self._state_dir)
        if pool is None:
            return problem(404, "this cloud has no user pool; start it again with `carte up`")
        headers = {"content-type": request.headers.get("content-type", "")}
        path = target.path
        if path == _SERVICE:
            action = request.headers.get("x-amz-target", "")
            if action not in _ACTIONS:
                return problem(400, f"x-amz-target must be one of {', '.join(sorted(_ACTIONS))}")
            headers["x-amz-target"] = action
            path = "/"
        body = await read_body(request, _MOST_BYTES) if request.method == "POST" else None
        query = f"?{target.query}" if target.query else ""
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.request(
                    request.method,
                    pool.address + path + query,
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                ) as response,
            ):
                content = await read_answer(response, _MOST_ANSWER_BYTES)
                location = response.headers.get("location", "")
                username = _signed_in(path, body, location)
                cookie = {}
                if username:
                    device = self._trigger.device_of(request.cookies.get(COOKIE))
                    cookie["set-cookie"] = self._trigger.cookie_of(device)
                    self._trigger.start(pool, username, device)
                return web.Response(
                    status=response.status,
                    body=content,
                    headers={
                        "cache-control": "no-store",
                        **cookie,
                        **{
                            name: response.headers[name]
                            for name in _PASSED_HEADERS
                            if name in response.headers
                        },
                    },
                )
        except AnswerTooLargeError as error:
            return problem(502, f"the user pool cannot be used: {error}")
        except (aiohttp.ClientError, TimeoutError):
            return problem(
                503,
                "the user pool does not answer: its region is away. Who is signed in works on; "
                "others sign in when it is back",
                headers={"retry-after": "5"},
            )


def _signed_in(path: str, body: bytes | None, location: str) -> str:
    """Return who signed in on the pool's page, which then leads back with a code; empty: nobody."""
    if path != _LOGIN or not body or "code" not in parse_qs(urlsplit(location).query):
        return ""
    return parse_qs(body.decode("utf-8", "replace")).get("username", [""])[0]
