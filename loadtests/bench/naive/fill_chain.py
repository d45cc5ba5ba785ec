"""Write the naive rows of groups of stores, which the command line has as `fill` has them."""

import json
import sys

from loadtests.bench.chain import Stores
from loadtests.bench.naive.chain_table import save_listed, save_stocked


def main() -> None:
    """Fill the table, then say so."""
    groups = [Stores(*group) for group in json.loads(sys.argv[1])]
    for group in groups:
        if group.listed:
            save_listed(group)
        if group.stocked:
            save_stocked(group)
    sys.stdout.write(json.dumps({"stores": sum(group.count for group in groups)}) + "\n")


if __name__ == "__main__":
    main()
