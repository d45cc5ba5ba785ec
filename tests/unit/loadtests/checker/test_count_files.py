"""The check of count files finds stock and mails that differ from those of a clean run."""

import random
from collections.abc import Callable

import pytest

from loadtests.checker.count_file_plan import (
    Plan,
    Row,
    content,
    mailed_items,
    plan,
    wrong_mails,
    wrong_stock,
)
from tests.support.alerts import Names, World
from tests.support.mail_world import NOON_MS, REGIONS

SMALL = plan(7, 60, stores=4, items=8, now_ms=NOON_MS)


def load(world: World, rows: list[Row], region: str, source: str) -> None:
    """Count what a file says, as the loader does."""
    by_store: dict[str, dict[str, int]] = {}
    for row in rows:
        by_store.setdefault(row.store, {})[row.item] = row.pieces
    for store, pieces in by_store.items():
        world.count(region, pieces, store, counted_ms=rows[0].counted_ms, source=source)


def run(made: Plan, seed: int, load_file: Callable[..., None] = load) -> World:
    """Load every file twice, in random order, in random regions, within some minutes."""
    world = World(Names(""))
    for number, store in enumerate(made.stores):
        world.subscribe(f"{number}@example.org", store)
    dice = random.Random(seed)
    uploads = [at for at in range(len(made.files)) for _ in range(2)]
    dice.shuffle(uploads)
    for at in uploads:
        load_file(world, made.files[at], dice.choice(REGIONS), f"file {at}")
        world.run(dice.randrange(8_000))
    world.run(3 * 3_600_000)
    return world


def problems(made: Plan, world: World) -> list[str]:
    found = [
        line
        for region in REGIONS
        for line in wrong_stock(
            made, {one: world.subscribers[region].stock(one) for one in made.stores}, region
        )
    ]
    mails = [{"text": one.text} for one in world.mailbox.mails]
    return found + wrong_mails(made, mailed_items(mails, made.stores))


@pytest.mark.parametrize("seed", range(5))
def test_files_twice_and_in_any_order_leave_what_a_clean_run_leaves(seed: int) -> None:
    assert sum(not left for left in SMALL.final.values()) == 8
    assert problems(SMALL, run(SMALL, seed)) == []


def test_a_mail_that_is_repeated_or_lost_is_found() -> None:
    world = run(SMALL, 1)
    mails = world.mailbox.mails
    final = next(one for one in reversed(mails) if "Sold out:" in one.text)
    mails.append(final)
    assert "mailed as sold out 2 times" in " ".join(problems(SMALL, world))
    mails[:] = [one for one in mails if one is not final]
    assert "mailed as sold out 0 times" in " ".join(problems(SMALL, world))


def test_a_loader_for_which_the_last_upload_counts_is_found() -> None:
    def by_upload(world: World, rows: list[Row], region: str, source: str) -> None:
        now_ms = world.tables.now_ms
        load(world, [one._replace(counted_ms=now_ms) for one in rows], region, source)

    assert "a clean run leaves" in " ".join(problems(SMALL, run(SMALL, 1, by_upload)))


def test_a_plan_has_items_of_every_fate_and_files_that_can_be_read() -> None:
    assert len(SMALL.files) == 60
    assert len(SMALL.ever_out) == 16
    assert content(SMALL.files[0]).startswith(b"store,item,count,counted_at\n")
    assert {row.store for rows in SMALL.files for row in rows} == set(SMALL.stores)
