"""`python -m localcloud.faults --config cloud.json`."""

import argparse
import asyncio
import sys
from pathlib import Path

from localcloud.exceptions import LocalCloudError
from localcloud.faults.event_log import start_log, warn
from localcloud.faults.service import serve
from localcloud.layout import load_layout


def main() -> int:
    """Run the fault controller; exit code 2 for a configuration or port that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m localcloud.faults", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the local cloud's cloud.json")
    arguments = parser.parse_args()
    start_log()
    try:
        layout = load_layout(arguments.config.parent)
        if layout is None:
            warn("faults cannot start", error=f"there is no {arguments.config}")
            return 2
        asyncio.run(serve(layout))
    except (LocalCloudError, OSError) as error:
        warn("faults cannot start", error=str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
