"""The local mailbox: newest first, bounded, escaped, and honest about regions that are away."""

import asyncio
from typing import Any

from aiohttp import web

from localcloud.edge import mailbox
from localcloud.edge.mailbox import MOST_SHOWN, Mailbox, page, selected


def mail(at: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(at), "region": "eu-west-1", "at": f"2026-11-28T00:00:{at:05d}", "from": "f",
        "to": ["ada@example.org"], "subject": "Ready", "text": "text", **changes,
    }  # fmt: skip


def test_the_newest_mails_come_first_and_not_more_than_a_page_shows() -> None:
    shown = selected(map(mail, range(MOST_SHOWN + 5)), "", "")
    assert [one["id"] for one in shown] == [str(at) for at in range(MOST_SHOWN + 4, 4, -1)]


def test_mails_are_selected_by_address_and_by_text() -> None:
    mails = [mail(1), mail(2, to=["bob@example.org"]), mail(3, text="Order: abc")]
    assert [one["id"] for one in selected(mails, "bob@example.org", "")] == ["2"]
    assert [one["id"] for one in selected(mails, "", "abc")] == ["3"]


def test_the_page_escapes_what_mails_say() -> None:
    text = page([mail(1, subject="<script>", text="</pre><b>", to=["<i>@x"])], ["<eu>"])
    for raw in ("<script>", "</pre><b>", "<i>", "<eu>"):
        assert raw not in text
    assert "&lt;script&gt;" in text


async def _served(body: bytes) -> tuple[list[dict[str, Any]], list[str]]:
    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(body=body)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    box = Mailbox({"here": f"http://127.0.0.1:{port}", "away": "http://127.0.0.1:1"})
    try:
        return await box._read()
    finally:
        await runner.cleanup()


def test_regions_that_do_not_answer_are_named_and_the_others_are_shown() -> None:
    sent = (
        b'{"messages": {"000000000000": [{"MessageId": "m", "Source": "s", "To": ["t"],'
        b' "Subject": "S", "BodyText": "B", "Timestamp": 0}]}}'
    )
    mails, unreachable = asyncio.run(_served(sent))
    assert [(one["region"], one["text"]) for one in mails] == [("here", "B")]
    assert unreachable == ["away"]


def test_an_answer_that_is_too_long_or_no_json_is_none(monkeypatch: Any) -> None:
    assert asyncio.run(_served(b"<html>")) == ([], ["here", "away"])
    monkeypatch.setattr(mailbox, "_MOST_BYTES", 10)
    assert asyncio.run(_served(b'{"messages": {}}')) == ([], ["here", "away"])
