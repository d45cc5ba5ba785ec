"""What a cloud's ports and files derive from, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from localcloud.exceptions import LocalCloudError
from localcloud.layout import ProcessRecord
from localcloud.plan import make_layout
from localcloud.state_file import CurrentLayout, load_layout, read_layout, save_layout


def test_every_port_derives_from_the_edge_port() -> None:
    layout = make_layout(9000)
    assert [region.port for region in layout.regions] == [29000, 29001, 29002]
    assert layout.replicator_port == 29050
    assert layout.faults_port == 29060
    gates = [29070, 29071, 29072, 29080, 29081, 29082]
    payments = [29090, 29091, 29092]
    assert sorted(layout.ports()) == [9000, 29000, 29001, 29002, 29050, 29060, *gates, *payments]


def test_clouds_a_hundred_ports_apart_do_not_meet() -> None:
    one, other = (make_layout(port).ports() for port in (9000, 9100))
    assert not set(one) & set(other)


def test_the_gates_lead_to_the_same_paths() -> None:
    region = make_layout(9000).regions[1]
    assert region.gate_url == "http://127.0.0.1:29071/_aws/execute-api/carte/live"
    assert region.dynamodb_url == "http://127.0.0.1:29081"
    assert make_layout(9000, runtime="direct").regions[1].gate_url == "http://127.0.0.1:29071"


def test_a_cloud_of_before_there_were_gates_is_read(tmp_path: Path) -> None:
    layout = make_layout(8080, state_dir=tmp_path)
    save_layout(layout)
    old = json.loads(layout.path.read_text())
    payments = ("payments_port", "payments_gate_port", "localstripe_port")
    for name in ("faults_port", "time_scale", *payments):
        del old[name]
    for region in old["regions"]:
        del region["gate_url"], region["dynamodb_gate"]
    layout.path.write_text(json.dumps(old))
    read = load_layout(tmp_path)
    assert read is not None
    assert sorted(read.ports()) == [8080, 28080, 28081, 28082, 28130]
    assert read.regions[0].dynamodb_url == "http://127.0.0.1:28080"


def test_the_lambda_runtime_serves_through_the_emulated_gateway() -> None:
    region = make_layout(9000).regions[1]
    assert region.api_url == "http://127.0.0.1:29001/_aws/execute-api/carte/live"


def test_the_direct_runtime_has_a_port_of_its_own_in_each_region() -> None:
    layout = make_layout(9000, runtime="direct")
    assert layout.regions[2].api_url == "http://127.0.0.1:29102"
    assert set(layout.ports()) >= {29100, 29101, 29102}


def test_cloud_json_has_the_shape_that_edge_and_replicator_read(tmp_path: Path) -> None:
    layout = make_layout(8080, state_dir=tmp_path)
    layout = layout.with_process(ProcessRecord("emulator", "us-east-1", 1, 1.0))
    save_layout(layout)
    assert json.loads((tmp_path / "cloud.json").read_text()) == {
        "port": 8080,
        "state_dir": str(tmp_path),
        "runtime": "lambda",
        "primary": "us-east-1",
        "replicator_port": 28130,
        "table": "carte",
        "regions": [
            {
                "name": name,
                "endpoint": f"http://127.0.0.1:{port}",
                "api_url": f"http://127.0.0.1:{port}/_aws/execute-api/carte/live",
                "gate_url": f"http://127.0.0.1:{port + 70}/_aws/execute-api/carte/live",
                "dynamodb_gate": f"http://127.0.0.1:{port + 80}",
                "latitude": None,
                "longitude": None,
            }
            for name, port in (
                ("us-east-1", 28080),
                ("eu-west-1", 28081),
                ("ap-southeast-1", 28082),
            )
        ],
        "default_region": "us-east-1",
        "processes": [
            {"role": "emulator", "region": "us-east-1", "pid": 1, "started_at": 1.0},
        ],
        "faults_port": 28140,
        "time_scale": 1.0,
        "site_dir": None,
        "edge": {},
        "payments_port": 28170,
        "payments_gate_port": 28171,
        "localstripe_port": 28172,
    }
    assert load_layout(tmp_path) == layout
    assert [path.name for path in tmp_path.iterdir()] == ["cloud.json"]


def test_a_restarted_process_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    layout = make_layout(8080, state_dir=tmp_path)
    for pid in (1, 2):
        layout = layout.with_process(ProcessRecord("edge", None, pid, 1.0))
    assert layout.process("edge") == ProcessRecord("edge", None, 2, 1.0)
    assert len(layout.processes) == 1


def test_no_cloud_json_is_no_cloud(tmp_path: Path) -> None:
    assert load_layout(tmp_path) is None


CLOUD: dict[str, Any] = {
    "port": 8080,
    "state_dir": "state",
    "replicator_port": 28050,
    "table": "carte",
    "surprise": [1, 2],
    "regions": [
        {
            "name": "us-east-1",
            "endpoint": "http://127.0.0.1:28080/",
            "api_url": "http://127.0.0.1:28081/api/",
            "surprise": "ignored",
        }
    ],
}


def test_a_relative_state_folder_counts_from_the_file_and_missing_fields_have_defaults(
    tmp_path: Path,
) -> None:
    path = tmp_path / "cloud.json"
    path.write_text(json.dumps(CLOUD))
    layout = read_layout(path)
    assert layout.state_dir == tmp_path / "state"
    assert layout.regions[0].endpoint == "http://127.0.0.1:28080"
    assert (layout.primary, layout.default_region) == ("us-east-1", "us-east-1")
    assert (layout.runtime, layout.processes, layout.faults_port) == ("lambda", (), 0)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"table": None}, "'table'"),
        ({"regions": []}, "at least one region"),
        ({"regions": ["us-east-1"]}, "object"),
        ({"regions": [{"name": "a"}]}, "'endpoint'"),
        ({"regions": CLOUD["regions"] * 2}, "each once"),
        ({"regions": [{**CLOUD["regions"][0], "api_url": "ftp://x"}]}, "'api_url'"),
        ({"replicator_port": "28050"}, "'replicator_port'"),
        ({"port": 0}, "'port'"),
        ({"port": True}, "'port'"),
        ({"default_region": "eu-west-1"}, "'default_region'"),
        ({"processes": [{"role": "edge"}]}, "'pid'"),
        ({"edge": 1}, "'edge'"),
    ],
)
def test_a_wrong_field_of_the_state_file_is_named(
    tmp_path: Path, changes: dict[str, Any], word: str
) -> None:
    path = tmp_path / "cloud.json"
    path.write_text(json.dumps(CLOUD | changes))
    with pytest.raises(LocalCloudError, match=word) as raised:
        read_layout(path)
    assert "--wipe" in raised.value.hint


def test_the_current_layout_follows_the_state_file(tmp_path: Path) -> None:
    layout = make_layout(8080, state_dir=tmp_path)
    current = CurrentLayout(layout)
    assert current() == layout
    newer = layout.with_process(ProcessRecord("edge", None, 1, 1.0))
    save_layout(newer)
    assert current() == newer


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"port": 1}'])
def test_an_unreadable_cloud_json_says_how_to_start_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "cloud.json").write_text(content)
    with pytest.raises(LocalCloudError, match=r"cloud\.json cannot be read") as raised:
        load_layout(tmp_path)
    assert "--wipe" in raised.value.hint


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"regions": ()}, "--regions"),
        ({"regions": ("us-east-1", "us-east-1")}, "--regions"),
        ({"regions": ("Frankfurt",)}, "'Frankfurt'"),
        ({"place": "eu-central-1"}, "--place"),
        ({"port": 60_000}, "--port 60000"),
        ({"port": 10_080}, "--port 10080: browsers"),
        ({"region_port": 8080}, "--region-port 8080"),
        ({"region_port": 28_129}, "--region-port 28129"),
    ],
)
def test_what_cannot_work_is_refused_by_its_option(options: dict[str, object], named: str) -> None:
    with pytest.raises(LocalCloudError, match=named) as raised:
        make_layout(**{"port": 8080, **options})  # type: ignore[arg-type]
    assert raised.value.hint
