"""`python -m infra_cdk.packaging --target lambda|local`: make the Lambdas' zip in `build/`."""

import argparse
import sys
from pathlib import Path

from infra_cdk.packaging.build import build
from infra_cdk.packaging.libraries import PackagingError
from infra_cdk.packaging.target import by_name

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Build and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=["lambda", "local"], default="lambda")
    target = by_name(parser.parse_args().target)
    try:
        package = build(target, ROOT)
    except PackagingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(f"{package.archive.relative_to(ROOT)}: {package.zipped / 1e6:.1f} MB")
    print(f"unzipped: {package.unzipped / 1e6:.1f} MB")
    if not package.bytecode:
        print(
            f"no bytecode in it: there is no python{target.python} here to make it; cold starts "
            "will be slow"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
