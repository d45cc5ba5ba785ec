"""A planted subject of the bench that is quick and wrong: it answers one price less."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson

from loadtests.bench import events
from loadtests.bench.subject import Answer, Call, Subject
from services.menu_api.handler import handler


class Liar(Subject):
    """carte's answer with one price that is not carte's."""

    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:  # noqa: ARG002
        """One event for each store."""
        return [partial(handler, events.persisted(store), None) for store in stores]

    def answer(self, returned: Any) -> Answer:
        """The answer, spoilt."""
        body = orjson.loads(returned["body"])
        body["data"]["menu"]["categories"][-1]["items"][-1]["price"]["amountMinor"] -= 1
        return Answer(200, orjson.dumps(body))


def open_subject() -> Subject:
    """The subject."""
    return Liar()
