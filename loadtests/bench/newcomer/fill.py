"""Write the newcomers' rows: from the answers of carte, given as JSON on standard input."""

import json
import sys

from loadtests.bench.newcomer.table import save


def main() -> None:
    """Fill the table, then say so."""
    menus = json.load(sys.stdin)
    save(menus)
    sys.stdout.write(json.dumps({"menus": len(menus)}) + "\n")


if __name__ == "__main__":
    main()
