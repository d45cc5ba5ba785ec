"""A decision about roles that a region carries out late undoes no newer one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.domain.documents.person import EVERYTHING, PersonRoles
from services.domain.people.granting import edit_roles
from services.domain.people.request_time import AHEAD_S, LATEST_S
from services.domain.stamp import HybridClock, Stamp
from services.storage import keys
from services.storage.people import PeopleRepository
from tests.support.chain import add_store, publish_small_catalog
from tests.support.moto_table import empty_table
from tests.support.service import MONDAY_NOON, Service
from tests.support.staff_requests import outcome
from tests.support.tokens import ISSUER

ADMIN = ISSUER.bearer("chain:admin", sub="boss")
ADA = ISSUER.bearer(sub="ada")
TILL = "store:de-1:till"
EDIT = """mutation E($input: {kind}RoleInput!) {{ {field}Role(input: $input) {{
  person {{ id revokedAt roles {{ name granted region at }} }}
  errors {{ __typename message path ... on RequestTimeTooSkewedError {{ serverTime }} }} }} }}"""
TOO_LATE = LATEST_S + 0.1


class Region(Service):
    """A service whose clocks, that of requests and that of stamps, stand at `now`."""

    def take(self, verb: str, sent_at: datetime | str | None, **given: Any) -> dict[str, Any]:
        """What the region answers to a decision that it carries out now."""
        text = sent_at.isoformat() if isinstance(sent_at, datetime) else sent_at
        variables = {"operationId": "operation-1", "sentAt": text, "person": "ada", **given}
        query = EDIT.format(kind=verb.capitalize(), field=verb)
        answer: dict[str, Any] = orjson.loads(
            self.post(query, ADMIN, variables={"input": variables}).body
        )
        assert "errors" not in answer, answer
        payload: dict[str, Any] = answer["data"][f"{verb}Role"]
        return payload

    def grant(self, sent_at: datetime | str | None, **given: Any) -> dict[str, Any]:
        return self.take("grant", sent_at, **{"role": "TILL", "storeId": "de-1", **given})

    def after(self, seconds: float) -> "Region":
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds
        return self

    def roles(self) -> PersonRoles:
        return PeopleRepository(self.table).read("ada") or PersonRoles("ada", {})


def started(table: Any) -> Region:
    region = Region(table)
    table.clock = HybridClock(table.region, lambda: int(region.now.timestamp() * 1000))
    publish_small_catalog(table)
    add_store(table, "de-1")
    return region


@pytest.fixture
def region() -> Iterator[Region]:
    with empty_table("eu-west-1") as table:
        yield started(table)


def revoked_elsewhere(at: datetime, what: str = TILL) -> PersonRoles:
    """The person's document in another region that took a revocation."""
    stamp = HybridClock("us-east-1", lambda: int(at.timestamp() * 1000)).tick()
    return edit_roles(None, "ada", {what: False}, stamp)[0]


def kinds(payload: dict[str, Any]) -> list[str]:
    return [error["__typename"] for error in payload["errors"]]


@pytest.mark.parametrize("revoked", [TILL, EVERYTHING])
def test_a_grant_that_a_frozen_region_kept_does_not_bring_back_what_was_revoked_since(
    region: Region, revoked: str
) -> None:
    """It is sent at noon and waits; another region revokes; the region is back, and only then
    hears of that."""
    sent = region.now
    elsewhere = revoked_elsewhere(sent + timedelta(seconds=30), revoked)
    refused = region.after(120).grant(sent)
    assert region.roles().merge(elsewhere).effective(()) == frozenset()
    assert kinds(refused) == ["RequestTimeTooSkewedError"]
    assert refused["person"] is None
    assert outcome(region, "recordSale", ADA) == "FORBIDDEN"


def test_a_grant_that_a_frozen_region_kept_is_refused_also_after_it_heard_of_the_revocation(
    region: Region,
) -> None:
    sent = region.now
    elsewhere = revoked_elsewhere(sent + timedelta(seconds=30))
    stamp = region.after(120).table.clock.tick()
    region.table.put(keys.roles_of("ada"), elsewhere.dump(), rev=stamp, replaces=None)
    assert kinds(region.grant(sent)) == ["RequestTimeTooSkewedError"]
    assert region.roles() == elsewhere


def test_a_revocation_that_a_frozen_region_kept_takes_no_newer_grant_away(region: Region) -> None:
    sent = region.now
    region.after(60).grant(region.now)
    refused = region.after(60).take("revoke", sent, operationId="operation-2")
    assert kinds(refused) == ["RequestTimeTooSkewedError"]
    assert region.roles().granted() == {TILL}


def test_the_refusal_says_what_to_do_and_the_regions_clock(region: Region) -> None:
    sent = region.now
    (error,) = region.after(95).grant(sent)["errors"]
    assert error["path"] == ["sentAt"]
    assert error["message"].startswith("sentAt is 95.0 s ago by this region's clock; ")
    assert "look at the roles of the person and decide again" in error["message"]
    assert datetime.fromisoformat(error["serverTime"]) == region.now


@pytest.mark.parametrize(
    ("ago_s", "taken"),
    [
        *((0, True), (LATEST_S, True), (TOO_LATE, False), (300, False)),
        *((-AHEAD_S, True), (-AHEAD_S - 0.1, False), (-300, False)),
    ],
)
@pytest.mark.parametrize("verb", ["grant", "revoke"])
def test_clocks_may_differ_so_much_and_no_more(
    region: Region, verb: str, ago_s: float, *, taken: bool
) -> None:
    sent = region.now - timedelta(seconds=ago_s)
    found = region.take(verb, sent, role="TILL", storeId="de-1")
    assert kinds(found) == ([] if taken else ["RequestTimeTooSkewedError"])
    assert (TILL in region.roles().registers) == taken


def test_a_client_whose_clock_is_wrong_sends_it_again_by_the_regions(region: Region) -> None:
    for number, wrong_s in enumerate((-600, 600)):
        given = {"operationId": f"operation-{number}", "role": "EDITOR", "market": "de"}
        clock = region.now + timedelta(seconds=wrong_s)
        (error,) = region.take("grant", clock, **given)["errors"]
        assert "moved by the difference" in error["message"]
        assert "never set to serverTime" in error["message"]
        moved = clock + (datetime.fromisoformat(error["serverTime"]) - clock)
        again = region.take("grant", moved, **given)
        assert again["errors"] == []


def test_what_waited_stays_too_old_when_it_is_moved_by_the_clocks_difference(
    region: Region,
) -> None:
    wrong = timedelta(seconds=600)
    sent = region.now + wrong
    region.after(60)
    (error,) = region.grant(sent)["errors"]
    ahead = datetime.fromisoformat(error["serverTime"]) - (region.now + wrong)
    assert kinds(region.grant(sent + ahead)) == ["RequestTimeTooSkewedError"]


@pytest.mark.parametrize(
    "sent_at",
    [
        *("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z"),
        *("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z"),
    ],
)
def test_the_ends_of_the_calendar_are_refused_like_any_other_time(
    region: Region, sent_at: str
) -> None:
    assert kinds(region.grant(sent_at)) == ["RequestTimeTooSkewedError"]


def test_a_time_without_offset_is_no_time(region: Region) -> None:
    (error,) = region.grant("2026-05-04T10:00:00")["errors"]
    assert (error["__typename"], error["path"]) == ("InvalidValueError", ["sentAt"])
    assert "with Z for UTC" in error["message"]


def test_a_time_of_another_zone_is_the_same_moment(region: Region) -> None:
    assert region.now == MONDAY_NOON
    assert region.grant("2026-05-04T12:00:00+02:00")["errors"] == []


def test_a_decision_need_not_say_when_it_was_sent(region: Region) -> None:
    assert region.grant(None)["errors"] == []
    assert region.take("revoke", None, operationId="operation-2")["errors"] == []
    assert region.roles().revoked_at is not None


def test_what_is_expected_of_a_person_names_roles_and_belongs_to_the_operation(
    region: Region,
) -> None:
    wrong = [{"entry": "store:de-1:chef", "stamp": None}]
    (error,) = region.grant(None, expected=wrong)["errors"]
    assert (error["__typename"], error["path"]) == (
        "InvalidValueError",
        ["expected", "0", "entry"],
    )
    assert "store:<id>:till" in error["message"]
    seen = [{"entry": "store:de-1:till", "stamp": None}]
    for _ in range(2):
        assert region.grant(None, expected=seen)["errors"] == []
    assert kinds(region.grant(None)) == ["OperationIdReusedError"]


def test_a_retry_has_the_answer_of_the_first_time_however_late_it_is(region: Region) -> None:
    sent = region.now
    first = region.grant(sent)
    region.after(600).take("revoke", region.now, operationId="operation-2")
    assert region.grant(sent) == first
    assert region.grant(region.now) == first
    assert region.roles().granted() == frozenset()


def test_a_late_retry_elsewhere_has_the_answer_of_the_journal_where_the_record_is_not_there(
    region: Region,
) -> None:
    sent = region.now
    first = region.grant(sent)
    record = keys.operation("operation-1")
    region.table.item(record.pk, record.sk).delete()  # as if replication had not brought it yet
    assert region.after(600).grant(sent) == first
    again = region.grant(sent, role="MANAGER")
    assert kinds(again) == ["OperationIdReusedError"]


def test_a_retry_in_time_in_another_region_is_one_operation(region: Region) -> None:
    sent = region.now
    assert region.grant(sent)["errors"] == []
    first = region.roles()
    person = keys.roles_of("ada")
    (entry,) = region.table.partition(keys.journal_partition(person))
    for key in (person, keys.operation("operation-1"), entry.key):
        region.table.item(key.pk, key.sk).delete()  # as in a region to which nothing came yet
    assert region.after(LATEST_S).grant(sent)["errors"] == []
    joined = first.merge(region.roles())
    assert joined.granted() == {TILL}
    assert joined == region.roles()


def test_a_region_that_is_stopped_in_the_middle_of_a_request_refuses_it_when_it_goes_on(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever `sentAt` says: it lay in the process since before."""
    tick = region.table.clock.tick

    def stopped(*after: Stamp) -> Stamp:
        region.after(TOO_LATE)
        return tick(*after)

    monkeypatch.setattr(region.table.clock, "tick", stopped)
    sent = region.now + timedelta(seconds=AHEAD_S)
    (error,) = region.grant(sent)["errors"]
    assert (error["__typename"], error["path"]) == ("RequestTimeTooSkewedError", [])
    assert error["message"].startswith("this region took 12.1 s over it; ")
    assert region.roles().registers == {}


def test_what_is_stamped_in_time_and_written_late_loses_against_what_is_newer(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is stopped between the check and the write, for however long."""
    sent = region.now
    elsewhere = revoked_elsewhere(sent + timedelta(seconds=LATEST_S + 0.1))
    transact = region.table.transact

    def stopped(writes: Any) -> None:
        region.after(3600)
        transact(writes)

    monkeypatch.setattr(region.table, "transact", stopped)
    assert region.after(LATEST_S).grant(sent)["errors"] == []
    assert region.roles().granted() == {TILL}
    assert region.roles().merge(elsewhere).granted() == frozenset()


def test_stamps_of_the_future_keep_nobody_from_deciding(region: Region) -> None:
    """A region whose clock was an hour ahead left such a stamp; by it each decision were late."""
    ahead = HybridClock("us-east-1", lambda: int(region.now.timestamp() * 1000) + 3_600_000).tick()
    body = edit_roles(None, "ada", {TILL: True}, ahead)[0].dump()
    region.table.put(keys.roles_of("ada"), body, rev=ahead, replaces=None)
    assert region.take("revoke", region.now)["errors"] == []
    assert region.roles().granted() == frozenset()


def test_the_servers_time_is_in_utc(region: Region) -> None:
    (error,) = region.grant(region.now - timedelta(hours=1))["errors"]
    assert datetime.fromisoformat(error["serverTime"]).tzinfo == UTC
