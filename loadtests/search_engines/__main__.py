"""`python -m loadtests.search_engines [--queries N] [--limit-s S] [--only NAMES] [--json]`.

Prints how well, and at what cost, carte and embedded search engines answer the queries of the tests
over the same stores. tantivy is left out where `make bench` has not installed it.
"""

import argparse
import json
import sys

from loadtests.search_engines.comparison import (
    ENGINES,
    IN_PEERS,
    PEERS,
    compared,
    table,
)
from loadtests.search_engines.worker import NO_LIMIT_S


def main() -> int:
    """Compare, and print a table; exit code 1 if an engine fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=31_000, help="how many stores are indexed")
    parser.add_argument("--only", default=",".join(ENGINES), help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--queries", type=int, help="how many queries are asked; all by default")
    parser.add_argument(
        "--limit-s",
        type=float,
        default=NO_LIMIT_S,
        help="seconds of CPU that each engine may search; the table says how many were asked",
    )
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    arguments = parser.parse_args()
    names = arguments.only.split(",")
    if unknown := [one for one in names if one not in ENGINES]:
        parser.error(f"{', '.join(unknown)}: engines are {', '.join(ENGINES)}")
    if not PEERS.exists() and any(one in IN_PEERS for one in names):
        sys.stderr.write("tantivy is left out: run `make .venv-peers/.ready` first\n")
        names = [one for one in names if one not in IN_PEERS]
    result = compared(arguments.stores, names, most=arguments.queries, limit_s=arguments.limit_s)
    sys.stdout.write((json.dumps(result, indent=1) if arguments.json else table(result)) + "\n")
    return int(any("error" in one for one in result.values()))


if __name__ == "__main__":
    sys.exit(main())
