"""Times from the upload of a count file to what guests see, in every region and on an open page.

`python -m loadtests.stock_arrival --rounds 10` uploads files of one row to the bucket of one region
of a running local cloud: an item of a store's menu has no pieces left, then has some again. A time
runs from the bucket's answer to the upload until

- a subscription of `menuChanged` in a region shows the item as sold out, or as available;
- the store's page, open in Chromium all the while, shows it. The page is served by the edge's
  default region; without `--region` the files are uploaded to another one.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from loadtests.cloud.count_buckets import CountBucket
from loadtests.measurement.percentiles import Distribution, distribution
from loadtests.subscriptions.audience import Audience
from loadtests.subscriptions.prices import PriceWriter
from loadtests.subscriptions.subscriber import Subscriber
from localcloud.layout import DEFAULT_PORT, CloudLayout, default_state_dir
from localcloud.state_file import load_layout
from localcloud.tables import use_local_key
from services.domain.errors import CarteError

PAGE: Final = "open page"
STATES: Final = {"SOLD_OUT": 0, "AVAILABLE": 500}  # availability to the pieces of a file
_WATCH: Final = """subscription Watch($id: ID!) { menuChanged(storeId: $id) {
  version menu { categories { items { id availability } } } } }"""
_OPEN_S: Final = 60.0
_ARRIVE_S: Final = 60.0
_POLL_S: Final = 0.02
_BETWEEN_S: Final = 1.0

Shown = Callable[[str], float | None]
"""Maps an availability to when it was first seen, seconds of the epoch; None: it is not shown."""


class NotShownError(CarteError):
    """A count did not arrive."""


@dataclass(slots=True)
class Arrivals:
    """Seconds from the answer to an upload until each viewer showed it.

    Attributes:
        seconds: Availability to viewer (a region, or `PAGE`) to seconds, one for each round.
    """

    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, availability: str, uploaded: float, seen: Mapping[str, float]) -> None:
        """Add what each viewer saw after an upload; who saw it before the answer counts as 0."""
        viewers = self.seconds.setdefault(availability, {})
        for viewer, at in seen.items():
            viewers.setdefault(viewer, []).append(max(0.0, at - uploaded))

    def distributions(self) -> dict[str, dict[str, Distribution]]:
        """Return availability to viewer to the distribution of seconds."""
        return {
            availability: {viewer: distribution(times) for viewer, times in viewers.items()}
            for availability, viewers in self.seconds.items()
        }


def table(arrivals: Arrivals, uploaded_in: str) -> str:
    """Return the times as a table for people."""
    lines = [
        f"seconds from the upload of a count file in {uploaded_in} until it is shown",
        "| shown | where | files | p50 | longest |",
        "|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| {availability} | {viewer} | {one.samples} | {one.p50:.2f} | {one.most:.2f} |"
        for availability, viewers in arrivals.distributions().items()
        for viewer, one in viewers.items()
    ]
    return "\n".join(lines)


def wait_for(
    availability: str, viewers: Mapping[str, Shown], patience_s: float = _ARRIVE_S
) -> dict[str, float]:
    """Return when each viewer showed an availability, seconds of the epoch.

    Raises:
        NotShownError: One does not show it in time.
    """
    deadline = time.monotonic() + patience_s
    seen: dict[str, float] = {}
    while True:
        for viewer, shown in viewers.items():
            if viewer not in seen and (at := shown(availability)) is not None:
                seen[viewer] = at
        if len(seen) == len(viewers):
            return seen
        if time.monotonic() > deadline:
            late = ", ".join(sorted(viewers.keys() - seen.keys()))
            raise NotShownError(
                f"{late}: {availability} is not shown {patience_s:g} s after the upload",
                "look at `carte status`, and at the imports of the store's stock page",
            )
        time.sleep(_POLL_S)


def _shown_to(subscriber: Subscriber, item: str) -> Shown:
    def shown(availability: str) -> float | None:
        state = subscriber.states[-1]
        found = any(
            one["id"] == item and one["availability"] == availability
            for category in state.data["menu"]["categories"]
            for one in category["items"]
        )
        return state.at if found else None

    return shown


@contextmanager
def _page(chromium: str, url: str, store: str, item: str) -> Iterator[Shown]:
    """Open the store's page; the page itself notes when its item changes."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(base_url=url)
        page.goto(f"/store/{store}")
        page.locator(f'[data-testid=menu-item][data-item="{item}"]').wait_for()
        page.evaluate(
            """item => {
              const seen = { availability: "", at: 0 };
              const look = () => {
                const card = document.querySelector(`[data-testid=menu-item][data-item="${item}"]`);
                const now = card?.dataset.availability ?? "";
                if (now !== seen.availability)
                  Object.assign(seen, { availability: now, at: Date.now() });
              };
              look();
              new MutationObserver(look).observe(document.body,
                { subtree: true, childList: true, attributes: true });
              window.carteSeen = seen;
            }""",
            item,
        )

        def shown(availability: str) -> float | None:
            seen = page.evaluate("window.carteSeen")
            return float(seen["at"]) / 1000 if seen["availability"] == availability else None

        try:
            yield shown
        finally:
            browser.close()


def measure(layout: CloudLayout, region: str, rounds: int, chromium: str | None) -> Arrivals:
    """Upload files to a region of a running cloud, and return when they were shown.

    Args:
        layout: The cloud.
        region: Where the files are uploaded.
        rounds: How often the item is sold out and available again.
        chromium: Path of the browser; None: without an open page.

    Raises:
        CarteError: The cloud has no store, or a count does not arrive.
    """
    use_local_key()
    sample = PriceWriter(layout, layout.primary)
    bucket = CountBucket(layout, region)
    subscribers = [
        Subscriber(
            layout.edge_url.replace("http", "ws", 1),
            _WATCH,
            {"id": sample.store},
            place=name,
            keeps_all=False,
        )
        for name in layout.region_names
    ]
    audience = Audience(subscribers)
    arrivals = Arrivals()

    def upload(pieces: int) -> float:
        # With its time, because the same content again within hours is a copy of the first file.
        row = f"{sample.store},{sample.item},{pieces},{datetime.now(UTC).isoformat()}"
        key = f"counts/{sample.store}/arrival-{time.time_ns()}.csv"
        bucket.upload(key, f"store,item,count,counted_at\n{row}\n".encode())
        return time.time()

    def run(viewers: Mapping[str, Shown]) -> None:
        upload(STATES["AVAILABLE"])
        wait_for("AVAILABLE", viewers)
        for number in range(rounds):
            for availability, pieces in STATES.items():
                time.sleep(_BETWEEN_S)
                uploaded = upload(pieces)
                arrivals.add(availability, uploaded, wait_for(availability, viewers))
            sys.stderr.write(f"round {number + 1} of {rounds}\n")

    try:
        audience.gather(_OPEN_S)
        viewers = {one.place: _shown_to(one, sample.item) for one in subscribers}
        if chromium is None:
            run(viewers)
        else:
            with _page(chromium, layout.edge_url, sample.store, sample.item) as shown:
                run({**viewers, PAGE: shown})
    finally:
        audience.close()
    return arrivals


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table or JSON; 1 if something was not shown."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.stock_arrival",
        description="Seconds from the upload of a count file to what guests see.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the cloud's edge")
    parser.add_argument("--region", help="where files are uploaded (default: the last region)")
    parser.add_argument("--rounds", type=int, default=5, help="1 to 1,000 (default: 5)")
    parser.add_argument("--no-page", action="store_true", help="without Chromium")
    parser.add_argument("--json", action="store_true", help="answer for a program")
    given = parser.parse_args(arguments)
    if not 1 <= given.rounds <= 1000:  # noqa: PLR2004 - as the help says
        parser.error("--rounds must be 1 to 1,000")
    chromium = os.environ.get("CARTE_CHROMIUM") or shutil.which("chromium")
    if not chromium and not given.no_page:
        parser.error("there is no chromium; `make chromium` installs it, --no-page goes without")
    layout = load_layout(default_state_dir(given.port))
    if layout is None:
        parser.error(f"no local cloud is up at port {given.port}; run `carte up --detach`")
    region = given.region or layout.region_names[-1]
    if region not in layout.region_names:
        parser.error(f"--region must be one of {', '.join(layout.region_names)}")
    try:
        arrivals = measure(layout, region, given.rounds, None if given.no_page else chromium)
    except CarteError as error:
        sys.stderr.write("\n".join(filter(None, (error.message, error.hint, error.detail))) + "\n")
        return 1
    found = {"uploaded_in": region, "seconds": arrivals.seconds}
    sys.stdout.write(
        (json.dumps(found, indent=1) if given.json else table(arrivals, region)) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
