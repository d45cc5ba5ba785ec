"""`python -m infra_cdk.gate`: judge the deployment without network or account."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from infra_cdk.config import ConfigError, Deployment
from infra_cdk.gate.configurations import configurations
from infra_cdk.gate.offline import go_offline
from infra_cdk.gate.run import run


def main() -> int:
    """Read the arguments, run the gate, say what it found."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m infra_cdk.gate --config deployment.toml"
    )
    parser.add_argument("--config", type=Path, help="judge this deployment file alone")
    parser.add_argument("--out", type=Path, help="keep the assemblies here")
    parser.add_argument("--package", type=Path, help="also judge this zip of the Lambdas")
    parser.add_argument("--planted", action="store_true", help="show which check catches what")
    parser.add_argument(
        "--mutate", type=int, metavar="N", help="measure: try N mutations of the constructs; 0: all"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the choice of mutations")
    parser.add_argument("--json", action="store_true", help="answer for a program")
    arguments = parser.parse_args()
    go_offline()
    try:
        deployments = (
            {"deployment": Deployment.from_toml(arguments.config)}
            if arguments.config
            else configurations()
        )
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="carte-gate-") as scratch:
        out = arguments.out or Path(scratch)
        if arguments.planted:
            from infra_cdk.gate.self_test import print_table

            return print_table(deployments, out)
        if arguments.mutate is not None:
            from infra_cdk.gate.mutation_run import measure, report

            for line in report(measure(out, arguments.mutate, arguments.seed)):
                sys.stdout.write(f"{line}\n")
            return 0
        judged = run(deployments, out, arguments.package)
    if arguments.json:
        sys.stdout.write(json.dumps(judged.to_json(), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in judged.lines())
    return 0 if judged.passed else 1


if __name__ == "__main__":
    sys.exit(main())
