"""The local payment provider as a process: the front, its records and its webhooks."""

import asyncio
import signal
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

import aiohttp
from aiohttp import web

from localcloud.json_log import EventLog
from localcloud.layout import CloudLayout
from localcloud.payments.front import Front
from localcloud.payments.operations import Operations
from localcloud.payments.records import Records
from localcloud.payments.settings import API_KEY, WEBHOOK_SECRETS
from localcloud.payments.upstream import Localstripe
from localcloud.payments.webhooks import Webhooks

_SHUTDOWN_S: Final = 0.3

_LOG: Final = EventLog("payments")


async def serve(layout: CloudLayout, webhook_url: str) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        layout: The cloud.
        webhook_url: Where events are posted to; empty: nowhere.

    Raises:
        OSError: The port is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        records = Records(layout.payments_data / "front.sqlite")
        stack.callback(records.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        webhooks = Webhooks(
            session,
            webhook_url,
            WEBHOOK_SECRETS,
            records,
            lambda: front.faults,
        )
        stack.push_async_callback(webhooks.close)
        upstream = Localstripe(session, layout.localstripe_url, API_KEY)
        front = Front(
            Operations(upstream, records, webhooks.emit),
            records,
            API_KEY,
            sign_with=partial(setattr, webhooks, "keys"),
        )
        runner = web.AppRunner(front.application(), access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", layout.payments_port).start()
        webhooks.resume()
        _LOG.info("payments start")
        await stop.wait()
        _LOG.info("payments stop")
