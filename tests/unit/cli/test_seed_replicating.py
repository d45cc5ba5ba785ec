"""`carte seed` says how many writes are still on their way to the other regions."""

from typing import Any

import pytest

from cli import seed
from localcloud.plan import make_layout
from localcloud.replicator.client import ReplicatorClient, ReplicatorError


@pytest.fixture(autouse=True)
def _cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "the_cloud", lambda *_: make_layout(9000))


def test_pending_writes_of_all_pairs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    status: dict[str, Any] = {"pairs": [{"pending": 35_000}, {"pending": 2}, {}]}
    monkeypatch.setattr(ReplicatorClient, "status", lambda _: status)
    assert seed._replicating(9000, None) == 35_002


def test_a_replicator_that_is_away_makes_it_unknown_and_not_none_pending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(_: ReplicatorClient) -> Any:
        raise ReplicatorError("it does not answer", "carte status")

    monkeypatch.setattr(ReplicatorClient, "status", away)
    assert seed._replicating(9000, None) is None
