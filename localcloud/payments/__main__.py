"""`python -m localcloud.payments --config cloud.json`: the front of the local provider."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from localcloud.exceptions import LocalCloudError
from localcloud.json_log import EventLog, start_log
from localcloud.payments.service import serve
from localcloud.state_file import read_layout

_LOG: Final = EventLog("payments")


def main() -> int:
    """Run the front; exit code 2 for a state file or a port that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m localcloud.payments", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the local cloud's cloud.json")
    parser.add_argument("--webhook-url", default="", help="where events are posted to")
    arguments = parser.parse_args()
    start_log()
    try:
        asyncio.run(serve(read_layout(arguments.config), arguments.webhook_url))
    except (LocalCloudError, OSError) as error:
        _LOG.warning("payments cannot start", error=str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
