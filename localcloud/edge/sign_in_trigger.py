"""Calls the user pool's trigger after a sign-in on its pages, which the emulator leaves out.

Cognito remembers the devices of a person by a cookie of its pages, and calls the Lambda that the
pool names (`LambdaConfig`) after each authentication. Here the sign-in does not wait for it: a
Lambda of the emulator may start slowly.
"""

import asyncio
import json
import re
import secrets
from pathlib import Path
from threading import Lock
from typing import Any, Final

import boto3
from botocore.config import Config

from localcloud.json_log import EventLog
from localcloud.layout import ANY_KEY
from localcloud.user_pool import UserPool

COOKIE: Final = "carte-device"
_DEVICE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FILE: Final = "devices.json"
_MOST_DEVICES: Final = 50  # of a person; the oldest is forgotten
_A_YEAR_S: Final = 365 * 24 * 3600
_SOURCE: Final = "PostAuthentication_Authentication"


class SignInTrigger:
    """Remembers the devices of people, and reports sign-ins to the pool's Lambda."""

    def __init__(self, state_dir: Path) -> None:
        """Take the folder of the cloud; nothing is read yet.

        Args:
            state_dir: The folder of the cloud's files; devices are remembered there.
        """
        self._path = state_dir / _FILE
        self._log = EventLog("edge")
        self._running: set[asyncio.Task[None]] = set()
        self._one_at_a_time = Lock()

    @staticmethod
    def device_of(cookie: str | None) -> str:
        """Return the device that a cookie names, or a name for a new one."""
        return cookie if cookie and _DEVICE.fullmatch(cookie) else secrets.token_hex(16)

    @staticmethod
    def cookie_of(device: str) -> str:
        """Return the header that has a browser remember its device."""
        return f"{COOKIE}={device}; Path=/; Max-Age={_A_YEAR_S}; HttpOnly; SameSite=Lax"

    def start(self, pool: UserPool, username: str, device: str) -> None:
        """Report a sign-in, beside the answer to it.

        Args:
            pool: Where it was.
            username: Who signed in.
            device: As `device_of` returns it.
        """
        task = asyncio.create_task(asyncio.to_thread(self._report, pool, username, device))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._log.warning("the user pool's trigger was not called", reason=repr(error))

    def _report(self, pool: UserPool, username: str, device: str) -> None:
        cognito = _client(pool, "cognito-idp")
        described = cognito.describe_user_pool(UserPoolId=pool.id)["UserPool"]
        function = described.get("LambdaConfig", {}).get("PostAuthentication")
        if not function:
            return
        person = cognito.admin_get_user(UserPoolId=pool.id, Username=username)
        named = {one["Name"]: one["Value"] for one in person["UserAttributes"]}
        with self._one_at_a_time:
            is_new = self._is_new(named["sub"], device)
        event = {
            "version": "1",
            "region": pool.id.partition("_")[0],
            "userPoolId": pool.id,
            "userName": named["sub"],
            "callerContext": {"awsSdkVersion": "localcloud", "clientId": pool.client_id},
            "triggerSource": _SOURCE,
            "request": {
                "userAttributes": {**named, "cognito:user_status": person["UserStatus"]},
                "newDeviceUsed": is_new,
            },
            "response": {},
        }
        answer = _client(pool, "lambda").invoke(
            FunctionName=function, Payload=json.dumps(event).encode()
        )
        if answer.get("FunctionError"):
            raise RuntimeError(f"{function} failed: {answer['FunctionError']}")

    def _is_new(self, subject: str, device: str) -> bool:
        """Return whether a person has not used a device before, and remember it."""
        try:
            known: dict[str, list[str]] = json.loads(self._path.read_text())
        except FileNotFoundError:
            known = {}
        devices = known.get(subject, [])
        if device in devices:
            return False
        known[subject] = [*devices, device][-_MOST_DEVICES:]
        draft = self._path.with_suffix(".partial")
        draft.write_text(json.dumps(known))
        draft.replace(self._path)
        return True


def _client(pool: UserPool, service: str) -> Any:
    session = boto3.Session(
        aws_access_key_id=ANY_KEY,
        aws_secret_access_key=ANY_KEY,
        region_name=pool.id.partition("_")[0],
    )
    make: Any = session.client
    return make(
        service,
        endpoint_url=pool.address,
        config=Config(
            connect_timeout=2, read_timeout=60, retries={"total_max_attempts": 1}, proxies={}
        ),
    )
