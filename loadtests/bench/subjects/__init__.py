"""What is measured, each in a process of its own: `python -m loadtests.bench.worker NAME`."""
