"""The subscriptions of one drill, from their opening to the judgement."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from loadtests.drills.exceptions import DrillError
from loadtests.drills.live.figures import figures_of
from loadtests.drills.live.plan import LivePlan
from loadtests.drills.timeline import Timeline
from loadtests.measurement.measurement import Measurement
from loadtests.subscriptions.audience import Audience, AudienceError
from loadtests.subscriptions.subscriber import Subscriber
from localcloud.layout import CloudLayout

QUERY: Final = "subscription Watch($id: ID!) { menuChanged(storeId: $id) { version } }"
_OPEN_S: Final = 240.0
_SETTLE_S: Final = 30.0  # of a busy machine; `live_back_s` says how long it took
_POLL_S: Final = 0.1


class LiveSession:
    """Subscriptions to the menus of the drill's stores, all next to one region."""

    def __init__(
        self, layout: CloudLayout, plan: LivePlan, stores: Sequence[str], region: str
    ) -> None:
        """Open all subscriptions.

        Args:
            layout: The cloud.
            plan: What the drill's file says.
            stores: Stores of the drill, which its traffic changes.
            region: The region that the drill takes away.

        Raises:
            DrillError: They could not be opened.
        """
        self._url = layout.edge_url.replace("http", "ws", 1)
        self._region = region
        self._stores = stores
        self._audience = Audience(
            [
                Subscriber(
                    self._url,
                    QUERY,
                    {"id": stores[at % len(stores)]},
                    place=region,
                    resumes=plan.resumes,
                )
                for at in range(plan.subscriptions)
            ]
        )
        try:
            self._audience.gather(_OPEN_S)
        except AudienceError as error:
            self.close()
            raise DrillError(error.message, error.detail or error.hint) from error

    def judge(self, timeline: Timeline) -> dict[str, Measurement]:
        """Compare what subscribers show in the end with what new ones get; return the figures.

        Raises:
            DrillError: New subscriptions get no state.
        """
        finals = Audience([Subscriber(self._url, QUERY, {"id": one}) for one in self._stores])
        try:
            finals.gather(_SETTLE_S * 2)
            lost = [
                mark.at
                for mark in timeline.read()
                if mark.what == "fault" and mark.region == self._region
            ]
            deadline = time.monotonic() + _SETTLE_S
            while True:
                versions = {
                    str(one.variables["id"]): one.states[-1].version for one in finals.subscribers
                }
                figures = figures_of(
                    self._audience.subscribers,
                    versions,
                    lost_region=self._region,
                    lost_at=lost[0] if lost else None,
                )
                if _settled(figures) or time.monotonic() > deadline:
                    return figures
                time.sleep(_POLL_S)
        except AudienceError as error:
            raise DrillError(error.message, error.detail or error.hint) from error
        finally:
            finals.close()

    def close(self) -> None:
        """End all subscriptions."""
        self._audience.close()


def _settled(figures: Mapping[str, Measurement]) -> bool:
    """Return whether every subscriber is back, and shows what a new one gets."""
    back = not figures["live_lost"].value or figures["live_back_s"].value is not None
    return back and figures["live_missed"].value == 0
