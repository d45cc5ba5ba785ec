"""What docs/operations.md says to do after lost stream records, done with its own words."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest

from localcloud.layout import REPO_ROOT
from services.domain.documents.assortment import Assortment
from services.domain.edits import edit_assortment
from services.domain.stamp import Stamp, WallClock
from services.storage import keys, walk
from services.storage.exceptions import ContentionError
from services.storage.keys import Key
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Write
from services.storage.table import Table

PAGE = (REPO_ROOT / Path("docs/operations.md")).read_text(encoding="utf-8")
PRICES = keys.assortment("1")
HOUR_MS = 3_600_000


class DeadLetters:
    """The queue of the stream records that were given up, in moto."""

    def __init__(self, region: str) -> None:
        self._sqs: Any = boto3.client("sqs", region_name=region)
        made = self._sqs.create_queue(QueueName="carte-convergence-dead-letters")
        self.url: str = made["QueueUrl"]

    def give_up(self) -> None:
        """Add a record, as the mapping does."""
        self._sqs.send_message(QueueUrl=self.url, MessageBody="{}")

    def purge(self) -> None:
        """Empty it, as the page says."""
        self._sqs.purge_queue(QueueUrl=self.url)

    def delete(self) -> None:
        """Let nobody read it any more."""
        self._sqs.delete_queue(QueueUrl=self.url)


@pytest.fixture
def dead_letters(table: Table) -> DeadLetters:
    return DeadLetters(table.region)


@pytest.fixture
def reconciler(table: Table, dead_letters: DeadLetters, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The Lambda's module over the table, with a slice of a single page."""
    monkeypatch.setenv("CARTE_REGION", table.region)
    monkeypatch.setenv("CARTE_TABLE", table.binding.table)
    monkeypatch.setenv("CARTE_DEAD_LETTERS", dead_letters.url)
    module = importlib.reload(importlib.import_module("services.convergence.reconciler"))
    monkeypatch.setattr(module, "_UNITS", 0.0)
    return module


def payload() -> dict[str, Any]:
    """The payload of the command `aws lambda invoke` on the page."""
    found = re.search(r"--payload '(\{.*?\})' out\.json", PAGE)
    assert found is not None
    event: dict[str, Any] = json.loads(found[1])
    return event


def invoke_to_the_end(reconciler: Any, event: dict[str, Any]) -> list[dict[str, Any]]:
    """As the page says: while its `place` is not null, invoke again with that `place`."""
    answers = []
    while True:
        answers.append(reconciler.handler(event, None))
        if answers[-1]["place"] is None:
            return answers
        event = {"repair": {**event["repair"], "place": answers[-1]["place"]}}


def set_price(table: Table, name: str, minor: int) -> None:
    def edit(current: Any, stamp: Stamp) -> Edited:
        line = {"glazed": {"price": minor}}
        edited, changes = edit_assortment(current, "1", line, ("glazed",), stamp)
        return Edited(edited, minor, changes)

    operation = Operation(name, "updateAssortment", name, "someone", PRICES)
    OperationRepository(table).apply(operation, edit)


def lose(table: Table, key: Key, body: Any) -> None:
    """Let another version replace an item, and no stream record tell of it."""
    stored = table.get(key, consistent=True)
    assert stored is not None
    stamp = table.clock.tick(Stamp.parse(stored.rev))
    table.write(Write(key, body, stamp, stored.rev))


def price(table: Table) -> Any:
    document = table.held(PRICES).document
    assert isinstance(document, Assortment)
    return document.value("glazed", "price")


def later(reconciler: Any, monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    monkeypatch.setattr(reconciler, "unix_ms", lambda: WallClock()() + ms)


def test_after_records_were_given_up_the_page_s_command_repairs_what_was_lost(
    table: Table, reconciler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_price(table, "op-1", 150)
    before = table.get(PRICES)
    assert before is not None
    set_price(table, "op-2", 170)
    lose(table, PRICES, before.body)
    later(reconciler, monkeypatch, HOUR_MS)
    event = payload()
    dry = {"repair": {**event["repair"], "dryRun": True}}
    found = [one["found"] for one in invoke_to_the_end(reconciler, dry)]
    assert {"lost": 1} in found
    assert price(table) == 150, '"dryRun": true writes nothing'
    recent = {"repair": {**event["repair"], "sinceMs": WallClock()() + HOUR_MS}}
    assert not any(one["found"] for one in invoke_to_the_end(reconciler, recent))
    answers = invoke_to_the_end(reconciler, event)
    assert len(answers) > 1
    assert sum(one["repaired"] for one in answers) == 1
    assert price(table) == 170


def test_touching_another_register_does_not_bring_a_lost_one_back(table: Table) -> None:
    """Why the page does not say so any more."""
    set_price(table, "op-1", 150)
    before = table.get(PRICES)
    assert before is not None
    set_price(table, "op-2", 170)
    lose(table, PRICES, before.body)

    def touch(current: Any, stamp: Stamp) -> Assortment:
        touched: Assortment = current.assign({"glazed": {"rank": 1}}, stamp)
        return touched

    table.change(PRICES, touch)
    assert price(table) == 150


def test_scheduled_runs_go_on_where_the_last_ended_and_then_rest(
    table: Table, reconciler: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    set_price(table, "op-1", 150)
    answers = [reconciler.handler({"source": "aws.events"}, None) for _ in range(20)]
    assert [one.get("place") for one in answers][:2] == [[1, None], [2, None]]
    assert answers[-1] == {"idle": True}
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert all("UnverifiedMinutes" in line for line in lines), "every run publishes it"


def runs(reconciler: Any) -> int:
    """Run the schedule until it rests; return the number of runs that did something."""
    done = 0
    while reconciler.handler({"source": "aws.events"}, None) != {"idle": True}:
        done += 1
    return done


def test_records_that_were_given_up_begin_a_pass_with_the_run_after_they_were_seen(
    reconciler: Any, dead_letters: DeadLetters
) -> None:
    assert runs(reconciler), "the first pass"
    assert not runs(reconciler)
    for _ in range(2):
        dead_letters.give_up()
        assert not runs(reconciler), "their writes may still be arriving"
        assert runs(reconciler)
        assert not runs(reconciler), "the letter lies there, and was looked behind"
    dead_letters.purge()
    assert not runs(reconciler)
    dead_letters.give_up()
    assert not runs(reconciler)
    assert runs(reconciler), "fewer than there were before, and new ones"


def test_records_that_are_given_up_during_a_pass_begin_another(
    reconciler: Any, dead_letters: DeadLetters
) -> None:
    for _ in range(2):
        reconciler.handler({}, None)
    dead_letters.give_up()
    assert runs(reconciler) == 2 * walk.SEGMENTS - 2, "the rest of one pass, and another"
    assert not runs(reconciler)


def test_a_queue_of_dead_letters_that_does_not_answer_stops_no_pass(
    reconciler: Any, dead_letters: DeadLetters, capsys: pytest.CaptureFixture[str]
) -> None:
    dead_letters.delete()
    assert runs(reconciler)
    faults = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert any(line.get("Faults") for line in faults)


def test_the_item_of_a_removed_region_holds_the_journal_until_it_is_deleted(
    table: Table, reconciler: Any
) -> None:
    now_ms = 40 * 24 * HOUR_MS
    gone = keys.reconciliation("sa-east-1")
    assert f"for key in {gone.pk}/<region>" in PAGE
    body = {"verified": HOUR_MS, "first": 1, "began": None, "place": [0, None]}
    table.write(Write(gone, body, table.clock.tick(), None))
    assert reconciler.unverified_since(table, now_ms) == HOUR_MS
    table.item(*gone).delete()
    assert reconciler.unverified_since(table, now_ms) is None


def test_a_run_that_fails_is_counted_by_its_code_and_raised(
    reconciler: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_replica: Any) -> None:
        raise ContentionError("the item kept moving")

    monkeypatch.setattr(reconciler, "PassRecord", fail)
    with pytest.raises(ContentionError):
        reconciler.handler({}, None)
    line = json.loads(capsys.readouterr().err)
    assert (line["Function"], line["Code"], line["Faults"]) == ("reconciler", "CONTENTION", 1)
    assert line["region"] == "eu-west-1"
    assert "kept moving" in line["fault"]
