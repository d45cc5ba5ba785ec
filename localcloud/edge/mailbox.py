"""`/_mail`: every mail that the regions' Lambdas sent, for people and tests of this machine.

The emulators keep what is sent by SES and deliver none of it. A region that does not answer is
named; its mails are shown again when it is back.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs

import aiohttp
import orjson
from aiohttp import web

from localcloud.control_plane import ForeignRequestError, RequestHead, require_local
from localcloud.edge.bodies import AnswerTooLargeError, read_answer
from localcloud.edge.replies import json_reply, problem
from localcloud.edge.targets import Target

PATH: Final = "/_mail"
_MESSAGES: Final = f"{PATH}/messages"
_SENT: Final = "/_ministack/ses/messages"
MOST_SHOWN: Final = 200
_MOST_BYTES: Final = 32 * 1024 * 1024  # of one region's mails
_TIMEOUT: Final = aiohttp.ClientTimeout(total=3)
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;"
    "margin:2rem auto;padding:0 1rem}article{border:1px solid #8886;border-radius:8px;"
    "padding:.8rem 1rem;margin:1rem 0}h2{font-size:1rem;margin:0}p{margin:.2rem 0;opacity:.75}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.6rem 0 0}"
)


class Mailbox:
    """Answers the paths below `/_mail`."""

    def __init__(self, emulators: Mapping[str, str]) -> None:
        """Take the emulators whose mails are shown; no request is sent yet.

        Args:
            emulators: Region to the address of its emulator.
        """
        self._emulators = dict(emulators)

    async def answer(self, request: web.BaseRequest, target: Target) -> web.Response:
        """Answer one request.

        `/_mail` is a page, `/_mail/messages` JSON: `messages`, newest first, at most 200, and
        `unreachable`, the regions that did not answer. `?to=<address>` selects the mails to one
        address, `?text=<part>` those with a text in subject or body.
        """
        if target.path.rstrip("/") not in {PATH, _MESSAGES}:
            return problem(404, f"the mailbox has GET {PATH} and GET {_MESSAGES}")
        if request.method not in {"GET", "HEAD"}:
            return problem(405, f"{PATH} takes GET only", headers={"allow": "GET, HEAD"})
        try:
            require_local(RequestHead(request.method, request.headers))
        except ForeignRequestError as error:
            return problem(error.status, f"{error.message}: {error.hint}")
        mails, unreachable = await self._read()
        query = parse_qs(target.query)
        shown = selected(mails, query.get("to", [""])[-1], query.get("text", [""])[-1])
        if target.path.rstrip("/") == _MESSAGES:
            return json_reply(200, {"messages": shown, "unreachable": unreachable})
        return web.Response(
            body=page(shown, unreachable).encode(),
            headers={
                "content-type": "text/html; charset=utf-8",
                "cache-control": "no-store",
                "content-security-policy": _POLICY,
            },
        )

    async def _read(self) -> tuple[list[dict[str, Any]], list[str]]:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            found = await asyncio.gather(
                *(self._of_region(session, *one) for one in self._emulators.items())
            )
        mails = [mail for one in found for mail in one or ()]
        names = zip(self._emulators, found, strict=True)
        return mails, [region for region, one in names if one is None]

    async def _of_region(
        self, session: aiohttp.ClientSession, region: str, url: str
    ) -> list[dict[str, Any]] | None:
        """Return the mails that a region sent; None: it does not answer."""
        try:
            async with session.get(url + _SENT) as response:
                if response.status != web.HTTPOk.status_code:
                    return None
                content = await read_answer(response, _MOST_BYTES)
            accounts = orjson.loads(content)["messages"].values()
            return [_mail(region, one) for account in accounts for one in account]
        except (aiohttp.ClientError, TimeoutError, AnswerTooLargeError):
            return None
        except (ValueError, LookupError, TypeError):
            return None  # no list of mails


def selected(mails: Iterable[dict[str, Any]], to: str, text: str) -> list[dict[str, Any]]:
    """Return the newest mails to an address and with a text; empty: all.

    Args:
        mails: Mails of all regions.
        to: An address.
        text: A part of subject or body.
    """
    found = [
        one
        for one in mails
        if (not to or to in one["to"]) and (text in one["subject"] or text in one["text"])
    ]
    return sorted(found, key=lambda one: (one["at"], one["id"]), reverse=True)[:MOST_SHOWN]


def page(mails: Iterable[Mapping[str, Any]], unreachable: Iterable[str]) -> str:
    """Return the page that shows mails; every text is escaped."""
    away = "".join(f"<p>{escape(one)} does not answer</p>" for one in unreachable)
    shown = "".join(
        f"<article><h2>{escape(one['subject'])}</h2>"
        f"<p>to {escape(', '.join(one['to']))} · {escape(one['at'])} · {escape(one['region'])}</p>"
        f"<pre>{escape(one['text'])}</pre></article>"
        for one in mails
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>carte: mails</title>'
        f"<style>{_STYLE}</style><h1>Mails</h1>{away}{shown or '<p>No mail was sent yet.</p>'}"
    )


def _mail(region: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    at = datetime.fromtimestamp(float(sent["Timestamp"]), UTC)
    return {
        "id": str(sent["MessageId"]),
        "region": region,
        "at": at.isoformat(timespec="milliseconds"),
        "from": str(sent["Source"]),
        "to": [str(one) for one in sent["To"]],
        "subject": str(sent["Subject"]),
        "text": str(sent["BodyText"]),
        "html": str(sent.get("BodyHtml") or ""),
    }
