"""The Python example of docs/clients.md runs as it is written; the others name the edge's paths."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from clients.failover import PATHS
from tests.unit.clients.test_carte_client import EdgeServer, listening

PAGE = (Path(__file__).parents[3] / "docs" / "clients.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_python_example_sells_while_a_region_is_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (code,) = blocks("python")
    server = EdgeServer("broken")

    async def main() -> None:
        async with listening(server):
            run = compile(code.replace("http://localhost:8080", server.url), "clients.md", "exec")
            namespace: dict[str, Any] = {}
            await asyncio.to_thread(exec, run, namespace)

    asyncio.run(main())
    assert capsys.readouterr().out == "[]\n"
    assert server.paths == [0, 1]
    for _, body, token in server.received:
        assert body["variables"]["input"]["operationId"] == "till-7:2026-11-28:000123"
        assert token.startswith("Bearer ")


def test_the_shell_example_names_the_paths_in_order() -> None:
    (code,) = blocks("sh")
    (listed,) = re.findall(r"^for path in (.*); do$", code, re.MULTILINE)
    assert [f"/{path}" for path in listed.split()] == list(PATHS)
