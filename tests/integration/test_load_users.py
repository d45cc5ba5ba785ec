"""What a locust process's users share: there, or waited for."""

from typing import Any

import gevent
import pytest

from loadtests.load import context
from loadtests.load.context import LoadRun, prepare, run_of


class Environment:
    """Locust's, of which nothing is used but that it takes attributes; importing it patches ssl."""


@pytest.fixture
def run() -> LoadRun:
    nobody: Any = None
    return LoadRun(nobody, 10.0, token=None, items={}, upload=None)


def test_who_asks_before_it_is_prepared_waits(run: LoadRun) -> None:
    environment: Any = Environment()
    requests = gevent.spawn(run_of, environment)
    gevent.sleep(0)
    assert not requests.ready()
    prepare(environment, run)
    assert requests.get(timeout=5) is run
    assert run_of(environment) is run


def test_what_is_never_prepared_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    environment: Any = Environment()
    monkeypatch.setattr(context, "_PATIENCE_S", 0.01)
    with pytest.raises(TypeError, match="start locust with -f"):
        run_of(environment)
