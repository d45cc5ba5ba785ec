"""The comparison of search engines: its documents, its engines over a few stores, its table."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from loadtests.search_engines import (
    carte_index,
    comparison,
    documents,
    over_graphql,
    sqlite_trigrams,
    sqlite_words,
    typing_speed,
    worker,
)
from loadtests.search_engines.judging import Directory, Judgement, Query
from services.domain.search.folding import folded_words
from services.storage import place_names
from tests.support.http_server import QuietHandler, ThreadedServer, running

QUERIES = (
    Query("city", "paris", None, "city=fr:Paris", "by hand"),
    Query("postal code", "sw1a 2aa", None, "postal=gb:SW1A 2AA", "by hand"),
    Query("nonsense", "%", None, "none", "by hand"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the documents of a chain of 300 stores, and with queries."""
    made = tmp_path_factory.mktemp("engines")
    rows = documents.documents(Directory(300).entries, place_names.of_this_process())
    documents.write(made / worker.DOCUMENTS, rows)
    documents.write(made / worker.QUERIES, [{"text": "paris", "near": [48.9, 2.4]}])
    return made


def test_a_document_has_the_names_of_its_places(folder: Path) -> None:
    stores = {one["id"]: one for one in documents.read(folder / worker.DOCUMENTS)}
    paris = stores["fr-x1"]
    assert paris["city_names"] == ["paris"]
    assert "parigi" in paris["other_names"]
    assert {"france", "frankreich"} <= set(paris["areas"])
    assert "fr" in paris["codes"]
    assert stores["gb-x1"]["postal_code"] == "sw1a2aa"


@pytest.mark.parametrize(
    ("engine", "searches"),
    [
        (carte_index, ["sw1a 2aa", "parigi", "new york", "Lodnon"]),
        (sqlite_words, ["whitehall", "sw1a 2aa", "parigi", "new york", "whiteh"]),
        (sqlite_trigrams, ["whitehall", "sw1a 2aa", "parigi", "itehal"]),
    ],
    ids=["carte", "words", "trigrams"],
)
def test_an_engine_is_built_opened_and_searched(
    folder: Path, engine: ModuleType, searches: list[str]
) -> None:
    index = folder / engine.__name__.rpartition(".")[2]
    index.mkdir()
    assert worker.build(engine, folder, index)["index_bytes"] > 1000
    figures = worker.search(engine, folder, index)
    assert len(figures["query_s"]) == len(figures["found"]) == 1
    prepare = getattr(engine, "prepare", lambda path: path)
    opened = engine.open_index(prepare(index))
    stores = {one["id"]: one for one in documents.read(folder / worker.DOCUMENTS)}
    expected = {
        "whitehall": ("city", "london"), "sw1a 2aa": ("id", "gb-x1"), "parigi": ("city", "paris"),
        "new york": ("city", "new york city"), "whiteh": ("city", "london"),
        "itehal": ("city", "london"), "Lodnon": ("city", "london"),
    }  # fmt: skip
    for text in searches:
        found = opened.search(folded_words(text), None)
        key, value = expected[text]
        assert found, text
        assert stores[found[0]][key] == value, text
    assert opened.search([], None) == []


def test_an_engine_that_may_search_no_longer_says_how_many_it_was_asked(folder: Path) -> None:
    index = folder / "bounded"
    index.mkdir()
    worker.build(sqlite_words, folder, index)
    figures = worker.search(sqlite_words, folder, index, limit_s=0)
    assert figures["found"] == figures["query_s"] == []


def test_an_engine_that_fails_leaves_the_others_their_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ends: list[str] = []
    monkeypatch.setattr(comparison, "ENGINES", {"sqlite_words": "words", "none": "missing"})
    monkeypatch.setattr(comparison, "_drawn", lambda most: list(QUERIES[:most]))
    result = comparison.compared(300, ["none", "sqlite_words"], most=2, report=ends.append)
    assert "ModuleNotFoundError" in result["missing"]["error"]
    assert result["words"]["asked"] == 2
    assert ends[1].startswith("words: 2 of 2 queries asked; a query, p50, ms of CPU ")
    assert ends[1].endswith("; right 1.00 / 1.00\n")
    assert "| queries asked | 2 |" in comparison.table(result)


def test_the_table_has_a_column_for_each_engine_and_ratios_to_the_first() -> None:
    one: dict[str, Any] = {
        "asked": 9, "build_s": 1.0, "index_bytes": 3e6, "load_s": 0.5, "memory_bytes": 4e7,
        "query_p50_s": 0.001, "query_p99_s": 0.005, "query_most_s": 0.01,
        "precision": {"all": (9, 0.9, 0.95), "city": (9, 0.9, 0.95)}, "held_out": (2, 1.0, 1.0),
    }  # fmt: skip
    slower = {**one, "query_p99_s": 0.010}
    table = comparison.table({"carte": one, "broken": {"error": "killed"}, "other": slower})
    assert "| | carte | other |" in table
    assert "| a query, p99 | 5 | 10 (2x) |" in table
    assert "| city (9) | 0.90 / 0.95 | 0.90 / 0.95 |" in table


def test_typed_texts_grow_letter_by_letter_and_are_drawn_from_a_seed() -> None:
    texts = typing_speed.typed_texts(40, seed=3)
    assert texts == typing_speed.typed_texts(40, seed=3)
    assert texts != typing_speed.typed_texts(40, seed=4)
    assert len(texts) == 40
    assert texts[1].startswith(texts[0])


@contextmanager
def edge(status: int) -> Iterator[str]:
    class Answer(QuietHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = json.dumps({"data": {"searchSuggestions": []}}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.send_header(
                "x-carte-edge", f"cache={'hit' if '%22aa%22' in self.path else 'miss'}"
            )
            self.end_headers()
            self.wfile.write(body)

    with running(ThreadedServer(Answer)) as server:
        yield server.url


def test_times_are_told_apart_by_what_the_edge_did() -> None:
    with edge(200) as url:
        times = typing_speed.measured(url, ["b", "aa", "c"])
    assert {how: len(ones) for how, ones in times.items()} == {"all": 3, "hit": 1, "miss": 2}


def test_an_answer_that_is_none_ends_the_measurement() -> None:
    with edge(503) as url, pytest.raises(ValueError, match="503"):
        typing_speed.measured(url, ["b"])


@pytest.mark.parametrize(("bar_ms", "code"), [("1000", 0), ("0", 1)])
def test_a_p95_over_the_bar_fails(
    bar_ms: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with edge(200) as url:
        monkeypatch.setattr("sys.argv", ["x", "--url", url, "--keys", "5", "--bar-ms", bar_ms])
        assert typing_speed.main() == code
    output = capsys.readouterr().out
    assert "all       5 keys" in output
    assert ("over" if code else "within") in output.splitlines()[-1]


def by_graphql(search: str, *found: str, status: int = 200) -> list[Judgement]:
    """Judge one query for the store us-00001, answered with these stores."""
    directory = Directory(300, native=False)
    drawn = [Query("store id", search, (1.0, 2.0), f"store={directory.entries[0].store_id}", "")]

    def post(body: bytes) -> tuple[int, bytes]:
        variables = json.loads(body)["variables"]
        assert variables == {"search": search, "latitude": 1.0, "longitude": 2.0}
        edges = [{"node": {"id": one}} for one in found]
        return status, json.dumps({"data": {"stores": {"edges": edges}}}).encode()

    return over_graphql.judged(directory, drawn, post)


def test_answers_over_graphql_are_judged_like_those_of_the_index() -> None:
    first, second = (one.store_id for one in Directory(300, native=False).entries[:2])
    assert [one.first for one in by_graphql("x", first, second)] == [True]
    assert [one.first for one in by_graphql("x", second, first)] == [False]
    assert [one.first for one in by_graphql("x")] == [False]


def test_an_answer_over_graphql_that_is_none_is_no_miss() -> None:
    with pytest.raises(over_graphql.UnansweredError, match="'x' is answered with"):
        by_graphql("x", status=503)
    with pytest.raises(over_graphql.UnansweredError, match="nowhere-1"):
        by_graphql("x", "nowhere-1")


def test_what_only_stores_outside_the_chain_answer_is_left_out() -> None:
    directory = Directory(300, native=False)
    expected = ("none", f"store={directory.entries[0].store_id}", "store=jp-x1", "name=jp:新宿")
    of_kinds = [Query("a", "x", None, one, "") for one in expected]
    assert over_graphql.answerable(directory, of_kinds) == of_kinds[:2]


def test_a_search_that_a_region_fails_at_is_sent_again() -> None:
    statuses = [504, 503, 200, 503]
    post = over_graphql.insisting(lambda _: (statuses.pop(0), b""), pause_s=0)
    assert post(b"") == (200, b"")
    assert statuses == [503]
    statuses += [503] * 20
    assert post(b"") == (503, b"")
    assert len(statuses) == 11
