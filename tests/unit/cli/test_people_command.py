"""`carte people` against the real schema: what it sends is valid, and every region gets it."""

import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from graphql import build_schema, parse, validate
from typer.testing import CliRunner, Result

from cli import audit, people, sending
from cli.main import application
from clients.failover import Timing
from localcloud.layout import REPO_ROOT
from services.domain.errors import CarteError
from services.domain.people.policy import FIELDS
from services.domain.people.request_time import AHEAD_S, LATEST_S, UntimelyError, check_timely

SCHEMA = build_schema((REPO_ROOT / "graphql_schema" / "schema.graphql").read_text("utf-8"))
ROLE = {"name": "store:de-1:till", "granted": True, "at": "t", "region": "r"}
PERSON = {"id": "ada", "revokedAt": None, "roles": [ROLE]}
URLS = ("--url", "https://one.example", "--url", "https://two.example", "--token", "t")


class Regions:
    """Regions that answer as a test has it; notes what they were sent.

    Attributes:
        sent: Address, document and variables of each request but those for the time.
        ahead: By how much the clock of each is ahead of this machine's.
        tells_date: Whether answers have the header `Date`.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.dead: set[str] = set()
        self.errors: list[dict[str, Any]] = []
        self.ahead: dict[str, timedelta] = {}
        self.tells_date = True
        self._lock = threading.Lock()

    def send(
        self, url: str, body: dict[str, Any], *, token: str, fails_over: bool
    ) -> tuple[int, dict[str, str], Any]:
        assert token
        assert not fails_over, "each region gets its own request"
        assert validate(SCHEMA, parse(body["query"])) == []
        for_the_time = body["query"] == "{ __typename }"
        with self._lock:
            if not for_the_time:
                self.sent.append((url, body["query"], body["variables"]))
        if url in self.dead:
            raise CarteError(f"{url} does not answer")
        if for_the_time:
            now = datetime.now(UTC) + self.ahead.get(url, timedelta(0))
            date = {"date": format_datetime(now, usegmt=True)} if self.tells_date else {}
            return 200, date, {"data": {"__typename": "Query"}}
        edited = {"person": PERSON, "errors": self.errors or self._late(url, body["variables"])}
        page = {
            "edges": [{"node": PERSON}],
            "pageInfo": {"hasNextPage": len(self.sent) == 1, "endCursor": "ada"},
        }
        data = {"grantRole": edited, "revokeRole": edited, "people": page, "person": PERSON}
        return 200, {}, {"data": data}

    def _late(self, url: str, variables: dict[str, Any]) -> list[dict[str, Any]]:
        sent = variables.get("input", {}).get("sentAt")
        now = datetime.now(UTC) + self.ahead.get(url, timedelta(0))
        try:
            check_timely(sent and datetime.fromisoformat(sent), now, timedelta(0))
        except UntimelyError as error:
            kind = "RequestTimeTooSkewedError"
            return [{"__typename": kind, "message": str(error), "serverTime": now.isoformat()}]
        return []


@pytest.fixture
def regions(monkeypatch: pytest.MonkeyPatch) -> Regions:
    made = Regions()
    monkeypatch.setattr(people, "send", made.send)
    return made


def carte(*words: str) -> Result:
    return CliRunner().invoke(people.app, [*words])


def test_a_revocation_reaches_every_region_under_one_operation_id(regions: Regions) -> None:
    done = carte("revoke", "ada", "store:de-1:till", *URLS)
    assert done.exit_code == 0, done.output
    assert "https://one.example: done\nhttps://two.example: done\n" in done.stdout
    inputs = [dict(variables["input"]) for _, _, variables in regions.sent]
    (sent_at,) = {one.pop("sentAt") for one in inputs}
    assert abs(datetime.now(UTC) - datetime.fromisoformat(sent_at)) < timedelta(minutes=1)
    assert sorted(url for url, *_ in regions.sent) == ["https://one.example", "https://two.example"]
    (operation_id,) = {one["operationId"] for one in inputs}
    revoked = {"person": "ada", "role": "TILL", "storeId": "de-1", "operationId": operation_id}
    assert inputs == [revoked] * 2


def test_a_region_that_does_not_answer_keeps_no_other_from_it(regions: Regions) -> None:
    regions.dead.add("https://one.example")
    done = carte("revoke", "ada", *URLS, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["regions"] == {
        "https://one.example": "https://one.example does not answer",
        "https://two.example": "done",
    }
    assert "role" not in regions.sent[0][2]["input"]
    assert isinstance(done.exception, CarteError)
    assert "https://one.example did not take it" in done.exception.message
    assert "15 s after it was sent never will: run the same command" in done.exception.hint


@pytest.mark.parametrize("minutes", [-7, -5, 7])
@pytest.mark.parametrize("tells_date", [True, False])
def test_a_machine_whose_clock_is_wrong_sends_it_by_that_of_each_region(
    regions: Regions, minutes: int, *, tells_date: bool
) -> None:
    regions.tells_date = tells_date
    regions.ahead = {"https://one.example": timedelta(minutes=minutes)}
    done = carte("grant", "ada", "store:de-1:till", *URLS)
    assert done.exit_code == 0, done.output
    assert "https://one.example: done\nhttps://two.example: done\n" in done.stdout
    assert len(regions.sent) == (2 if tells_date else 3)
    assert len({variables["input"]["operationId"] for *_, variables in regions.sent}) == 1


def test_a_region_that_does_not_tell_its_time_is_sent_no_decision_that_it_could_keep(
    regions: Regions,
) -> None:
    """This machine's clock is five minutes ahead: what a frozen region kept would be new then."""
    one, two = "https://one.example", "https://two.example"
    regions.ahead = dict.fromkeys((one, two), timedelta(minutes=-5))
    regions.dead.add(two)
    done = carte("grant", "ada", "store:de-1:till", *URLS)
    assert done.exit_code == 1
    ((url, _, variables),) = regions.sent
    assert url == one
    age = datetime.now(UTC) - datetime.fromisoformat(variables["input"]["sentAt"])
    assert timedelta(minutes=5) <= age < timedelta(minutes=5, seconds=30)
    assert isinstance(done.exception, CarteError)
    assert f"{two} did not take it" in done.exception.message


def test_what_is_refused_as_too_late_again_is_shown_and_fails(regions: Regions) -> None:
    now = datetime.now(UTC).isoformat()
    late = {"__typename": "RequestTimeTooSkewedError", "message": "too late", "serverTime": now}
    regions.errors = [late]
    done = carte("grant", "ada", "store:de-1:till", *URLS)
    assert done.exit_code == 1
    assert "https://one.example: too late" in done.stdout
    assert len(regions.sent) == 4


def test_nothing_is_carried_out_after_clients_gave_up_and_all_before_may_be() -> None:
    assert sending._TIMEOUT_S >= LATEST_S + AHEAD_S
    assert Timing().timeout_s <= LATEST_S


def test_a_refusal_of_the_payload_is_shown_and_fails(regions: Regions) -> None:
    regions.errors = [{"__typename": "UnknownMarketError", "message": "there is no market 'xx'"}]
    done = carte("grant", "ada", "market:xx:editor", *URLS)
    assert done.exit_code == 1
    assert "https://one.example: there is no market 'xx'" in done.stdout


@pytest.mark.parametrize("words", [("list",), ("show", "ada")])
def test_people_are_shown_with_their_roles(regions: Regions, words: tuple[str, ...]) -> None:
    done = carte(*words, *URLS)
    assert done.exit_code == 0, done.output
    assert "store:de-1:till" in done.stdout
    assert "granted t in r" in done.stdout
    assert len(regions.sent) == 2  # two pages, or two regions
    assert json.loads(carte(*words, *URLS, "--json").stdout)


def test_people_are_shown_while_a_region_is_lost(regions: Regions) -> None:
    regions.dead.add("https://one.example")
    done = carte("show", "ada", *URLS)
    assert done.exit_code == 1
    assert "https://one.example:\n  error: https://one.example does not answer\n" in done.stdout
    assert "https://two.example:\n  ada\n" in done.stdout
    found = json.loads(carte("show", "ada", *URLS, "--json").stdout)
    assert found == {
        "https://one.example": {"error": "https://one.example does not answer"},
        "https://two.example": PERSON,
    }
    listed = carte("list", *URLS, "--json")
    assert listed.exit_code == 0
    assert json.loads(listed.stdout) == {"people": [PERSON]}
    assert "the list is that of https://two.example" in listed.stderr
    regions.dead.add("https://two.example")
    assert isinstance(carte("list", *URLS).exception, CarteError)


def test_the_policy_is_printed_as_it_is() -> None:
    found = json.loads(carte("roles", "--json").stdout)
    assert set(found["fields"]) == set(FIELDS)
    assert "accept, reject and hand out orders of a store" in carte("roles").stdout


@pytest.mark.parametrize("role", ["chef", "store:de-1:admin", "store::till", "chain:till"])
def test_what_is_no_role_is_refused_before_anything_is_sent(regions: Regions, role: str) -> None:
    error = carte("grant", "ada", role, *URLS).exception
    assert isinstance(error, CarteError)
    assert "choose from store:<id>:till" in error.hint
    assert regions.sent == []


ACTION = {
    "name": "updateAssortment", "at": "t", "region": "r", "device": None, "document": "STORE#1/A",
    "operationId": "o", "changeCount": 9,
    "changes": [{"entry": f"item-{at}/price", "value": "249"} for at in range(5)],
}  # fmt: skip


def test_an_audit_goes_on_to_the_last_page_and_says_how_much_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[dict[str, Any]] = []

    def send(_url: str, body: dict[str, Any], **_: Any) -> tuple[int, dict[str, str], Any]:
        assert validate(SCHEMA, parse(body["query"])) == []
        sent.append(body["variables"])
        page = {
            "edges": [{"node": ACTION}] * body["variables"]["first"],
            "pageInfo": {"hasNextPage": True, "endCursor": f"place-{len(sent)}"},
        }
        return 200, {}, {"data": {"staffActions": page}}

    monkeypatch.setattr(audit, "send", send)
    words = ["audit", "--person", "ada", *URLS[2:], "--last", "130"]
    done = CliRunner().invoke(application(["audit"]), words)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) == 130
    assert lines[0] == (
        "t r - updateAssortment STORE#1/A item-0/price=249, item-1/price=249, item-2/price=249 "
        "and 6 more"
    )
    assert [(one["first"], one["after"]) for one in sent] == [(100, None), (30, "place-1")]


def test_other_regions_than_local_ones_need_a_token(regions: Regions) -> None:
    error = carte("list", "--url", "https://one.example").exception
    assert isinstance(error, CarteError)
    assert "--token" in error.hint
    assert regions.sent == []
