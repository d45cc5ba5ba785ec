"""Chaos Toolkit runs the experiment: steady state, method, steady state, rollbacks."""

import logging
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from loadtests.drills.exceptions import DrillError

_LOG: Final = "chaostoolkit.log"
_JOURNAL: Final = "journal.json"
# Rollbacks run whatever happened; by default they do not after an interruption.
_SETTINGS: Final = {"runtime": {"rollbacks": {"strategy": "always"}}}

ProgressCallback = Callable[[str], object]


def run(experiment: Mapping[str, Any], folder: Path, on_progress: ProgressCallback) -> bool:
    """Run an experiment; its journal and log go into the run's folder.

    Returns:
        Whether the steady state was gone afterwards.

    Raises:
        DrillError: The steady state did not hold before, or a step could not be made.
        KeyboardInterrupt: Someone ended it; the rollbacks have run.
    """
    from chaoslib.experiment import run_experiment
    from chaoslib.run import RunEventHandler

    def end(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    class Steps(RunEventHandler):  # type: ignore[misc]  # chaoslib has no types
        def started(self, *_: Any) -> None:
            # Chaos Toolkit's own handler raises an exception that its Python provider takes for the
            # failure of one step, and goes on with the next.
            signal.signal(signal.SIGTERM, end)

        def start_activity(self, activity: Mapping[str, Any]) -> None:
            on_progress(str(activity["name"]))

    _log_to(folder / _LOG)
    journal = run_experiment(dict(experiment), _SETTINGS, event_handlers=[Steps()])
    path = folder / _JOURNAL
    path.write_bytes(orjson.dumps(journal, default=str, option=orjson.OPT_INDENT_2))
    if journal["status"] == "interrupted":
        raise KeyboardInterrupt
    states = journal["steady_states"]
    before = states.get("before") or {}
    if not before.get("steady_state_met"):
        raise DrillError(
            f"the steady state does not hold, so nothing was taken away: {_unmet(before)}",
            "`carte status` shows what is wrong; `carte fault heal` ends what is left of a drill",
        )
    for step in [*journal["run"], *journal["rollbacks"]]:
        if step["status"] != "succeeded":
            why = str((step.get("exception") or ["it was aborted"])[-1]).strip()
            raise DrillError(f"step {step['activity']['name']!r} failed: {why}")
    return not (states.get("after") or {}).get("steady_state_met")


def _unmet(state: Mapping[str, Any]) -> str:
    for probe in state.get("probes", ()):
        if not probe.get("tolerance_met"):
            name = probe["activity"]["name"]
            if probe.get("exception"):
                reason = str(probe["exception"][-1]).strip()
                return f"{name!r}: {reason.partition('ActivityFailed: ')[2] or reason}"
            return f"{name!r} is {probe.get('output')!r}"
    return "no probe ran"


def _log_to(path: Path) -> None:
    logger = logging.getLogger("chaostoolkit")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
