"""The trace id of a request or an invocation, as log lines hold it."""

from pathlib import Path

import pytest

from services.configuration.tracing import VARIABLE, of_invocation, trace_id

ROOT = Path(__file__).parents[3]
ID = "1-5759e988-bd862e3fe1be46a994272793"


def test_the_root_of_a_tracing_header_is_the_trace_id() -> None:
    assert trace_id(f"Root={ID};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0") == ID
    assert trace_id(f"Root={ID}") == ID


@pytest.mark.parametrize("header", [None, "", "Parent=53995c3f42cd8ad8", ID])
def test_without_a_root_there_is_none(header: str | None) -> None:
    assert trace_id(header) is None


def test_what_a_client_wrote_is_bounded() -> None:
    assert len(trace_id("Root=" + "x" * 100_000) or "") == 35


def test_an_invocation_has_the_trace_of_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert of_invocation() == {}
    monkeypatch.setenv(VARIABLE, f"Root={ID};Parent=53995c3f42cd8ad8;Sampled=0")
    assert of_invocation() == {"trace": ID}


def test_every_module_that_writes_log_lines_writes_the_trace() -> None:
    writing = {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for path in sorted((ROOT / "services").rglob("*.py"))
        if "log_lines.text(" in path.read_text()
    }
    assert len(writing) > 5
    assert [name for name, text in writing.items() if "tracing" not in text] == []
