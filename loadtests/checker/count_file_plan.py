"""Made-up count files, and what stock and mails must be after them: by one clean run."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from services.domain.documents.stock import Stock

_SPAN_MS: Final = 20 * 3600 * 1000


class Row(NamedTuple):
    """A row of a file.

    Attributes:
        store: The store's id.
        item: The item's id.
        pieces: What was counted.
        counted_ms: When, Unix milliseconds.
    """

    store: str
    item: str
    pieces: int
    counted_ms: int


@dataclass(slots=True)
class Plan:
    """The files of a run.

    Attributes:
        files: The rows of each.
        stores: Ids of the stores.
        final: Store and item to what a clean run leaves.
        ever_out: Stores and items that some file counts as 0.
    """

    files: list[list[Row]]
    stores: list[str]
    final: dict[tuple[str, str], int] = field(default_factory=dict)
    ever_out: set[tuple[str, str]] = field(default_factory=set)


def plan(seed: int, files: int, *, stores: int = 20, items: int = 12, now_ms: int) -> Plan:
    """Return files of which each counts one to three stores, later than the file before.

    Of four items one sells out in the last file of its store, one in a single earlier one, and two
    always have some left.

    Args:
        seed: Of everything that is random.
        files: How many files; more than twice the stores.
        stores: How many stores they are about.
        items: Items of each store.
        now_ms: Unix milliseconds; all counts are of the last day before it.
    """
    dice = random.Random(f"count files {seed}")
    names = [f"chaos-{now_ms % 10**9:09d}-{number:02d}" for number in range(stores)]
    chosen = [dice.sample(names, dice.randint(1, 3)) for _ in range(files - 2 * stores)]
    chosen += [[name] for name in names]
    dice.shuffle(chosen)
    short = {name: next(at for at, some in enumerate(chosen) if name in some) for name in names}
    chosen += [[name] for name in names]
    made = Plan([], names)
    for number, some in enumerate(chosen):
        counted_ms = now_ms - (files - number) * _SPAN_MS // files
        rows = []
        for store in some:
            for at in range(items):
                kind, left = at % 4, dice.randint(1, 40)
                sold_out = kind == 0 and number >= files - stores
                is_short = kind == 1 and number == short[store]
                rows.append(
                    Row(store, f"item-{at:02d}", 0 if sold_out or is_short else left, counted_ms)
                )
        made.files.append(rows)
        for row in rows:
            # Of each item the last file that counts it, as the files are in the order of time.
            made.final[row.store, row.item] = row.pieces
            if row.pieces == 0:
                made.ever_out.add((row.store, row.item))
    return made


def content(rows: Iterable[Row]) -> bytes:
    """Return a file."""
    lines = ["store,item,count,counted_at"]
    lines += [f"{one.store},{one.item},{one.pieces},{_time(one.counted_ms)}" for one in rows]
    return ("\n".join(lines) + "\n").encode()


def _time(ms: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).isoformat()


class Mailed(NamedTuple):
    """How often mails named an item.

    Attributes:
        out: As sold out.
        back: As back.
    """

    out: Counter[tuple[str, str]]
    back: Counter[tuple[str, str]]


def mailed_items(mails: Iterable[Mapping[str, Any]], stores: Iterable[str]) -> Mailed:
    """Read the texts of mails in English, which name unknown stores and items by their ids."""
    known = set(stores)
    found = Mailed(Counter(), Counter())
    for mail in mails:
        store, counter = "", found.out
        for line in str(mail["text"]).splitlines():
            if line in known:
                store = line
            elif line in {"Sold out:", "Back:"}:
                counter = found.out if line.startswith("Sold") else found.back
            elif line.startswith("- ") and store:
                counter[store, line[2:].partition(":")[0]] += 1
            elif line.startswith("-- "):
                break
    return found


def wrong_mails(plan: Plan, mailed: Mailed) -> list[str]:
    """Return what is wrong with the mails of a run, one line each."""
    problems = []
    for place, left in sorted(plan.final.items()):
        out, back = mailed.out[place], mailed.back[place]
        times = f"mailed as sold out {out} times, as back {back} times"
        if left == 0 and (out, back) != (1, 0):
            problems.append(f"{'/'.join(place)} sold out: {times}")
        elif left and out != back:
            problems.append(f"{'/'.join(place)} has some left: {times}")
        elif place not in plan.ever_out and out:
            problems.append(f"{'/'.join(place)} never sold out: {times}")
    return problems


def wrong_stock(plan: Plan, stocks: Mapping[str, Stock], region: str) -> list[str]:
    """Return where a region's stock differs from that of a clean run, one line each."""
    return [
        f"{region}: {store}/{item} has {has}, a clean run leaves {left}"
        for (store, item), left in sorted(plan.final.items())
        for has in (stocks[store].left(item),)
        if has != left
    ]
