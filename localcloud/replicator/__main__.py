"""`python -m localcloud.replicator --config cloud.json`."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from localcloud.exceptions import LocalCloudError
from localcloud.json_log import EventLog, start_log
from localcloud.replicator.service import replicate
from localcloud.state_file import read_layout

_LOG: Final = EventLog("replicator")


def main() -> int:
    """Run the replicator; exit code 2 for a state file or a port that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m localcloud.replicator", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the local cloud's cloud.json")
    arguments = parser.parse_args()
    start_log()
    try:
        asyncio.run(replicate(read_layout(arguments.config)))
    except (LocalCloudError, OSError) as error:
        _LOG.warning("replicator cannot start", error=str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
