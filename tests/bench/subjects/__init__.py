"""What is measured, each in a process of its own: `python -m tests.bench.worker NAME`."""
