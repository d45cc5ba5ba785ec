"""`carte cost` as a newcomer types it: nothing was built, and no cloud runs."""

import json
import subprocess
import sys


def test_the_bill_of_a_scenario_is_printed() -> None:
    command = [sys.executable, "-m", "cli.main", "cost", "--scenario", "pilot", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    bill = json.loads(done.stdout)
    assert bill["yearly_usd"] > 0
