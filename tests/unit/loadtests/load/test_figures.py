"""Load tests: what is counted, judged, compared and drawn."""

import json
import random
from collections import Counter
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from loadtests.load import plot, population, response_checks, slo
from loadtests.load.comparing import Comparison, compare
from loadtests.load.costing import usd_per_million
from loadtests.load.dynamodb_usage import DynamoDBUsage
from loadtests.load.open_loop.arrivals import arrivals
from loadtests.load.page import page
from loadtests.load.population import Population, Store
from loadtests.load.processes import ProcessUsage, bottleneck
from loadtests.load.recording import Recording
from loadtests.load.results import Results
from loadtests.load.shapes import PROFILES
from loadtests.measurement.measurement import Measurement
from loadtests.measurement.percentiles import distribution, percentile
from localcloud.histogram import Histogram
from services.domain.errors import UnknownNameError

TOKYO = Store("jp-1", "jp", "Asia/Tokyo", 35.7, 139.7)
BERLIN = Store("de-1", "de", "Europe/Berlin", 52.5, 13.4)


def recorded(scale: float = 1.0, seconds: int = 60, seed: int = 1) -> Recording:
    source, found = random.Random(seed), Recording()
    for second in range(seconds):
        for number in range(20):
            found.add(
                second, "menu, warm", "eu-west-1", took_ms=source.lognormvariate(3, 0.4) * scale,
                wrong="", cache="hit" if number % 2 else "miss",
            )  # fmt: skip
        found.users[second] = 7
    return found


def test_percentiles_of_buckets_are_within_two_percent() -> None:
    source = random.Random(5)
    times = sorted(source.lognormvariate(3, 1) for _ in range(20_000))
    histogram = Histogram()
    for one in times:
        histogram.add(one)
    for share in (0.5, 0.95, 0.99):
        assert histogram.percentile(share) == pytest.approx(times[int(share * 20_000)], rel=0.03)
    assert Histogram.of(json.loads(json.dumps(histogram.to_json()))).counts == histogram.counts
    assert Histogram().percentile(0.5) is None


def test_percentiles_are_nearest_ranks() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0, 0.01, 0.07, 0.5, 0.99, 1)] == [
        1, 1, 7, 50, 99, 100,
    ]  # fmt: skip
    assert percentile([3.0], 0.5) == 3.0
    assert percentile([], 0.99) is None
    assert distribution([5.0, 1.0, 3.0]).p50 == 3.0
    assert distribution([]).most is None


def test_a_recording_survives_the_wire_and_adds_up_with_others() -> None:
    one, other = recorded(seed=1), recorded(seed=2)
    other.staleness_s.append(1.5)
    back = Recording.of(json.loads(json.dumps(other.to_json())))
    one.merge(back)
    assert one.total().requests == 2 * 60 * 20
    assert one.users[3] == 14, "users of two workers"
    assert one.staleness_s == [1.5]
    assert one.total(since=10, until=20).requests == 2 * 10 * 20


def test_a_run_that_is_slower_is_reported_and_one_that_is_not_is_not() -> None:
    before = recorded(1.0, seed=1)
    assert compare(before, recorded(1.0, seed=2)) == Comparison()
    found = compare(before, recorded(1.3, seed=3)).changes
    assert {(one.name, one.figure) for one in found} >= {("*", "p50"), ("menu, warm", "p50")}
    assert all(one.times == pytest.approx(1.3, rel=0.1) for one in found if one.figure == "p50")
    short = compare(recorded(seconds=20), recorded(3.0, seconds=20))
    assert short.changes == ()
    assert "6 are needed" in short.not_compared["*"]


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"p95_ms": 1}, "p95_ms"),
        ({"failure_share": 0}, "failure_share"),
        ({"staleness_s": 1}, "staleness_s"),
    ],
)
def test_an_objective_that_is_missed_is_named(change: dict[str, float], missed: str) -> None:
    recording = recorded()
    recording.add(1, "sell", "", took_ms=5, wrong="status 503", cache="")
    recording.staleness_s.append(2.0)
    generous = {"p50_ms": 1e4, "p95_ms": 1e4, "p99_ms": 1e4, "failure_share": 1, "staleness_s": 60}
    verdicts = slo.judge(slo.Objectives(**{**generous, **change}), recording)
    assert [one.name for one in verdicts if not one.met] == [missed]


def test_a_run_without_requests_meets_nothing() -> None:
    verdicts = slo.judge(slo.load("local"), Recording())
    assert [one.met for one in verdicts] == [False] * 5


def test_objectives_that_are_not_there_are_refused_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "slo.toml"
    path.write_text("title = 'x'\n[far]\n[near]\n")
    with pytest.raises(UnknownNameError, match="'local'") as refused:
        slo.load("local", path)
    assert refused.value.hint == "choose from far, near"


@pytest.mark.parametrize("text", ["[local]\np50_ms = 1\n", "[local", "[local]\np50_ms = true"])
def test_wrong_objectives_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "slo.toml"
    path.write_text(text)
    with pytest.raises(slo.SloError):
        slo.load("local", path)


def test_popular_stores_are_read_often_and_hungry_ones_more() -> None:
    stores = [Store(f"de-{n}", "de", "Europe/Berlin", 52.5, 13.4) for n in range(200)]
    stores += [Store(f"jp-{n}", "jp", "Asia/Tokyo", 35.7, 139.7) for n in range(200)]
    people, source = Population(stores), random.Random(3)
    eight_in_berlin = datetime(2026, 11, 18, 7, 30, tzinfo=UTC)
    seen = Counter(people.guest(source, eight_in_berlin) for _ in range(5000))
    markets = Counter(store.market for store in seen.elements())
    assert markets["de"] > markets["jp"], "breakfast in Berlin, the afternoon in Tokyo"
    (_, first), *_ = seen.most_common()
    assert first > 20 * (5000 / 400), "Zipf"
    later = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    late = Counter(people.guest(source, later).market for _ in range(1000))
    assert late["jp"] > 5 * late["de"]


def test_the_rush_rolls_and_the_spike_is_ten_times_within_ten_seconds() -> None:
    stores = [TOKYO, BERLIN]
    rush = PROFILES["lunch-rush"].shape(100, 96, stores)
    users = [rush(second) for second in range(96)]
    assert max(users) == 100
    assert min(users) < 40
    spike = PROFILES["spike"].shape(100, 60, stores)
    assert (spike(19), spike(30.1), spike(41)) == (10, 100, 10)
    assert 10 < spike(25) < 100
    steps = PROFILES["steps"].shape(80, 80, stores)
    assert [steps(at) for at in (0, 15, 79.9)] == [10, 20, 80]


def test_open_arrivals_keep_their_rate_and_know_nothing_of_answers() -> None:
    due = list(arrivals(lambda at: 50 if at < 10 else 10, 50, 20, seed=1))
    assert len([at for at in due if at < 10]) == pytest.approx(500, rel=0.15)
    assert len([at for at in due if at >= 10]) == pytest.approx(100, rel=0.3)
    assert due == sorted(due)
    assert list(arrivals(lambda _: 0, 0, 20, seed=1)) == []


MENU = {
    "store": {"id": "de-1"}, "currency": "EUR",
    "categories": [{"items": [{"price": {"currency": "EUR"}}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "answer", "wrong"),
    [
        (200, {"data": {"menu": MENU}}, ""),
        (304, None, ""),
        (503, {}, "status 503"),
        (200, {"errors": [{"message": "no"}], "data": {"menu": MENU}}, "GraphQL error: no"),
        (200, {"data": {"menu": None}}, "no menu"),
        (200, {"data": {"menu": {**MENU, "store": {"id": "de-2"}}}}, "the menu of de-2"),
        (200, {"data": {"menu": {**MENU, "categories": []}}}, "a menu without items"),
        (200, {"data": {"menu": {**MENU, "currency": "USD"}}}, "a price in another currency"),
        (200, "nonsense", "no data"),
    ],
)
def test_an_answer_is_judged_by_its_content(status: int, answer: object, wrong: str) -> None:
    body = b"" if answer is None else json.dumps(answer).encode()
    assert response_checks.menu(status, body, "de-1").startswith(wrong)
    assert bool(response_checks.menu(status, body, "de-1")) == bool(wrong)


def test_a_refused_mutation_is_a_failure() -> None:
    refused = {"data": {"sell": {"errors": [{"message": "no such store"}]}}}
    assert (
        response_checks.mutation(200, json.dumps(refused).encode())[0] == "refused: no such store"
    )


def test_the_page_and_the_json_show_the_run() -> None:
    recording = recorded()
    results = Results(
        "steady", "http://x", "direct", "open", 2, recording,
        slo.judge(slo.load("local"), recording), DynamoDBUsage(600, 600, 300.0, 6.0),
        bottleneck({"edge": ProcessUsage(30.0, 60)}, 12.0, 60), 12.0, Measurement(2.5, 600),
    )  # fmt: skip
    run = json.loads(json.dumps(results.to_json()))
    assert (run["requests"], run["failures"], run["cache_hit_ratio"]) == (1200, 0, 0.5)
    assert run["bottleneck"]["process"] == "edge"
    assert not run["slo"]["met"], "staleness was not measured"
    assert run["dynamodb"]["requests_per_client_request"] == 0.5
    assert run["observations"]["cost_per_million_usd"] == 600
    html = page(results, Comparison(), Path("none.html"))
    assert ">fail<" in html
    assert "1,200" in html
    assert "$2.50" in html
    assert "not measured: no edit was watched" in html
    assert html.count("<svg") == 3


def test_stores_come_page_by_page_up_to_a_number() -> None:
    pages = [[f"s{page}-{n}" for n in range(100)] for page in range(5)]

    def ask(_: str, variables: object) -> dict[str, object]:
        assert isinstance(variables, dict)
        at = int(variables["after"] or 0)
        place = {"market": {"id": "de"}, "timeZone": "Europe/Berlin", "latitude": 1, "longitude": 2}
        edges = [{"node": {"id": one, **place}} for one in pages[at]]
        end = {"hasNextPage": at < 4, "endCursor": str(at + 1)}
        return {"stores": {"edges": edges, "pageInfo": end}}

    assert len(population.load(ask, 250)) == 250
    assert len(population.load(ask, 9999)) == 500


@pytest.mark.parametrize(("most", "top"), [(1.0, 1), (171, 200), (1930, 2000), (0.85, 1), (41, 80)])
def test_an_axis_ends_where_its_quarters_are_round(most: float, top: float) -> None:
    assert plot._rounded(most) == pytest.approx(top)


NOTHING_READ = "the service's log has no line about a GraphQL request of this run"


@pytest.mark.parametrize(
    ("usage", "reason"),
    [
        (DynamoDBUsage(), NOTHING_READ),
        (DynamoDBUsage(9, 9, 4.5, 0.0, "a part of the log cannot be read"), "a part of the log"),
    ],
)
def test_a_price_from_nothing_is_no_price(usage: DynamoDBUsage, reason: str) -> None:
    price = usd_per_million(recorded(), usage, 3)
    assert price.value is None
    assert reason in price.reason
    counted = usage.measurements(1200)
    assert [one.value for one in counted.values()] == [None] * 5
    whole = usd_per_million(recorded(), DynamoDBUsage(600, 600, 300.0, 6.0), 3)
    assert whole.observations == 600
    assert whole.value is not None
    assert whole.value > 2, "600 of 1,200 requests reached API Gateway at $3.50 a million"
    assert usd_per_million(Recording(), DynamoDBUsage(600, 600, 300.0, 6.0), 3).value is None


def test_a_run_in_which_nothing_was_recorded_has_no_figures() -> None:
    results = Results(
        "steady", "http://x", "lambda", "closed", 0, Recording(),
        slo.judge(slo.load("local"), Recording()), DynamoDBUsage(),
        bottleneck({"edge": ProcessUsage()}, None, 1), None,
        usd_per_million(Recording(), DynamoDBUsage(), 3),
    )  # fmt: skip
    run = json.loads(json.dumps(results.to_json()))
    for figure in ("p50_ms", "p99_ms", "requests_per_second", "failure_share", "cache_hit_ratio"):
        assert run[figure] is None
        assert run["not_measured"][figure]
    assert run["generator"] == {"cpu_s": None, "lag_ms_worst": None, "problem": None}
    assert run["bottleneck"]["process"] is None
    html = page(results, Comparison(), Path("none.html"))
    assert f"not measured: {escape(NOTHING_READ)}" in html
    assert ">0.00<" not in html
    assert "$" not in html
