"""`python -m localcloud.edge --config cloud.json`."""

import argparse
import asyncio
import sys
from dataclasses import fields
from pathlib import Path
from typing import Final

from localcloud.edge.options import Options
from localcloud.edge.server import serve
from localcloud.edge.settings import settings_of
from localcloud.exceptions import LocalCloudError
from localcloud.json_log import EventLog, start_log
from localcloud.state_file import read_layout

_LOG: Final = EventLog("edge")


def main() -> int:
    """Run the edge; exit code 2 for a state file, an option or a port that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m localcloud.edge", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the local cloud's cloud.json")
    names = [field.name for field in fields(Options)]
    for field in fields(Options):
        kind = type(field.default)
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            help=f"default {field.default}",
            **(
                {"action": argparse.BooleanOptionalAction}
                if kind is bool
                else {"type": kind, "metavar": "N"}
            ),
        )
    arguments = parser.parse_args()
    start_log()
    try:
        overrides = {name: getattr(arguments, name) for name in names}
        asyncio.run(serve(settings_of(read_layout(arguments.config), overrides)))
    except (LocalCloudError, OSError) as error:
        _LOG.warning("edge cannot start", error=str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
