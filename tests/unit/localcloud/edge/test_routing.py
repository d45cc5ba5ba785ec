"""Decisions of the edge: health from checks, a region from health, and who may be tried next."""

from itertools import combinations, product

import pytest

from localcloud.edge.events import Events
from localcloud.edge.health import Health, HealthCheck
from localcloud.edge.routing import LatencyRecord, Route, choose

ORDER = ("near", "middle", "far")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def health(threshold: int = 2, recovery: int = 3) -> Health:
    return Health(threshold=threshold, recovery_threshold=recovery, now=0.0)


def after(state: Health, marks: str) -> list[bool]:
    """Feed checks, `+` passed and `-` failed, one a second; the state after each."""
    states = []
    for mark in marks:
        state.record(HealthCheck(state.checks + 1.0, mark == "+", 1.0, "test"))
        states.append(state.healthy)
    return states


def test_a_new_region_is_healthy_until_checks_say_otherwise() -> None:
    assert health().healthy


def test_it_takes_a_threshold_in_a_row_each_way() -> None:
    state = health()
    assert after(state, "-+-+-+") == [True] * 6
    assert state.changes == 0
    assert after(state, "--") == [True, False]
    assert (state.since, state.changes) == (8.0, 1)
    assert after(state, "++-++-") == [False] * 6
    assert after(state, "+++") == [False, False, True]
    assert (state.since, state.changes) == (17.0, 2)


def test_the_last_check_is_kept() -> None:
    state = health()
    after(state, "-")
    assert state.last == HealthCheck(1.0, passed=False, milliseconds=1.0, reason="test")


@pytest.mark.parametrize(
    ("sick", "drained", "expected"),
    [
        ("", "", Route(("near", "middle"), "nearest")),
        ("middle", "", Route(("near", "far"), "nearest")),
        ("near", "", Route(("middle", "far"), "health")),
        # The last healthy one is tried first; after it, one that looks ill is better than none.
        ("near middle", "", Route(("far", "near"), "health")),
        ("near middle far", "", Route(("near", "middle"), "fail-open")),
        # One drained: the others by their health, and after that the second on the map.
        ("", "near", Route(("middle", "far"), "drained")),
        ("near", "near", Route(("middle", "far"), "drained")),
        ("middle", "near", Route(("far",), "health")),
        ("far", "near", Route(("middle", "far"), "drained")),
        ("near", "middle", Route(("far",), "health")),
        ("middle far", "near", Route(("middle", "far"), "fail-open")),
        ("near middle far", "near", Route(("middle", "far"), "fail-open")),
        # Two drained: the third, well or ill, and then the nearest drained one.
        ("", "near far", Route(("middle", "near"), "drained")),
        ("middle", "near far", Route(("middle", "near"), "fail-open")),
        # All drained is as none.
        ("", "near middle far", Route(("near", "middle"), "fail-open")),
        ("near", "near middle far", Route(("middle", "far"), "fail-open")),
        ("near middle far", "near middle far", Route(("near", "middle"), "fail-open")),
    ],
)
def test_the_nearest_healthy_region_that_is_not_drained(
    sick: str, drained: str, expected: Route
) -> None:
    route = choose(ORDER, lambda name: name not in sick.split(), set(drained.split()))
    assert (route.origins, route.why) == (expected.origins, expected.why)


def subsets() -> list[frozenset[str]]:
    return [frozenset(names) for size in range(4) for names in combinations(ORDER, size)]


def test_two_regions_are_asked_and_while_there_is_a_healthy_one_the_first_is() -> None:
    for sick, drained in product(subsets(), subsets()):
        route = choose(ORDER, (frozenset(ORDER) - sick).__contains__, drained)
        assert 1 <= len(route.origins) <= 2
        assert len(set(route.origins)) == len(route.origins)
        if len(drained) < 2:
            usable = [name for name in ORDER if name not in sick | drained]
            assert not usable or route.origins[0] == usable[0]


@pytest.mark.parametrize(
    ("sick", "drained", "expected"),
    [
        ("", "", ("near", "middle", "far")),
        ("near", "", ("middle", "far", "far")),
        ("middle", "", ("near", "far", "far")),
        ("near middle", "", ("far", "near", "middle")),
        ("near middle far", "", ("near", "middle", "far")),
        # The drained region comes last, well or ill.
        ("", "near", ("middle", "far", "near")),
        ("", "middle", ("near", "far", "middle")),
        ("near", "middle", ("far", "far", "middle")),
        ("", "near far", ("middle", "near", "far")),
        ("", "near middle far", ("near", "middle", "far")),
    ],
)
def test_each_attempt_of_a_write_goes_to_another_region_while_health_allows_it(
    sick: str, drained: str, expected: tuple[str, ...]
) -> None:
    route = choose(ORDER, lambda name: name not in sick.split(), set(drained.split()))
    assert tuple(route.attempt(number).origins[0] for number in (1, 2, 3)) == expected


def test_three_attempts_reach_three_regions_as_long_as_no_check_has_failed() -> None:
    for drained in subsets():
        route = choose(ORDER, lambda _: True, drained)
        assert len({route.attempt(number).origins for number in (1, 2, 3)}) == 3


def test_with_two_regions_the_third_attempt_begins_anew() -> None:
    for drained, expected in (
        ([], ("near", "far", "near")),
        (["near"], ("far", "near", "far")),
    ):
        route = choose(("near", "far"), lambda _: True, drained)
        assert tuple(route.attempt(number).origins[0] for number in (1, 2, 3)) == expected


def test_a_region_alone_is_asked_whatever_it_is() -> None:
    for drained in (set(), {"near"}):
        route = choose(("near",), lambda _: False, drained)
        assert {route.attempt(number).origins for number in (1, 2, 3)} == {("near",)}
        assert route.origins == ("near",)


class State:
    def __init__(self, ttl: float) -> None:
        self.clock = Clock()
        self.events = Events()
        self.sick: set[str] = set()
        self.drained: frozenset[str] = frozenset()
        self.record = LatencyRecord(
            lambda name: name not in self.sick,
            lambda: self.drained,
            ttl=ttl,
            monotonic=self.clock,
            events=self.events,
        )

    @property
    def first(self) -> str:
        return self.record.resolve(ORDER).origins[0]


def test_without_a_ttl_a_change_of_health_counts_at_once() -> None:
    state = State(ttl=0)
    assert state.first == "near"
    state.sick = {"near"}
    assert state.first == "middle"


def test_with_a_ttl_an_answer_is_kept_until_it_is_over() -> None:
    state = State(ttl=60)
    assert state.first == "near"
    state.sick = {"near"}
    state.clock.now = 59.9
    assert state.first == "near"
    state.clock.now = 60.0
    assert state.first == "middle"
    state.sick = set()
    state.clock.now = 119.9
    assert state.first == "middle"
    state.clock.now = 120.0
    assert state.first == "near"


def test_clients_elsewhere_have_an_answer_of_their_own() -> None:
    state = State(ttl=60)
    assert state.first == "near"
    assert state.record.resolve(ORDER[::-1]).origins[0] == "far"
    assert state.first == "near"


def test_a_drain_flag_does_not_wait_for_the_ttl() -> None:
    state = State(ttl=60)
    assert state.first == "near"
    state.drained = frozenset({"near"})
    assert state.first == "middle"
    state.drained = frozenset()
    assert state.first == "near"


def test_with_four_regions_of_which_one_is_drained_no_attempt_of_a_write_goes_to_it() -> None:
    order = ("near", "middle", "far", "farthest")
    for drained in order:
        route = choose(order, lambda _: True, {drained})
        reached = {route.attempt(number).origins[0] for number in (1, 2, 3)}
        assert reached == set(order) - {drained}
