"""DynamoDB's share in a load run is read from where the service really logs."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from loadtests.cloud import lambda_log
from loadtests.cloud.lambda_log import LambdaLog, LambdaLogError
from loadtests.load.dynamodb_usage import ServiceLog
from localcloud.layout import CloudLayout
from localcloud.plan import make_layout

USED = {"requests": 2, "read_units": 1.5, "write_units": 0.0}


def line(path: str = "/graphql", at: float | None = None) -> str:
    moment = datetime.fromtimestamp(time.time() + 1 if at is None else at, UTC).isoformat()
    return json.dumps({"at": moment, "path": path, "dynamodb": USED})


class Emulator:
    """The Lambda and log APIs of a region, as the emulator answers: no page has a token."""

    page = 10_000

    def __init__(self, events: list[tuple[int, str]]) -> None:
        self.events = sorted(events)
        self.error = ""

    def get_paginator(self, _: str) -> Any:
        functions = [{"FunctionName": "menu", "Handler": lambda_log.MENU_HANDLER}]
        pages = type("Pages", (), {"paginate": lambda _: [{"Functions": functions}]})
        return pages()

    def filter_log_events(self, *, startTime: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        if self.error:
            raise ClientError({"Error": {"Code": self.error}}, "FilterLogEvents")
        found = [
            {"timestamp": at, "message": text, "logStreamName": f"s{number}"}
            for number, (at, text) in enumerate(self.events)
            if at >= startTime
        ]
        return {"events": found[: self.page]}


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    made = Emulator([])
    monkeypatch.setattr(lambda_log, "client", lambda *_: made)
    return made


def layout(tmp_path: Path, runtime: Any) -> CloudLayout:
    made = make_layout(9399, regions=["us-east-1"], state_dir=tmp_path, runtime=runtime)
    made.logs.mkdir(parents=True)
    return made


def test_the_lambda_runtime_is_read_from_the_lambdas_log(
    tmp_path: Path, emulator: Emulator
) -> None:
    log = ServiceLog(layout(tmp_path, "lambda"))
    later = int(time.time() * 1000) + 10
    emulator.events = [
        (later, line()),
        (later, line("/graphql/persisted/abc")),
        (later, line("/ready")),
        (later, line(at=time.time() - 60)),
        (later, "START RequestId: dynamodb"),
        (1, line()),
    ]
    usage = log.usage(time.time() - 1)
    assert (usage.answers, usage.requests, usage.read_units) == (2, 4, 3.0)
    assert usage.is_measured


def test_the_direct_runtime_is_read_from_its_log_file(tmp_path: Path) -> None:
    cloud = layout(tmp_path, "direct")
    path = cloud.logs / "direct-us-east-1.log"
    path.write_text(line() + "\n")
    log = ServiceLog(cloud)
    with path.open("a") as file:
        file.write(f"INFO {line()}\nno json\n{line('/health')}\n")
    assert log.usage(0.0).answers == 1


def test_a_log_without_a_line_measures_nothing(tmp_path: Path, emulator: Emulator) -> None:
    log = ServiceLog(layout(tmp_path, "lambda"))
    assert not log.usage(0.0).is_measured
    emulator.error = "ResourceNotFoundException"
    assert log.usage(0.0).measurements(10)["requests"].value is None


def test_a_log_that_cannot_be_read_is_no_small_number(tmp_path: Path, emulator: Emulator) -> None:
    log = ServiceLog(layout(tmp_path, "lambda"))
    emulator.error = "ServiceUnavailable"
    counted = log.usage(0.0).measurements(10)["requests"]
    assert counted.value is None
    assert "us-east-1 does not show" in counted.reason


def test_a_log_longer_than_a_page_is_read_whole(emulator: Emulator, tmp_path: Path) -> None:
    (region,) = layout(tmp_path, "lambda").regions
    emulator.page = lambda_log._PAGE = 10
    try:
        emulator.events = [(1000 + number // 3, line()) for number in range(47)]
        log = LambdaLog(region, lambda_log.MENU_HANDLER)
        assert len(list(log.lines(0, "dynamodb"))) == 47
        emulator.events = [(1000, line()) for _ in range(47)]
        with pytest.raises(LambdaLogError, match="more than 10 lines at one time"):
            list(log.lines(1000, "dynamodb"))
    finally:
        lambda_log._PAGE = 10_000


def test_a_region_without_the_lambda_says_what_to_do(emulator: Emulator, tmp_path: Path) -> None:
    (region,) = layout(tmp_path, "lambda").regions
    assert emulator
    with pytest.raises(LambdaLogError, match="has no Lambda other") as raised:
        LambdaLog(region, "other.handler")
    assert "carte up" in raised.value.hint
