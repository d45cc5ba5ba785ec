"""The time scale: from the command line through cloud.json to the timers of the edge."""

import dataclasses
from pathlib import Path

import pytest

from localcloud.edge.options import Options, SettingsError
from localcloud.edge.settings import settings_of
from localcloud.plan import make_layout
from localcloud.state_file import load_layout, save_layout


def test_by_default_the_edge_has_awss_own_times() -> None:
    options = Options()
    # Route 53: fast interval 10 s, threshold 3 both ways, 2 s to answer; a DNS TTL of 60 s.
    assert (options.scaled_interval, options.threshold, options.recovery_threshold) == (10, 3, 3)
    assert (options.scaled_check_timeout, options.scaled_ttl) == (2, 60)
    assert options.detect_seconds == 32


def test_the_scale_shortens_checks_names_and_flags_alike_and_nothing_else() -> None:
    fast, slow = Options(time_scale=20), Options()
    assert (fast.scaled_interval, fast.scaled_ttl, fast.scaled_drain_delay) == (0.5, 3.0, 0.15)
    assert fast.scaled_check_timeout == 1.0  # a busy machine needs its second
    assert dataclasses.replace(fast, time_scale=1.0) == slow
    assert Options(time_scale=0.5).scaled_interval == 20


def test_a_check_timeout_below_the_least_is_taken_as_it_is() -> None:
    assert Options(check_timeout=0.3, time_scale=10).scaled_check_timeout == 0.3


def test_the_bound_counts_time_outs_that_are_longer_than_the_interval() -> None:
    options = Options(interval=10, threshold=3, check_timeout=2, time_scale=20)
    assert options.detect_seconds == pytest.approx(0.5 + 2 * 1.0 + 1.0)


def test_the_scale_of_a_cloud_reaches_its_edge(tmp_path: Path) -> None:
    layout = make_layout(9100, state_dir=tmp_path, time_scale=20.0)
    save_layout(layout)
    assert load_layout(tmp_path) == layout
    settings = settings_of(layout)
    assert settings.options.time_scale == 20
    assert [region.api_url for region in settings.regions] == [
        region.gate_url for region in layout.regions
    ]
    assert settings.faults_url == f"{layout.faults_url}/faults"
    assert settings_of(layout, {"time_scale": 5.0}).options.time_scale == 5


def test_a_scale_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="time_scale"):
        Options(time_scale=0.0)
