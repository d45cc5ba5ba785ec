"""Stops, kills and restarts a local cloud under writes, and counts what was lost or doubled.

`python -m loadtests.checker.restarts --port 8080 --how down --rounds 10` lets clients in all
regions set prices and record sales, ends the cloud (or a region) in the middle, waits until it is
whole again, lets the clients repeat what had no answer, and compares what was acknowledged with
what every region shows. Each client sets prices of one item that no other client sets, so its
last acknowledged price must stand; every sale must count once. All of it must be so within ten
seconds after replication came to rest and a restarted region was reconciled. `outages` has the ways
to end the cloud; `all` does one after the other.

With `kill-lost` a write that the region acknowledged in the last second before may be lost: it had
not been replicated. Such writes are counted apart, and no client sends them again.

Each round is a line of JSON, and so is the sum at the end, with a verdict: `violated` if anything
was lost, doubled or unequal; `inconclusive` if a round shows too little: no price or no sale was
acknowledged before the cloud was ended.
"""

import argparse
import asyncio
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from pathlib import Path
from typing import Final

from loadtests.checker.dataset import market_with, profiles
from loadtests.checker.graphql_client import GraphQLClient, StoreAnswer, UnansweredError
from loadtests.checker.outages import PATIENCE_S, WAYS, Outage
from loadtests.checker.restart_rounds import PRICE, SALE, Client, Round, Write, judged, summary
from loadtests.checker.settings import CheckError
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from localcloud.replicator.client import ReplicatorClient
from localcloud.tables import table_binding, use_local_key
from services.domain.errors import CarteError
from services.storage.table import Table

_CLIENTS: Final = 12
# After replication came to rest: the stream's Lambdas may still join what it brought.
_JOINED_WITHIN_S: Final = 10.0
_AGAIN_S: Final = 0.1


class Restarts:
    """Rounds of writes and restarts on one cloud."""

    def __init__(
        self, state_dir: Path, how: str, rate: float, seconds: float, clients: int = _CLIENTS
    ) -> None:
        """Take the cloud and the load; nothing is sent or ended yet.

        Args:
            state_dir: Of a cloud that runs.
            how: One of `WAYS`.
            rate: Operations a second of all clients; slow answers make it less.
            seconds: How long clients write in a round.
            clients: How many there are; each waits for the answer before its next operation.
        """
        self._outage = Outage(state_dir, how)
        self._clients = clients
        self._pause = clients / rate
        self._seconds = seconds
        self._round = 0
        self._serial = 0

    async def round(self, number: int) -> Round:
        """Write, restart, repeat, compare.

        Args:
            number: Of the round; a part of its store's name.

        Raises:
            CheckError: The cloud does not come back, or does not take what is repeated.
        """
        self._round = number
        layout = self._outage.layout
        table = Table(table_binding(layout, layout.primary))
        sold = market_with(table, self._clients)
        if sold is None:
            raise CheckError(
                f"no market has a published catalog of {self._clients} items",
                "run `carte seed` first, or take fewer --clients",
            )
        store = f"restart-{os.getpid()}-{number}"
        made = profiles([store], sold[0], "Restart check", table.clock.tick())
        table.create_many({key: one.dump() for key, one in made.items()}, rev=table.clock.tick())
        clients = [
            Client(at, layout.region_names[at % len(layout.region_names)], sold[1][at])
            for at in range(self._clients)
        ]
        async with self._graph(layout) as graph:
            await self._ready(graph, layout.region_names, store)
            until = time.monotonic() + self._seconds
            began = time.monotonic()
            jobs = [asyncio.create_task(self._work(graph, one, store, until)) for one in clients]
            await asyncio.sleep(self._seconds / 2)
            cut = time.monotonic()
            sent = sum(len(one.writes) for one in clients)
            await asyncio.to_thread(self._outage.begin, layout.region_names[-1])
            await asyncio.gather(*jobs)
        await asyncio.to_thread(self._outage.end, layout)
        result = Round(sent_a_second=round(sent / (cut - began), 1))
        async with self._graph(self._outage.layout) as graph:
            await self._ready(graph, layout.region_names, store)
            await self._repeat(graph, clients, store, result)
            await asyncio.to_thread(
                ReplicatorClient(self._outage.layout).wait_until_quiet, PATIENCE_S
            )
            excused = self._excused(clients, layout.region_names[-1], cut)
            return await self._when_joined(graph, clients, store, result, excused)

    async def _when_joined(
        self,
        graph: GraphQLClient,
        clients: Sequence[Client],
        store: str,
        result: Round,
        excused: AbstractSet[str],
    ) -> Round:
        """Judge until nothing is wrong, or until it should have been joined."""
        began = time.monotonic()
        while True:
            views = [
                await self._view(graph, name, store) for name in self._outage.layout.region_names
            ]
            found = judged(result, views, clients, excused)
            found.joined_s = round(time.monotonic() - began, 2)
            if not found.faults or found.joined_s > _JOINED_WITHIN_S:
                return found
            await asyncio.sleep(0.1)

    async def _work(self, graph: GraphQLClient, one: Client, store: str, until: float) -> None:
        due = time.monotonic() + self._pause * one.number / self._clients
        while due < until:
            await asyncio.sleep(due - time.monotonic())
            write = self._next(one)
            one.writes.append(write)
            await self._send(graph, write, store, one.region)
            due = max(due + self._pause, time.monotonic())

    def _next(self, one: Client) -> Write:
        self._serial += 1
        # Rounds of all ways are numbered on, so no operation id is used twice.
        name = f"restart-{os.getpid()}-{self._round}-{one.number}-{self._serial}"
        if self._serial % 2:
            return Write(name, PRICE, one.item, 1000 + self._serial)
        return Write(name, SALE, one.item, 1)

    async def _send(self, graph: GraphQLClient, write: Write, store: str, region: str) -> str:
        """Send a write; return why it was not acknowledged, empty where it was."""
        price = write.action == PRICE
        line = {"itemId": write.item, "priceMinor" if price else "pieces": write.value}
        given = {"operationId": write.name, "storeId": store, "lines": [line]}
        reply = await graph.mutate(region, write.action, given)
        if reply.outcome == "ok" and write.acknowledged is None:
            write.acknowledged, write.region = time.monotonic(), region
        return "" if reply.outcome == "ok" else f"{reply.outcome}: {reply.why}"

    async def _repeat(
        self, graph: GraphQLClient, clients: Sequence[Client], store: str, result: Round
    ) -> None:
        """Repeat what had no answer, sales in another region, until it is acknowledged.

        Of its prices a client repeats the newest only, as people do.
        """
        names = self._outage.layout.region_names
        for one in clients:
            other = names[(names.index(one.region) + 1) % len(names)]
            for write in one.writes:
                if write.acknowledged is not None or write is not _repeatable(one, write):
                    continue
                result.repeated += 1
                region = other if write.action == SALE else one.region
                deadline = time.monotonic() + PATIENCE_S
                while refusal := await self._send(graph, write, store, region):
                    if time.monotonic() > deadline:
                        raise CheckError(f"{region} does not take {write.name}: {refusal}")
                    await asyncio.sleep(_AGAIN_S)

    def _excused(self, clients: Sequence[Client], region: str, cut: float) -> set[str]:
        """Return the writes that a region without its disk may have lost."""
        return {
            write.name
            for one in clients
            for write in one.writes
            if write.region == region
            and write.acknowledged is not None
            and self._outage.may_lose(write.acknowledged, cut)
        }

    @staticmethod
    def _graph(layout: CloudLayout) -> GraphQLClient:
        token = this_machines().token(["chain:admin"], subject="restart-check", lifetime_s=3600)
        return GraphQLClient(layout, token)

    async def _ready(self, graph: GraphQLClient, regions: Sequence[str], store: str) -> None:
        for region in regions:
            await self._view(graph, region, store)

    @staticmethod
    async def _view(graph: GraphQLClient, region: str, store: str) -> StoreAnswer:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                view = await graph.view(region, store)
            except UnansweredError:
                view = None
            if view is not None:
                return view
            await asyncio.sleep(0.1)
        raise CheckError(f"{region} does not show {store}")


def _repeatable(one: Client, write: Write) -> Write | None:
    """Return a write if its client repeats it: any sale, and the price that it set last."""
    if write.action == SALE:
        return write
    prices = [each for each in one.writes if each.action == PRICE]
    return write if prices and write is prices[-1] else None


async def _run(options: argparse.Namespace) -> str:
    folder = (options.state_dir or Path(".carte") / str(options.port)).resolve()
    ways = WAYS if options.how == "all" else (options.how,)
    done: dict[str, list[Round]] = {how: [] for how in ways}
    number = 0
    for how in ways:
        restarts = Restarts(folder, how, options.rate, options.seconds, options.clients)
        for at in range(options.rounds):
            found = await restarts.round(number)
            number += 1
            done[how].append(found)
            print(json.dumps({"how": how, "round": at + 1, **asdict(found)}), flush=True)
    total = summary(done)
    print(json.dumps(total), flush=True)
    return str(total["verdict"])


def main() -> None:
    """Run the rounds; exits with 0 only where the verdict is ok, with 2 after an error."""
    use_local_key()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--state-dir", type=Path)
    parser.add_argument("--how", choices=(*WAYS, "all"), default="down")
    parser.add_argument("--rounds", type=_at_least_one, default=1, help="of each way")
    parser.add_argument("--clients", type=_at_least_one, default=_CLIENTS)
    parser.add_argument(
        "--rate", type=_above_zero, default=40.0, help="writes a second, all clients"
    )
    parser.add_argument(
        "--seconds", type=_above_zero, default=6.0, help="seconds of writes a round"
    )
    options = parser.parse_args()
    try:
        verdict = asyncio.run(_run(options))
    except CarteError as error:
        print(f"error: {error.message}", error.hint, error.detail, sep="\n", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if verdict == "ok" else 1)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def _above_zero(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"must be above 0, got {text}")
    return number


if __name__ == "__main__":
    main()
