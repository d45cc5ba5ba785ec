"""One run of the gate as its user runs it, shared by the tests that look at what it made."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra_cdk.checks.model import Cloud
from infra_cdk.gate.configurations import configurations

ROOT = Path(__file__).parents[2]


@dataclass
class GateRun:
    """The output of the gate, and the assemblies that it left."""

    folder: Path
    returncode: int
    report: dict[str, Any]
    _clouds: dict[str, Cloud] = field(default_factory=dict)

    def cloud(self, configuration: str) -> Cloud:
        """The stacks of a configuration."""
        if configuration not in self._clouds:
            self._clouds[configuration] = Cloud.of_assembly(
                self.folder / configuration, configurations()[configuration]
            )
        return self._clouds[configuration]


def run_gate(folder: Path) -> GateRun:
    """Run `python -m infra_cdk.gate` over every configuration."""
    done = subprocess.run(
        [sys.executable, "-m", "infra_cdk.gate", "--json", "--out", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr[-3000:]
    return GateRun(folder, done.returncode, json.loads(done.stdout))
