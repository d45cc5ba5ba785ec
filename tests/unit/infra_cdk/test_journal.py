"""The record of deployments: whose bucket it is in, who may replace it, and what is no record."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from infra_cdk.deployment import rollout as rollout_module
from infra_cdk.deployment.account import Account
from infra_cdk.deployment.bootstrap_bucket import BootstrapBucket, OvertakenError
from infra_cdk.deployment.journal import FOLDER
from services.domain.errors import CarteError
from tests.unit.infra_cdk.assembly import ACCOUNT
from tests.unit.infra_cdk.bootstrap import bootstrapped, bucket_of, journal, kept
from tests.unit.infra_cdk.machine import (
    ACTIVE_ALARM,
    NAME,
    REGION,
    STACK,
    Cloud,
    Machine,
    version_of,
)

KEY = f"{FOLDER}{STACK}.json"
# It names a template, and no place of the stack.
MANIFEST = json.dumps({"artifacts": {STACK: {"properties": {"templateFile": "one.json"}}}})
FILE = f"s3://{bucket_of(REGION)}/{KEY}"


class Requests:
    """The requests to bootstrap buckets: their operations and owners; and what a test does then."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str | None]] = []
        self.before: Callable[[str], None] = lambda _operation: None

    def note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        self.sent.append((model.name, params.get("ExpectedBucketOwner")))
        self.before(model.name)

    def operations(self) -> list[str]:
        """The operations since the last call."""
        found = [name for name, _ in self.sent]
        self.sent.clear()
        return found


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(rollout_module, "smoke_test", lambda *_, **__: 3)
    with bootstrapped(monkeypatch):
        yield


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Requests:
    noted, client_of = Requests(), Account.bootstrap_bucket

    def bootstrap_bucket(self: Account, region: str) -> tuple[Any, str]:
        client, name = client_of(self, region)
        client.meta.events.register("before-parameter-build.s3", noted.note, unique_id="noted")
        return client, name

    monkeypatch.setattr(Account, "bootstrap_bucket", bootstrap_bucket)
    return noted


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path, Cloud())


def put(body: bytes) -> None:
    """Write the region's record, as somebody else does."""
    boto3.client("s3", REGION).put_object(Bucket=bucket_of(REGION), Key=KEY, Body=body)


def failing(operation: str) -> Callable[[str], None]:
    """What makes an operation fail as where the region is away."""

    def fail(sent: str) -> None:
        if sent == operation:
            raise EndpointConnectionError(endpoint_url="https://s3.example")

    return fail


def test_every_request_names_the_owner_of_the_bucket(machine: Machine, requests: Requests) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    machine.go_back()
    journal().plan_before([REGION], [REGION], machine.folder)
    assert {owner for _, owner in requests.sent} == {ACCOUNT}
    assert {name for name, _ in requests.sent} == {"GetObject", "PutObject"}


def test_a_bucket_of_another_account_is_an_error_that_says_so(
    machine: Machine, requests: Requests
) -> None:
    denied = boto3.client("s3").exceptions.ClientError(
        {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "GetObject"
    )

    def refuse(_operation: str) -> None:
        raise denied

    requests.before = refuse
    done = machine.deploy("v1")
    assert done.outcome == "failed"
    assert f"it must belong to account {ACCOUNT}" in done.text
    assert f"--expected-bucket-owner {ACCOUNT}" in done.text
    assert machine.cloud.running == {}


def test_a_step_reads_its_record_once(machine: Machine, requests: Requests) -> None:
    machine.deploy("v1")
    assert requests.operations() == ["GetObject", "PutObject", "PutObject"]
    machine.deploy("v2")
    assert requests.operations() == ["GetObject", "PutObject", "PutObject"]
    machine.deploy("v2")
    assert requests.operations() == ["GetObject"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b'{"version": 1, "begun": "ab',
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"version": true, "finished": ""}',
        b'{"version": 1, "begun": 5}',
        b'{"version": 1, "begun": "ab", "ringing": ["carte-menu-errors"]}',
        b'{"version": 1, "finished": "ab", "at": null}',
        b'{"version": 1, "previous": {"manifest.json": {}}}',
    ],
)
def test_what_is_no_record_stops_a_step_and_says_what_to_do(machine: Machine, body: bytes) -> None:
    put(body)
    done = machine.deploy("v1")
    assert done.outcome == "failed"
    assert f"the record of the deployments of {STACK} cannot be read" in done.text
    assert f"aws s3 cp {FILE} - --region {REGION}" in done.text
    assert f"aws s3 mv {FILE} {FILE}.unreadable --region {REGION}" in done.text
    assert machine.cloud.running == {}
    found = boto3.client("s3", REGION).get_object(Bucket=bucket_of(REGION), Key=KEY)
    assert found["Body"].read() == body, "nothing is overwritten"
    with pytest.raises(CarteError, match="cannot be read"):
        journal().plan_before([REGION], [REGION], machine.folder)


def test_a_record_of_a_newer_version_is_left_to_that_version(machine: Machine) -> None:
    put(b'{"version": 2, "finished": {"anything": "else"}}')
    done = machine.deploy("v1")
    assert done.outcome == "failed"
    assert "its version is 2, and this carte knows 1" in done.text
    assert "deploy with the version that wrote it, or a newer one" in done.text
    assert kept(REGION, KEY)["version"] == 2


@pytest.mark.parametrize(
    "previous",
    [
        {"other.json": "{}"},
        {"manifest.json": "no JSON"},
        {"manifest.json": "[]"},
        {"manifest.json": '{"artifacts": {}}'},
        {"manifest.json": MANIFEST, "one.json": "{}"},
        {"": "{}"},
    ],
)
def test_a_version_to_go_back_to_that_is_no_assembly_is_refused(
    machine: Machine, previous: dict[str, str]
) -> None:
    machine.deploy("v1")
    put(json.dumps({"version": 1, "previous": previous}).encode())
    with pytest.raises(CarteError, match="cannot be read") as refused:
        machine.go_back()
    assert FILE in refused.value.hint
    with pytest.raises(CarteError, match="cannot be read"):
        journal().plan_before([REGION], [REGION], machine.folder)
    assert version_of(machine.cloud) == "v1"


def test_of_two_deployments_that_begin_at_once_one_goes_on(
    machine: Machine, requests: Requests, tmp_path: Path
) -> None:
    machine.deploy("v1")
    other = Machine(tmp_path / "other", machine.cloud)

    def overtake(operation: str) -> None:
        if operation == "PutObject":
            requests.before = lambda _operation: None
            assert other.deploy("v2").outcome == "deployed"

    requests.before = overtake
    done = machine.deploy("v3")
    assert done.outcome == "failed"
    assert "another deployment changed" in done.text
    assert "wait until the other one has ended" in done.text
    assert version_of(machine.cloud) == "v2"
    machine.go_back()
    assert version_of(machine.cloud) == "v1", "the loser did not take the winner's way back"


def test_a_deployment_between_two_looks_is_not_forgotten(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.deploy("v1")
    other, template = Machine(tmp_path / "other", machine.cloud), machine.cloud.template

    def look(stack: str, region: str) -> dict[str, Any] | None:
        monkeypatch.setattr(machine.cloud, "template", template)
        found = template(stack, region)
        assert other.deploy("v2").outcome == "deployed"
        return found

    monkeypatch.setattr(machine.cloud, "template", look)
    assert machine.deploy("v3").outcome == "failed"
    assert version_of(machine.cloud) == "v2"


def test_two_first_deployments_at_once_are_told_apart(
    machine: Machine, requests: Requests, tmp_path: Path
) -> None:
    other = Machine(tmp_path / "other", machine.cloud)

    def overtake(operation: str) -> None:
        if operation == "PutObject":
            requests.before = lambda _operation: None
            assert other.deploy("v1").outcome == "deployed"

    requests.before = overtake
    assert machine.deploy("v1").outcome == "failed"


def test_a_deployment_that_was_overtaken_undoes_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.deploy("v1")
    other = Machine(tmp_path / "other", machine.cloud)

    def meanwhile() -> None:
        machine.toolkit.meanwhile = lambda: None
        assert other.deploy("v3").outcome == "deployed"
        machine.cloud.alarms.append(ACTIVE_ALARM)

    machine.toolkit.meanwhile = meanwhile
    done = machine.deploy("v2")
    assert (done.outcome, version_of(machine.cloud)) == ("failed", "v3")
    assert NAME in done.text
    assert f"another deployment of {REGION} began meanwhile" in done.text


def test_a_deployment_that_was_overtaken_does_not_count_as_finished(
    machine: Machine, tmp_path: Path
) -> None:
    other = Machine(tmp_path / "other", machine.cloud)

    def meanwhile() -> None:
        machine.toolkit.meanwhile = lambda: None
        other.deploy("v3")

    machine.toolkit.meanwhile = meanwhile
    done = machine.deploy("v2")
    assert done.outcome == "failed"
    assert "another deployment changed" in done.text
    assert other.deploy("v3").outcome == "skipped"


def test_a_write_that_is_repeated_because_its_answer_was_lost_finds_itself() -> None:
    bucket = BootstrapBucket(Account(ACCOUNT), REGION)
    first = bucket.write(KEY, b"first", None)
    assert bucket.write(KEY, b"first", None) == first
    with pytest.raises(OvertakenError):
        bucket.write(KEY, b"another", None)
    second = bucket.write(KEY, b"second", first)
    assert bucket.write(KEY, b"second", first) == second
    with pytest.raises(OvertakenError):
        bucket.write(KEY, b"third", first)
    boto3.client("s3", REGION).delete_object(Bucket=bucket.name, Key=KEY)
    with pytest.raises(OvertakenError):
        bucket.write(KEY, b"third", second)


def test_a_rollback_whose_record_was_not_written_is_a_rollback(
    machine: Machine, requests: Requests
) -> None:
    machine.deploy("v1")

    def meanwhile() -> None:
        machine.toolkit.meanwhile = lambda: None
        machine.cloud.alarms.append(ACTIVE_ALARM)
        requests.before = failing("PutObject")

    machine.toolkit.meanwhile = meanwhile
    done = machine.deploy("v2")
    assert (done.outcome, version_of(machine.cloud)) == ("rolled back", "v1")
    assert NAME in done.text
    assert "what ran before runs again, and the record of it was not written" in done.text
    assert "nothing else is to do" in done.text
    assert any("WARNING" in line for line in machine.log)
    # The record still says that v2 was begun; what runs decides.
    requests.before = lambda _operation: None
    machine.cloud.alarms.clear()
    assert machine.deploy("v3").outcome == "deployed"
    machine.go_back()
    assert version_of(machine.cloud) == "v1"


def test_a_rollback_does_not_need_the_bucket(machine: Machine, requests: Requests) -> None:
    machine.deploy("v1")

    def away(_operation: str) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.example")

    def meanwhile() -> None:
        machine.toolkit.meanwhile = lambda: None
        machine.cloud.alarms.append(ACTIVE_ALARM)
        requests.before = away

    machine.toolkit.meanwhile = meanwhile
    done = machine.deploy("v2")
    assert (done.outcome, version_of(machine.cloud)) == ("rolled back", "v1")
    assert any("not known whether another deployment began" in line for line in machine.log)


def test_going_back_whose_record_was_not_written_is_done(
    machine: Machine, requests: Requests
) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    requests.before = failing("PutObject")
    done = machine.go_back()
    assert (done.outcome, version_of(machine.cloud)) == ("rolled back", "v1")
    assert "record of it was not written" in done.text


def test_a_step_whose_record_was_not_written_is_deployed(
    machine: Machine, requests: Requests
) -> None:
    def meanwhile() -> None:
        machine.toolkit.meanwhile = lambda: None
        requests.before = failing("PutObject")

    machine.toolkit.meanwhile = meanwhile
    done = machine.deploy("v1")
    assert done.outcome == "deployed"
    assert "the record of it was not written" in done.text
    assert f"carte deploy --step {REGION}" in done.text
    requests.before = lambda _operation: None
    assert machine.deploy("v1").outcome == "unchanged"
    assert machine.deploy("v1").outcome == "skipped"


def test_a_failure_says_what_to_do_about_it(machine: Machine) -> None:
    done = machine.deploy("v1", "edge")
    assert f"deploy them first: carte deploy --region {REGION}" in done.text
