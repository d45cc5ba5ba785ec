"""`python -m localcloud.replicator --config cloud.json`."""

import argparse
import asyncio
import sys
from pathlib import Path

from localcloud.replicator.event_log import start_log, warn
from localcloud.replicator.service import replicate
from localcloud.replicator.settings import SettingsError, read_settings


def main() -> int:
    """Run the replicator; exit code 2 for a configuration that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m localcloud.replicator", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the local cloud's cloud.json")
    arguments = parser.parse_args()
    start_log()
    try:
        settings = read_settings(arguments.config)
        asyncio.run(replicate(settings))
    except (SettingsError, OSError) as error:
        warn("replicator cannot start", error=str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
