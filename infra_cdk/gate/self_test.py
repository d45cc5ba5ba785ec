"""`python -m infra_cdk.gate --planted`: put each fault in, and show which check finds it."""

import sys
from collections.abc import Mapping
from pathlib import Path

from infra_cdk.checks.model import Cloud
from infra_cdk.checks.registry import CHECKS
from infra_cdk.config import Deployment
from infra_cdk.gate.planted import PLANTED
from infra_cdk.gate.planting import Planted
from infra_cdk.packaging.stand_in import stand_in_package


def caught_by(planted: Planted, cloud: Cloud) -> list[str]:
    """The checks that find a fault in a deployment which has no other."""
    faulty = planted.into(cloud)
    return [check.name for check in CHECKS if check.findings(faulty)]


def print_table(deployments: Mapping[str, Deployment], out: Path) -> int:
    """Synthesize what is needed, plant each fault, print a table; 1 if one is not found."""
    from infra_cdk.app import add_stacks
    from infra_cdk.gate.synthesis import judged_app, synth

    out.mkdir(parents=True, exist_ok=True)
    package = stand_in_package(out / "package.zip")
    clouds: dict[str, Cloud] = {}
    for name in sorted({one.configuration for one in PLANTED}):
        app = judged_app(out / name, template_rules=False, nag=False)
        add_stacks(app, deployments[name], package)
        synth(app, out / name)
        clouds[name] = Cloud.of_assembly(out / name, deployments[name])
    missed = 0
    sys.stdout.write("| planted fault | caught by |\n|---|---|\n")
    for planted in PLANTED:
        checks = caught_by(planted, clouds[planted.configuration])
        missed += planted.check not in checks
        sys.stdout.write(f"| {planted.fault} | {', '.join(checks) or 'NOTHING'} |\n")
    sys.stdout.write(f"\n{len(PLANTED)} planted, {len(PLANTED) - missed} caught\n")
    return 1 if missed else 0
