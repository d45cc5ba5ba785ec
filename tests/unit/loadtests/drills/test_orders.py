"""Drills with orders: what a file may say about them, and the figures that they are judged by."""

from dataclasses import replace

import pytest

from loadtests.drills import experiments
from loadtests.drills.exceptions import DrillError
from loadtests.drills.orders import figures
from loadtests.drills.orders.plan import OrdersPlan
from loadtests.drills.orders.session import session_of
from tests.unit.loadtests.checker.orders.test_order_invariants import CHARGE, GOOD, ORDER


def test_a_good_run_violates_nothing_and_every_figure_is_there() -> None:
    found = figures.figures_of(replace(GOOD, left_by_lost={ORDER: ""}), 12.5, settled=True)
    assert set(found) == set(figures.NAMES)
    values = {name: one.value for name, one in found.items()}
    assert values["order_violations"] == 0
    assert values["orders_acknowledged"] == values["orders_charged"] == 1
    assert values["orders_carried_on_s"] == 12.5
    assert values["pieces_sold"] == values["pieces_sold_at_once"] == 2


def test_what_is_violated_is_counted_by_invariant() -> None:
    second = replace(CHARGE, payment="pi_2")
    found = figures.figures_of(replace(GOOD, charges=(CHARGE, second)), None, settled=True)
    values = {name: one.value for name, one in found.items()}
    assert (values["order_violations"], values["order_violations.I2"]) == (2, 1)
    assert values["order_violations.I1"] == 0
    assert found["orders_carried_on_s"].value is None
    assert "no region was lost" in found["orders_carried_on_s"].reason


def test_a_run_that_observed_nothing_has_no_figure() -> None:
    empty = replace(GOOD, regions={}, history=type(GOOD.history)(), charges=(), counted={})
    found = figures.figures_of(empty, None, settled=True)
    assert found["order_violations"].value is None
    assert found["orders_acknowledged"].value is None


def test_a_file_says_how_many_stores_and_pieces_there_are() -> None:
    assert OrdersPlan.read({}) is None
    assert OrdersPlan.read({"orders": {}}) == OrdersPlan()
    assert OrdersPlan.read({"orders": {"pieces": 1}}) == OrdersPlan(pieces=1)
    for wrong in ({"pieces": 0}, {"pieces": "many"}, {"shops": 1}):
        with pytest.raises(DrillError, match="`orders`"):
            OrdersPlan.read({"orders": wrong})


def test_orders_need_the_command_that_runs_them() -> None:
    with pytest.raises(DrillError, match="carte drill run"):
        session_of("nowhere")


def test_the_drills_with_orders_allow_no_violation() -> None:
    drills = [one for one in map(experiments.load, experiments.names()) if one.orders]
    assert len(drills) == 5
    for drill in drills:
        limits = {one.figure: one.limit for one in drill.objectives if not one.at_least}
        assert limits["order_violations"] == 0
