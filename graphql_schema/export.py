"""`python -m graphql_schema.export [--check]`: schema.graphql as the code has it."""

import argparse
import sys
from pathlib import Path
from typing import Final

from graphql_schema.schema import build

SDL: Final = Path(__file__).with_name("schema.graphql")


def main() -> int:
    """Write the file, or with --check only say whether it is what the code has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    check = parser.parse_args().check
    sdl = build().as_str().rstrip() + "\n"
    if check:
        if SDL.exists() and SDL.read_text() == sdl:
            return 0
        sys.stderr.write(f"{SDL.name} is out of date; run python -m graphql_schema.export\n")
        return 1
    SDL.write_text(sdl)
    return 0


if __name__ == "__main__":
    sys.exit(main())
