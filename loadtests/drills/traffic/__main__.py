"""Entry point of the observer's process: `python -m loadtests.drills.traffic RUN_FOLDER`.

It ends when its standard input does, so it never outlives the drill that started it.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp

from loadtests.drills.traffic.generator import Generator
from loadtests.drills.traffic.plan import TrafficPlan
from loadtests.drills.traffic.sender import Sender


async def _run(folder: Path) -> None:
    plan = TrafficPlan.load(folder)
    loop = asyncio.get_running_loop()
    # No limit on connections: waiting for a free one would be a closed loop in disguise.
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout()
    ) as session:
        generator = Generator(plan, Sender(plan, session), folder)
        loop.add_reader(sys.stdin.fileno(), _at_end(generator))
        loop.add_signal_handler(signal.SIGTERM, generator.stop)
        # Ctrl-C reaches the whole group of processes; the drill decides when traffic ends.
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        await generator.run()


def _at_end(generator: Generator) -> Callable[[], None]:
    """Return what to do when standard input has something to say: at its end, stop."""
    number = sys.stdin.fileno()

    def read() -> None:
        if not os.read(number, 1024):
            asyncio.get_running_loop().remove_reader(number)
            generator.stop()

    return read


if __name__ == "__main__":
    gc.freeze()
    asyncio.run(_run(Path(sys.argv[1])))
