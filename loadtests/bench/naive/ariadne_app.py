"""Ariadne: the schema as SDL, resolvers beside it; served by its own ASGI application."""

# mypy: ignore-errors
# ariadne is installed in .venv-peers only.

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from ariadne import QueryType, ScalarType, make_executable_schema
from ariadne.asgi import GraphQL
from mangum import Mangum

from loadtests.bench.naive.menus import menu_of

query = QueryType()
date_time = ScalarType("DateTime")


@date_time.serializer
def _serialize(value: datetime) -> str:
    return value.isoformat()


@date_time.value_parser
def _parse(value: str) -> datetime:
    return datetime.fromisoformat(value)


@query.field("menu")
def _menu(_: Any, __: Any, **arguments: Any) -> dict[str, Any] | None:
    return menu_of(arguments["storeId"], arguments.get("at"), arguments.get("locale"))


schema = make_executable_schema(Path(os.environ["BENCH_SDL"]).read_text(), query, date_time)
handler = Mangum(GraphQL(schema), lifespan="off")
