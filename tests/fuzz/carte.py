"""carte's own schema over made-up documents, some of them broken: operations, both ways."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from graphql import DocumentNode, ExecutionResult, GraphQLError, parse, validate
from graphql.execution import execute

from graphql_schema.compiled.execution import Execution
from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.in_memory import compile_operation
from graphql_schema.context import Context
from graphql_schema.schema import Schema, build
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, StockLine
from services.domain.menu import StoreDocuments
from services.domain.principal import Principal
from services.domain.quotes.delivered_rules import RULES
from services.domain.register import Register
from services.domain.search.index import StoreIndex
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.exceptions import CatalogMissingError, ContentionError
from services.storage.operations import ReadBeside
from services.storage.replica import Stored
from tests.fuzz.comparing import Answer, Outcome, difference, text_of
from tests.fuzz.literals import adhoc, siblings
from tests.fuzz.made_figures import MadeFigures
from tests.fuzz.made_orders import OPERATION, ORDER, MadeOrders, services_of
from tests.fuzz.no_stock_files import NoStockFiles, NoSubscribers, NoWaste
from tests.fuzz.operations import OperationMaker

STORES = ("de-1", "us-2", "fr-3", "jp-4")
CLOSED: dict[str, Any] = {"closed_from": None, "hidden": False, "closed:05-04": "2026-05-04"}
HOURS = ("Mo-Fr 07:00-20:00; Sa 08:00-18:00", "24/7", "Mo-Su 18:00-02:00", "")
NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
STAMP = Stamp(1_777_888_000_000 << 16, "eu-west-1")
SENT_MS = 1_777_874_400_000  # the DateTime of `tests.fuzz.inputs`
USUAL = {
    "ID": (*STORES, *STORES, "de-9", "operation-1", "item-1", "item-2", OPERATION, ORDER),
    "String": ("en", "de", "fr-CA", "carte", "", "not a locale"),
    "Int": (1, 20, 100, 5, 0),
    "Float": (52.5, 13.4, 100.0, 25, -200),
}
OPERATIONS = 4
DATA = 8
SIBLINGS = 8  # documents that differ from an operation in literals only


@lru_cache(maxsize=1)
def schema() -> Schema:
    """carte's schema."""
    return build()


@dataclass
class Chain:
    """Stores and catalogs made from a seed; `broken` is the share of values that are wrong."""

    seed: str
    broken: float
    calls: list[str] = field(default_factory=list)

    def context(self) -> Context:
        """A request's context."""
        dice = random.Random(f"{self.seed}/context")
        roles = dice.choice(
            ((), ("chain:admin",), ("chain:admin",), ("store:de-1:manager",), ("other",))
        )
        services: Any = SimpleNamespace(
            region="eu-west-1",
            version="1.2.3",
            deployed=(),
            stores=self,
            catalogs=SimpleNamespace(
                current=self.catalog,
                in_force=lambda market: self.catalog(market).version,
                published=self.catalog,
                version=lambda market, _version: self.catalog(market),
                problems=lambda _market, _drafts, _version: (),
                drafts=lambda _market: [],
                draft=lambda _market, _item: None,
                publications=lambda _market, _after=None: iter(()),
            ),
            journals=SimpleNamespace(
                latest=lambda _document, _most: [],
                author=lambda _document, _stamp: None,
                of_operation=lambda _document, _operation: None,
            ),
            directory=SimpleNamespace(index=self.index),
            regions=SimpleNamespace(states=lambda: SimpleNamespace(heartbeats=self.heartbeats())),
            now=lambda: NOON,
            operations=SimpleNamespace(apply=self.apply, now_ms=lambda: SENT_MS),
            people=SimpleNamespace(
                roles=lambda _subject: None,
                read=lambda _subject: None,
                forget=lambda _subject: None,
                onward=lambda _after: iter(()),
            ),
            stock_imports=NoStockFiles(),
            unknown_stock=NoStockFiles(),
            stock_reader=NoStockFiles(),
            waste=NoWaste(),
            subscribers=NoSubscribers(),
            stock_learning=NoStockFiles(),
            count_uploads=None,
            picture_uploads=None,
            actions=SimpleNamespace(of_person=lambda _subject, _after: iter(())),
            conflicts=SimpleNamespace(
                indexed_in_chain=list, indexed=lambda _partition: [], lost_of=list
            ),
            cloud_figures=MadeFigures(self.seed),
            **services_of(MadeOrders(self.seed, self.documents, self.calls), RULES),
        )
        principal = Principal("someone", frozenset(roles)) if roles else None
        return Context(services, NOON + timedelta(hours=dice.randrange(200)), principal)

    def documents(self, store_id: str) -> StoreDocuments | None:
        """All of a store."""
        profile = self.profile(store_id)
        if profile is None:
            return None
        dice = random.Random(f"{self.seed}/{store_id}")
        lines = {
            f"item-{at}": {
                "price": Register(self._maybe(dice, dice.choice((None, 250, 2**31 - 1))), STAMP),
                "listed": Register(dice.random() < 0.8, STAMP),
                "rank": Register(dice.choice((None, None, 1, 5)), STAMP),
            }
            for at in range(6)
        }
        stock = Stock(
            store_id,
            {
                f"item-{at}": StockLine(Register(Count(dice.choice((0, 3, 50)), {}), STAMP))
                for at in range(3)
            },
        )
        return StoreDocuments(
            profile,
            Assortment(store_id, lines) if dice.random() < 0.8 else None,
            stock if dice.random() < 0.7 else None,
            {"PROFILE": self.seed},
        )

    def profile(self, store_id: str) -> StoreProfile | None:
        """A store's profile, with values that may be of any kind."""
        self.calls.append(f"profile {store_id}")
        if store_id not in STORES:
            return None
        dice = random.Random(f"{self.seed}/profile/{store_id}")
        if dice.random() < self.broken / 4:
            raise RuntimeError("the table is on fire")
        values = {
            "name": self._maybe(dice, "Carte"),
            "market": store_id[:2] if dice.random() > self.broken / 4 else "xx",
            "street": dice.choice((None, "Torstraße 1")),
            "city": self._maybe(dice, "Berlin"),
            "state": None,
            "postal_code": self._maybe(dice, "10119"),
            "latitude": self._maybe(dice, 52.5),
            "longitude": self._maybe(dice, 13),
            "time_zone": "Europe/Berlin" if dice.random() > self.broken / 4 else "Nowhere",
            "hours": dice.choice(HOURS),
            **dice.choice(({}, {}, CLOSED)),
        }
        return StoreProfile(store_id, {key: Register(one, STAMP) for key, one in values.items()})

    def profiles(self, store_ids: list[str]) -> dict[str, StoreProfile]:
        """Profiles of some."""
        found = ((one, self.profile(one)) for one in store_ids)
        return {key: profile for key, profile in found if profile is not None}

    def catalog(self, market: str) -> CatalogVersion:
        """A market's catalog."""
        dice = random.Random(f"{self.seed}/{market}")
        if dice.random() < self.broken / 2:
            raise CatalogMissingError(market)
        items = tuple(
            CatalogItem(
                f"item-{at}",
                f"category-{at % 3}",
                {"en": self._maybe(dice, f"Item {at}"), "de": f"Ding {at}"},
                {"en": "Nice."} if at % 2 else {},
                self._maybe(dice, f"/pictures/{at}.svg"),
                self._maybe(dice, 100 + at),
                ("GLUTEN",) if dice.random() > self.broken else ("GLUTEN", "STRAW"),
                dice.choice((None, 260)),
                dice.random() < 0.7,
                ("BREAKFAST",) if at == 5 else (),
            )
            for at in range(6)
        )
        categories = {f"category-{at}": {"en": f"Category {at}"} for at in range(3)}
        return CatalogVersion(market, "v1", "EUR", categories, items)

    def index(self) -> StoreIndex:
        """The directory."""
        return StoreIndex(
            DirectoryEntry(one, one[:2], "Carte", "Berlin", None, None, 52.5, 13.4)
            for one in STORES
        )

    def heartbeats(self) -> dict[str, Any]:
        """Milliseconds at which regions were last heard of."""
        dice = random.Random(f"{self.seed}/heartbeats")
        return {"us-east-1": self._maybe(dice, 1_777_888_000_000), "eu-west-1": 5}

    def apply(self, operation: Any, edit: Any, beside: ReadBeside | None = None) -> Any:
        """A mutation, refused or done."""
        self.calls.append(f"apply {operation}")
        dice = random.Random(f"{self.seed}/{operation.id}")
        if dice.random() < 0.2:
            raise ContentionError("busy")
        if beside is not None:
            profile = self.profile(beside.key.pk.removeprefix(keys.STORE_PREFIX))
            row = None if profile is None else SimpleNamespace(body=profile.dump())
            beside.take(cast("Stored | None", row))
        return edit(None, STAMP).answer

    def _maybe(self, dice: random.Random, value: Any) -> Any:
        if dice.random() >= self.broken:
            return value
        return dice.choice((None, 7, "seven", float("nan"), [], 2**40))


def made(seed: str) -> OperationMaker:
    """Makes an operation that asks for what there is, mostly."""
    prefer = ("menu", "menu", "store", "stores", "categories", "items", "edges", "node")
    return OperationMaker(schema()._schema, random.Random(seed), 40, USUAL, prefer)


def cases(seed: int) -> Iterator[Outcome]:
    """Operations over carte's schema."""
    core = schema()._schema
    for at in range(OPERATIONS):
        name = f"carte {seed}/{at}"
        maker = made(f"carte/{seed}/{at}")
        document = parse(maker.make())
        try:
            if validate(core, document):
                continue
            operation = compile_operation(core, document, None)
        except (GraphQLError, NotCompilableError):
            continue
        for run in range(DATA):
            yield _run(maker, document, operation, f"{name}/{run}")
        alike = siblings(core, adhoc(core), document, random.Random(name), SIBLINGS)
        for run, (text, other, parsed) in enumerate(alike):
            case = f"{name}/literals/{run}"
            if (valid := parsed()) is not None:
                yield _run(maker, valid, other, case)
            elif other.prepared(maker.variables(random.Random(case))) is not None:
                yield Outcome(False, f"{case}: graphql-core refuses this document\n{text}")


def _run(
    maker: OperationMaker, document: DocumentNode, operation: CompiledOperation, name: str
) -> Outcome:
    dice = random.Random(name)
    variables = maker.variables(dice)
    broken = dice.choice((0.0, 0.0, 0.1, 0.3))
    mine, theirs = Chain(name, broken), Chain(name, broken)
    prepared = operation.prepared(variables)
    if prepared is None:
        return Outcome(left=True)
    context = mine.context()
    execution = Execution(operation.plan, prepared[1], context, variables)
    data = execution.data(prepared[0])
    errors = tuple(text_of(one.formatted) for one in operation.placed(execution.errors))
    compiled = Answer(text_of(data), errors, (*mine.calls, str(context.cache)))
    context = theirs.context()
    core = schema()._schema
    result: Any = execute(core, document, context_value=context, variable_values=variables)
    assert isinstance(result, ExecutionResult)
    errors = tuple(text_of(one.formatted) for one in result.errors or ())
    answer = Answer(text_of(result.data), errors, (*theirs.calls, str(context.cache)))
    found = difference(answer, compiled)
    text = document.loc.source.body if document.loc else ""
    return Outcome(False, found and f"{name}: {found}\n    variables: {variables}\n{text}")
