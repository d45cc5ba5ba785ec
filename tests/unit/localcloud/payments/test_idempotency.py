"""Idempotency keys of the local provider: the same answer, 400, or 409."""

import asyncio
import json

from localcloud.payments.answers import answer
from localcloud.payments.idempotency import LIVE_S, MOST_KEY, IdempotencyKeys
from localcloud.payments.records import Answer, Records


class World:
    """Keys with a clock of their own, and a count of what was carried out."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.done = 0
        self.keys = IdempotencyKeys(Records(None), lambda: self.now)

    async def effect(self) -> Answer:
        self.done += 1
        return answer({"number": self.done})

    def ask(self, key: str, request: bytes = b"a", status: int = 0) -> tuple[Answer, bool]:
        async def carry_out() -> Answer:
            made = await self.effect()
            return Answer(status, made.body) if status else made

        return asyncio.run(self.keys.answered(key, request, carry_out))


def code_of(found: Answer) -> str:
    return str(json.loads(found.body)["error"].get("code", ""))


def test_the_same_key_and_parameters_get_the_same_answer() -> None:
    world = World()
    first, replayed = world.ask("k")
    assert not replayed
    assert world.ask("k") == (first, True)
    assert world.done == 1


def test_a_refusal_is_repeated_as_well() -> None:
    world = World()
    first, _ = world.ask("k", status=402)
    assert world.ask("k") == (first, True)


def test_other_parameters_are_an_error() -> None:
    world = World()
    world.ask("k", b"a")
    found, _ = world.ask("k", b"b")
    assert found.status == 400
    assert json.loads(found.body)["error"]["type"] == "idempotency_error"
    assert world.done == 1


def test_a_key_is_forgotten_after_a_day() -> None:
    world = World()
    world.ask("k")
    world.now += LIVE_S - 1
    assert world.ask("k")[1]
    world.now += 2
    assert not world.ask("k")[1]
    assert world.done == 2


def test_requests_without_a_key_are_carried_out_each_time() -> None:
    world = World()
    world.ask("")
    world.ask("")
    assert world.done == 2


def test_what_was_not_carried_out_keeps_no_key() -> None:
    world = World()
    world.ask("k", status=429)
    assert not world.ask("k")[1]


def test_a_key_that_is_too_long_is_refused() -> None:
    world = World()
    assert world.ask("k" * (MOST_KEY + 1))[0].status == 400
    assert world.done == 0


def test_a_request_that_is_still_running_is_a_conflict() -> None:
    world = World()

    async def race() -> None:
        going = asyncio.Event()

        async def slow() -> Answer:
            await going.wait()
            return await world.effect()

        first = asyncio.create_task(world.keys.answered("k", b"a", slow))
        await asyncio.sleep(0)
        second, _ = await world.keys.answered("k", b"a", slow)
        other, _ = await world.keys.answered("k", b"b", slow)
        going.set()
        await first
        assert (second.status, code_of(second)) == (409, "idempotency_key_in_use")
        assert other.status == 400

    asyncio.run(race())
    assert world.done == 1


def test_a_request_that_fails_leaves_its_key_free() -> None:
    world = World()

    async def fails() -> Answer:
        raise OSError("gone")

    async def tried() -> None:
        try:
            await world.keys.answered("k", b"a", fails)
        except OSError:
            return
        raise AssertionError("the failure was swallowed")

    asyncio.run(tried())
    assert not world.ask("k")[1]
