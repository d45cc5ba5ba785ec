"""The Python subjects; each runs in its own process, `python -m loadtests.bench.worker MODULE`."""
