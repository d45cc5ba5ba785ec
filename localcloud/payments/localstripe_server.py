"""Runs localstripe on the loopback address, with its data in the cloud's folder.

A program for the interpreter of `.venv-payments`, which has localstripe and nothing of carte. What
localstripe does by itself does not fit: it listens on all addresses and keeps its data in one file
of the machine, which it writes anew several times a request.
"""

import argparse
import asyncio
import pickle
import time
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from localstripe import resources, server

_OFTEN_S = 0.5
# Of the time, at most this part goes into writing.
_SHARE = 20


class Disk:
    """Localstripe's objects in a file, written in the background and at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = False

    def load(self) -> None:
        """Read the objects of the run before."""
        if self._path.exists():
            found = pickle.loads(self._path.read_bytes())  # noqa: S301 - its own file
            resources.store.update(found)
        resources.store.dump_to_disk = self.note

    def note(self) -> None:
        """Note that something changed."""
        self._changed = True

    def save(self) -> None:
        """Write what changed; a reader sees the old file or the new one."""
        if not self._changed:
            return
        self._changed = False
        draft = self._path.with_suffix(".draft")
        draft.write_bytes(pickle.dumps(dict(resources.store), pickle.HIGHEST_PROTOCOL))
        draft.replace(self._path)

    async def keep_saving(self) -> None:
        """Save now and then until cancelled."""
        while True:
            began = time.monotonic()
            self.save()
            await asyncio.sleep(max(_OFTEN_S, _SHARE * (time.monotonic() - began)))


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="file of its objects")
    arguments = parser.parse_args()
    arguments.data.parent.mkdir(parents=True, exist_ok=True)
    disk = Disk(arguments.data)
    disk.load()

    async def saving(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.get_running_loop().create_task(disk.keep_saving())
        yield
        task.cancel()
        disk.save()

    server.app.cleanup_ctx.append(saving)
    web.run_app(
        server.app, host="127.0.0.1", port=arguments.port, access_log=None, shutdown_timeout=0.3
    )


if __name__ == "__main__":
    main()
