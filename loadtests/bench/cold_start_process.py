"""A cold start: a fresh process, from the first import to the first response.

Run: `python -m loadtests.bench.cold_start_process MODULE < event.json`; MODULE has the handler.
What Lambda's own runtime does before it imports the handler (starting the interpreter, decoding the
event) is done before the clocks start.
"""

import json
import sys
import time

from loadtests.bench.memory import memory


def main() -> None:
    """Import a handler, answer one event, say what it took."""
    event = json.load(sys.stdin)
    name = sys.argv[1]
    before = len(sys.modules)
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    answer = __import__(name, fromlist=["handler"]).handler(event, None)
    cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
    figures = {
        "status": answer["statusCode"],
        "body": answer["body"],
        "cpu_ns": cpu,
        "wall_ns": wall,
        **memory(),
        "modules": len(sys.modules) - before,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
