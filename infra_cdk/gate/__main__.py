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
    parser.add_argument(
        "--mutate-values", type=int, metavar="N", help="measure: try N values of the templates"
    )
    parser.add_argument(
        "--only",
        default="",
        help="with --mutate: only files of this path; with "
        "--mutate-values: only edits whose lines have this text",
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
            return _mutate(out, arguments.mutate, arguments.seed, arguments.only)
        if arguments.mutate_values is not None:
            return _mutate_values(out, arguments.mutate_values, arguments.seed, arguments.only)
        judged = run(deployments, out, arguments.package)
    if arguments.json:
        sys.stdout.write(json.dumps(judged.to_json(), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in judged.lines())
    return 0 if judged.passed else 1


def _mutate(out: Path, sample: int, seed: int, only: str) -> int:
    """Print each mutation's outcome at once, so that a run that is cut off showed something."""
    from infra_cdk.gate.mutation_run import line_of, measure, report

    results = []
    for result in measure(out, sample, seed, only):
        results.append(result)
        sys.stderr.write(f"{line_of(result)}\n")
    sys.stdout.writelines(f"{line}\n" for line in report(results))
    return 0


def _mutate_values(out: Path, sample: int, seed: int, only: str) -> int:
    """Print each survivor at once, then the report."""
    from infra_cdk.gate.value_run import measure_values, report_values

    results = []
    for edit, by in measure_values(out, sample, seed, only):
        results.append((edit, by))
        if not by:
            sys.stderr.write(f"survived: {edit}\n")
    sys.stdout.writelines(f"{line}\n" for line in report_values(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
