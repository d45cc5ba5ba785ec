"""A cold start: a fresh process, from the first import to the first response.

Run: `python -m loadtests.bench.cold_start_process MODULE < events.json`; MODULE has the handler,
and the last response of the list of events is what counts: that of the first one for a list of one.
What Lambda's own runtime does before it imports the handler (starting the interpreter, decoding the
event) is done before the clocks start.
"""

import json
import sys
import time

from loadtests.bench.memory import memory


def main() -> None:
    """Import a handler, answer the events, say what it took."""
    events = json.load(sys.stdin)
    name = sys.argv[1]
    before = len(sys.modules)
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    handler = __import__(name, fromlist=["handler"]).handler
    answers = [handler(event, None) for event in events]
    cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
    figures = {
        "statuses": [answer["statusCode"] for answer in answers],
        "body": answers[-1]["body"],
        "cpu_ns": cpu,
        "wall_ns": wall,
        **memory(),
        "modules": len(sys.modules) - before,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
