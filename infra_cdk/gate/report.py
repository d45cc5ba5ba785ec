"""The report of the gate: steps, each with its duration and its findings."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Step:
    """A step of the gate.

    Attributes:
        name: what it is.
        seconds: how long it took.
        checked: how much it looked at, in words.
        findings: what is wrong; empty is good.
    """

    name: str
    seconds: float = 0.0
    checked: str = ""
    findings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """All steps of one run."""

    steps: list[Step] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    _started: float = field(default_factory=time.monotonic)

    @property
    def passed(self) -> bool:
        """Whether the step has no findings."""
        return not any(step.findings for step in self.steps)

    @property
    def seconds(self) -> float:
        """How long it took so far; some steps run beside each other."""
        return round(time.monotonic() - self._started, 1)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time a step and keep it."""
        step = Step(name)
        self.steps.append(step)
        started = time.monotonic()
        try:
            yield step
        finally:
            step.seconds = round(time.monotonic() - started, 2)

    def to_json(self) -> dict[str, Any]:
        """The report for a program."""
        return {
            "passed": self.passed,
            "seconds": self.seconds,
            "steps": [asdict(step) for step in self.steps],
            "figures": self.figures,
        }

    def lines(self) -> Iterator[str]:
        """The report for a person."""
        width = max(len(step.name) for step in self.steps)
        for step in self.steps:
            state = "ok" if not step.findings else f"{len(step.findings)} found"
            yield f"{step.name:<{width}}  {step.seconds:6.1f} s  {state:<9} {step.checked}"
            yield from (f"    {finding}" for finding in step.findings)
        yield f"{'passed' if self.passed else 'FAILED'} in {self.seconds:.1f} s"
