"""Medians, spreads, ratios and verdicts of the bench."""

import pytest

from loadtests.bench.bars import BARS, MET, MISSED, NOT_MEASURED, Bar, judge, lookup
from loadtests.bench.figures import Figure
from loadtests.bench.machine import Noise

CONTRACT = {
    "miss_vs_stock",
    "miss_vs_node",
    "miss_vs_floor",
    "checked_hit_vs_floor",
    "pure_hit_vs_floor",
    "cold_vs_stock",
    "graphql_vs_graphql_jit",
}


def test_a_figure_is_the_median_and_the_median_deviation_from_it() -> None:
    figure = Figure.of([10, 12, 11, 100, 11])
    assert figure.median == 11
    assert figure.spread == 1


def test_a_ratio_is_taken_within_each_round_so_that_a_slow_machine_cancels_out() -> None:
    mine, other = Figure.of([2, 20, 200]), Figure.of([1, 10, 100])
    ratio = mine.over(other)
    assert (ratio.median, ratio.spread) == (2, 0)


def test_rounds_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Figure.of([1, 2]).over(Figure.of([1]))


def test_every_ratio_of_the_contract_is_there_also_when_nothing_was_measured() -> None:
    ratios, verdicts = judge(lookup({}, {"jit": "there is no `node` on the path"}))
    assert ratios.keys() >= CONTRACT
    assert set(ratios.values()) == {None}
    assert {one["verdict"] for one in verdicts} == {NOT_MEASURED}
    why = {one["name"]: one["why"] for one in verdicts}
    assert why["miss_vs_stock"] == "carte (miss) was not part of this run"


def test_a_missing_subject_says_why_in_the_verdicts_that_need_it() -> None:
    figures = {("carte-graphql", "graphql-layer"): Figure.of([1])}
    _, verdicts = judge(lookup(figures, {"jit": "there is no `node` on the path"}))
    why = {one["name"]: one["why"] for one in verdicts}
    assert why["graphql_vs_graphql_jit"] == "there is no `node` on the path"


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.name)
def test_a_bar_is_met_at_its_limit_and_missed_above_it(bar: Bar) -> None:
    assert bar.limit is not None
    for factor, verdict in ((1.0, MET), (1.01, MISSED)):
        scale = 1 if bar.other is None else 100
        figures = {bar.mine: Figure.of([bar.limit * factor * scale])}
        if bar.other is not None:
            figures[bar.other] = Figure.of([scale])
        found = {one["name"]: one for one in judge(lookup(figures, {}))[1]}
        assert found[bar.name]["verdict"] == verdict


def test_one_sample_has_no_spread() -> None:
    assert Figure.of([3.0]).to_json() == {"median": 3.0, "spread": None, "samples": [3.0]}
    assert Figure.of([3.0, 5.0]).spread == 1.0


def test_a_machine_that_was_looked_at_once_has_no_noise_figure() -> None:
    noise = Noise()
    once = noise.to_json()
    assert once["calibration_spread_percent"] is None
    assert once["calibration_worst_percent"] is None
    assert once["observations"] == 0
    noise.sample()
    noise.sample()
    assert noise.to_json()["calibration_spread_percent"] is not None
