"""What the Lambdas of live updates did in one invocation, and the log line that publishes it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from traceback import format_exception
from typing import Final

from services.configuration import invocation_report
from services.domain import log_lines
from services.storage.fault_codes import code_of

_LONGEST: Final = 4_000  # characters of a trace


@dataclass(slots=True)
class Report:
    """One invocation.

    Attributes:
        connects: Connections that were opened.
        disconnects: Connections that ended.
        messages: Messages of clients.
        subscribed: Subscriptions that were taken.
        topics: Topics that changed.
        evaluations: Operations that were run.
        posts: Messages that were sent to connections after a change.
        gone: Connections that were found gone.
        failed: Messages that could not be sent.
        throttled: Those of `failed` that API Gateway refused with 429.
        refused: Connections that were refused, because their address has too many.
        late: Subscriptions that a change did not reach, because others of its topic took all the
            time.
        closed: Close code of the protocol to connections that were closed by it.
        faults: One text for each fault.
        fault_codes: Code of `services.domain.faults` to how many of `faults` it stands for.
    """

    connects: int = 0
    disconnects: int = 0
    messages: int = 0
    subscribed: int = 0
    topics: int = 0
    evaluations: int = 0
    posts: int = 0
    gone: int = 0
    failed: int = 0
    throttled: int = 0
    refused: int = 0
    late: int = 0
    closed: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    fault_codes: Counter[str] = field(default_factory=Counter)

    def note(self, faults: Iterable[BaseException]) -> None:
        """Add faults, with their traces."""
        for fault in faults:
            self.faults.append("".join(format_exception(fault))[-_LONGEST:])
            self.fault_codes[code_of(fault)] += 1

    def lines(self, region: str, unix_ms: int, took_ms: float) -> str:
        """Return the log lines, each with its newline.

        Args:
            region: Where the Lambda runs.
            unix_ms: Now, in milliseconds since 1970-01-01T00:00Z.
            took_ms: Milliseconds that the invocation took.
        """
        counted = {
            "LiveConnects": self.connects,
            "LiveDisconnects": self.disconnects,
            "LiveMessages": self.messages,
            "LiveSubscribed": self.subscribed,
            "LiveTopics": self.topics,
            "LiveEvaluations": self.evaluations,
            "LivePosts": self.posts,
            "LiveGone": self.gone,
            "LiveFailed": self.failed,
            "LiveThrottled": self.throttled,
            "LiveRefused": self.refused,
            "LiveLate": self.late,
        }
        closed = {str(code): n for code, n in self.closed.items()}
        return invocation_report.lines(
            log_lines.LIVE,
            region=region,
            unix_ms=unix_ms,
            took_ms=took_ms,
            counts=counted,
            fault_codes=self.fault_codes,
            faults=self.faults,
            **({"closed": closed} if closed else {}),
        )
