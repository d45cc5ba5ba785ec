"""Outages of a local cloud: with which options it is started again, and when a region is back."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import pytest

from loadtests.checker.outages import Outage, up_options
from localcloud.launch import same_shape
from localcloud.plan import make_layout


def read(options: tuple[str, ...]) -> dict[str, Any]:
    """The options as `carte up` reads them."""
    parser = argparse.ArgumentParser()
    for name, kind in {
        "region-port": int,
        "runtime": str,
        "place": str,
        "time-scale": float,
    }.items():
        parser.add_argument(f"--{name}", type=kind)
    parser.add_argument("--regions", type=lambda text: text.split(","))
    parser.add_argument("--assembly")
    return vars(parser.parse_args(options))


@pytest.mark.parametrize(
    "options_given",
    [
        {},
        {"regions": ("eu-west-1", "us-east-1"), "runtime": "direct", "time_scale": 12.5},
        {"regions": ("us-east-1", "sa-east-1"), "place": "sa-east-1", "region_port": 40_000},
    ],
)
def test_a_cloud_is_started_again_with_the_options_that_it_had(
    tmp_path: Path, options_given: dict[str, Any]
) -> None:
    layout = make_layout(9090, state_dir=tmp_path, **options_given)
    options = read(up_options(layout))
    assert options.pop("assembly") == str(tmp_path / "cdk.out")
    assert same_shape(make_layout(9090, state_dir=tmp_path, **options), layout)


def test_a_region_is_back_when_it_is_reconciled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its stream's Lambda had still to join is joined by the reconciler, after the restart."""
    shown = [(False, True), (True, True), (True, False), (True, False)]

    def carte(_outage: Outage, *_words: str, check: bool) -> str:
        healthy, reconciling = shown.pop(0)
        regions = [{"reconciling": False}, {"reconciling": reconciling}]
        return json.dumps({"healthy": healthy, "regions": regions})

    monkeypatch.setattr(Outage, "_carte", carte)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    Outage(tmp_path, "kill-kept").end(make_layout(9090, state_dir=tmp_path))
    assert shown == [(True, False)]
