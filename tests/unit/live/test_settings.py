"""What the Lambda behind the WebSockets reads from its environment."""

import pytest

from services.live.settings import SocketSettings

COMMON = {
    "CARTE_REGION": "eu-west-1",
    "CARTE_REGIONS": "eu-west-1,us-east-1",
    "CARTE_TABLE": "carte",
    "CARTE_LIVE_TABLE": "carte-live",
    "CARTE_LIVE_API": "carte-live",
    "CARTE_LIVE_STAGE": "live",
}


@pytest.mark.parametrize(
    "secrets", [("aaaa", "bbbb"), ("a,b", "c"), (",", "d;e"), ('"f"', "'g'"), ("h=%2C", "\\i")]
)
def test_a_secret_may_hold_any_punctuation(secrets: tuple[str, str]) -> None:
    # Secrets of AWS hold letters and digits alone; an emulator generates others.
    read = SocketSettings.from_environment({**COMMON, "CARTE_LIVE_SECRETS": " ".join(secrets)})
    assert read.secrets == {*secrets}


def test_without_an_edge_no_secret_is_wanted() -> None:
    assert SocketSettings.from_environment(COMMON).secrets == frozenset()
