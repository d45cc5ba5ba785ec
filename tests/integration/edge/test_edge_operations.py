"""What an operator does with the edge, and sees of it."""

import json
import subprocess
import sys

from tests.support.edge_cloud import ROOT, Edge, MakeEdge, Origins, wait_for

HERE, NEXT, FAR = "us-east-1", "eu-west-1", "ap-southeast-1"


def test_a_drained_region_gets_nothing_until_it_is_undrained(edge: Edge, origins: Origins) -> None:
    reply = edge.drain(HERE, drained=True)
    assert reply.json["drained"] == {HERE: True, NEXT: False, FAR: False}
    for answer in (edge.get(), edge.post()):
        assert (answer.edge["region"], answer.edge["why"]) == (NEXT, "drained")
    assert edge.region(HERE)["drained"]
    edge.stop()
    edge.start()
    assert edge.get().edge["why"] == "drained"
    assert origins[HERE].seen() == []
    edge.drain(HERE, drained=False)
    assert edge.get().edge["why"] == "nearest"


def test_a_wish_to_drain_that_means_nothing_is_explained(edge: Edge) -> None:
    kind = {"content-type": "application/json"}
    for body, status in (
        ("{", 400),
        ("[]", 400),
        ('{"region":"us-east-1"}', 400),
        ('{"region":"us-east-1","drained":1}', 400),
        ('{"region":"mars-1","drained":true}', 404),
        ('{"region":7,"drained":true}', 404),
        ("x" * 20_000, 413),
    ):
        assert edge.ask("POST", "/_edge/drain", kind, body).status == status, body
    form = {"content-type": "text/plain"}
    wish = json.dumps({"region": HERE, "drained": True})
    assert edge.ask("POST", "/_edge/drain", form, wish).status == 415
    assert not edge.region(HERE)["drained"]


def test_the_status_shows_what_happened(make_edge: MakeEdge, origins: Origins) -> None:
    edge = make_edge(interval=0.1)
    origins[HERE].behave(status=500)
    edge.get()
    edge.post()
    status = edge.get("/_edge/status").json
    assert status["config"]["interval"] == 0.1
    assert status["default_region"] == HERE
    assert status["site"] == {"dir": str(edge.site_dir), "built": False}
    here, following = status["regions"][HERE], status["regions"][NEXT]
    assert here["healthy"]
    assert here["last_check"]["passed"]
    assert here["last_check"]["ms"] > 0
    assert here["statuses"] == {"500": 2}
    assert here["answers"] == {"nearest": 1}
    assert following["answers"] == {"failover": 1}
    assert (here["requests"], following["requests"]) == (2, 1)


def test_the_log_has_a_line_for_each_request(edge: Edge) -> None:
    edge.get("/graphql?query=%7Bsecret%7D")
    edge.stop()
    lines = [json.loads(line) for line in edge.log.read_text().splitlines()]
    (line,) = [line for line in lines if line.get("access") == "GET /graphql"]
    assert line["status"] == 200
    assert line["edge"].startswith("region=us-east-1; why=nearest")
    assert "secret" not in edge.log.read_text()
    edge.start()


def test_a_port_that_is_taken_is_named(edge: Edge) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "localcloud.edge", "--config", str(edge.config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 2
    assert str(edge.port) in second.stderr
    assert "Traceback" not in second.stderr


def test_the_history_is_read_for_as_long_as_is_asked_and_outlives_the_edge(edge: Edge) -> None:
    edge.get()
    read = edge.get("/_edge/history?minutes=15").json
    assert read["step_seconds"] == 10
    assert list(read["regions"]) == [HERE, NEXT, FAR]
    assert edge.get("/_edge/history").json["minutes"] == 60
    for wrong in ("0", "1441", "-1", "1.5", "x", "%D9%A3", "9" * 4000):
        refused = edge.get(f"/_edge/history?minutes={wrong}")
        assert refused.status == 400, wrong
        assert "minutes must be" in refused.json["errors"][0]["message"]
    assert edge.get("/_edge/drills").json == {"runs": []}
    assert edge.operate("history").status == 405
    wait_for(lambda: any(edge.get("/_edge/history?minutes=15").json["seconds"]), "the first sample")
    edge.drain(FAR, drained=True)
    edge.stop()
    edge.start()
    read = edge.get("/_edge/history?minutes=15").json
    assert sum(one or 0 for one in read["regions"][HERE]["requests"]) >= 1
    assert [one["region"] for one in read["events"] if one["kind"] == "drain"] == [FAR]
    edge.drain(FAR, drained=False)
