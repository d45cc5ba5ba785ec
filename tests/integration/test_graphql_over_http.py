"""The reference audits of GraphQL over HTTP, its SHOULDs included, against the real ASGI app."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from services.menu_api.asgi import AsgiApp
from tests.support.service import Service

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    app = AsgiApp(service.application, threads=True)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline, "the server does not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/graphql"
    server.should_exit = True
    thread.join()


def test_every_audit_passes(url: str) -> None:
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "support" / "audit.mjs"), url, str(ROOT / "web")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    audits = json.loads(done.stdout)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) >= 61
