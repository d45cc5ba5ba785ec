"""Write the naive implementations' rows from carte's answers, JSON on standard input."""

import json
import sys

from loadtests.bench.naive.table import save


def main() -> None:
    """Fill the table, then say so."""
    menus = json.load(sys.stdin)
    save(menus)
    sys.stdout.write(json.dumps({"menus": len(menus)}) + "\n")


if __name__ == "__main__":
    main()
