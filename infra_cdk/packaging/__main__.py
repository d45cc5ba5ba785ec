"""`python -m infra_cdk.packaging --target lambda|local`: make the Lambdas' zips in `build/`."""

import argparse
import sys
from pathlib import Path

from infra_cdk.packaging import bill_of_materials
from infra_cdk.packaging.build import Package, build
from infra_cdk.packaging.content import CONTENTS
from infra_cdk.packaging.exceptions import PackagingError
from infra_cdk.packaging.target import Target, by_name

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Build and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=["lambda", "local"], default="lambda")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="folder of the zips")
    arguments = parser.parse_args()
    target = by_name(arguments.target)
    try:
        packages = [build(target, ROOT, arguments.out, content) for content in CONTENTS]
    except PackagingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for package in packages:
        _report(package, target)
    return 0


def _report(package: Package, target: Target) -> None:
    print(f"{package.archive.name}: {package.zipped / 1e6:.1f} MB")
    print(f"unzipped: {package.unzipped / 1e6:.1f} MB")
    bill = bill_of_materials.write(package.archive, ROOT)
    print(f"{bill.name}: bill of materials (CycloneDX)")
    if not package.bytecode:
        sys.stderr.write(
            f"no bytecode in {package.archive.name}: there is no Python {target.python} here to "
            "make it, and cold starts will take about four times as long; install one (`uv python "
            f"install {target.python}`) and build again\n"
        )


if __name__ == "__main__":
    sys.exit(main())
