"""With `--json`, the standard output is one JSON object and nothing else."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from cli import deploy
from cli.main import application
from localcloud import launch, status
from localcloud.plan import free_edge_port, make_layout
from localcloud.state_file import save_layout
from services.domain.errors import CarteError


def test_a_cloud_that_runs_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = make_layout(free_edge_port(), regions=["us-east-1"], state_dir=tmp_path / "cloud")
    save_layout(layout)
    monkeypatch.setattr(launch, "running", lambda _: layout)
    monkeypatch.setattr(status, "collect", lambda _: SimpleNamespace(healthy=True))
    words = ["up", "--detach", "--regions", "us-east-1", "--port", str(layout.port)]
    words += ["--state-dir", str(layout.state_dir)]
    done = CliRunner().invoke(application(["up"]), [*words, "--json"])
    assert json.loads(done.stdout)["url"] == layout.url
    assert "already running" in CliRunner().invoke(application(["up"]), words).stdout


class Stacks:
    """Stacks of an account, of which some are not there and some were changed by hand."""

    def template(self, stack: str, _region: str) -> str | None:
        return None if stack == "absent" else "{}"

    def reading_credentials(self, _region: str) -> None:
        """Return none: no request is made."""

    def refuse_drift(self, _assembly: Path, stack: str, _credentials: None) -> None:
        if stack == "changed":
            raise CarteError("the table was changed by hand", "deploy it again")


def test_stacks_that_are_compared_with_what_was_deployed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("same", "absent", "changed")
    steps = tuple(SimpleNamespace(name=name, stack=name, region="eu-west-1") for name in names)
    said: list[str] = []
    with pytest.raises(CarteError, match="changed by hand"):
        deploy._refuse_drift(
            cast("Any", Stacks()),
            cast("Any", Stacks()),
            Path(),
            cast("Any", steps),
            said.append,
            as_json=True,
        )
    assert json.loads(capsys.readouterr().out) == {
        "asDeployed": ["same"],
        "notDeployed": ["absent"],
        "refused": {"changed": "the table was changed by hand"},
    }
    assert len(said) == 3
