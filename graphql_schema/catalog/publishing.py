"""publishCatalog and rollbackCatalog: which version of a market's catalog is in force."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import strawberry

from graphql_schema.access import for_market
from graphql_schema.catalog.drafts import drafts_version, latest
from graphql_schema.context import Context
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import (
    ChangedMeanwhileError,
    MutationError,
    UnknownVersionError,
    UnpublishableError,
)
from graphql_schema.mutations.expecting import changed_meanwhile
from graphql_schema.mutations.running import (
    ExpectationError,
    RefusedError,
    existing_market,
    expected_failures,
    run,
)
from services.domain import publishing
from services.domain.documents.catalog import CatalogDraft
from services.domain.people.policy import Permission
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.exceptions import InvalidVersionError, NoSuchVersionError
from services.storage.keys import POINTER
from services.storage.kinds import Document, Settings
from services.storage.operations import Edited

_EXPECTED_VERSION: Final = "expectedVersion"
_EXPECTED_DRAFTS: Final = "expectedDrafts"
_DRAFTS_AGAIN: Final = (
    "look at `catalogDifference`, then send it again with its draftsVersion as expectedDrafts"
)
_LEARNING_S: Final = 2.0  # of the request, for counts of items that were unknown


def _expected_version() -> str | None:
    field: str | None = strawberry.field(
        default=None,
        description="The version that the client saw in force. Where another one is by now, "
        "nothing is changed, and `ChangedMeanwhileError` says by whom. Default: whatever is.",
    )
    return field


@strawberry.input(description="Publishes the drafts of a market.")
class PublishCatalogInput:
    operation_id: strawberry.ID = fields.operation_id()
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    expected_version: str | None = _expected_version()
    expected_drafts: str | None = strawberry.field(
        default=None,
        description="`draftsVersion` of what the client saw. Where a draft was edited since, "
        "nothing is published, and `ChangedMeanwhileError` says by whom. Default: whatever they "
        "are.",
    )


@strawberry.type(description="What became of publishCatalog.")
class PublishCatalogPayload:
    version: str | None = strawberry.field(
        description="The version now in force; unchanged when the drafts were; null on errors."
    )
    item_count: int | None = strawberry.field(description="Items in it; null on errors.")
    errors: list[MutationError] = fields.errors()


@strawberry.input(description="Puts an earlier version of a market's catalog in force again.")
class RollbackCatalogInput:
    operation_id: strawberry.ID = fields.operation_id()
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    version: str = strawberry.field(
        description="The version, as `catalogPublications` lists it. Drafts stay as they are."
    )
    expected_version: str | None = _expected_version()


@strawberry.type(description="What became of rollbackCatalog.")
class RollbackCatalogPayload:
    version: str | None = strawberry.field(description="The version now in force; null on errors.")
    item_count: int | None = strawberry.field(description="Items in it; null on errors.")
    errors: list[MutationError] = fields.errors()


PublishCatalog = Annotated[
    PublishCatalogInput, strawberry.argument(description="Which market to publish.")
]
RollbackCatalog = Annotated[
    RollbackCatalogInput, strawberry.argument(description="Which version, of which market.")
]


def publish_catalog(info: Info, input: PublishCatalog) -> PublishCatalogPayload:  # noqa: A002
    """Publish the drafts in this region's replica as a version, and point to it."""
    context = info.context
    principal = for_market(context, Permission.PUBLISH_CATALOG, input.market)
    errors: list[MutationError] = []
    version: str | None = None
    count: int | None = None
    with expected_failures(errors):
        existing_market(input.market)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            catalogs = context.services.catalogs
            _refuse_other_version(context, input.market, current, input.expected_version)
            drafts = catalogs.drafts(input.market)
            _refuse_other_drafts(context, drafts, input.expected_drafts)
            try:
                return catalogs.publication(
                    input.market, current, stamp, drafts=drafts, author=principal.subject
                )
            except publishing.UnpublishableError as error:
                raise RefusedError(
                    *(UnpublishableError(message=one, path=[]) for one in error.problems)
                ) from error

        version, count = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="publishCatalog",
            document=keys.pointer(input.market),
            mutation_input={},
            edit=edit,
            conditions=_conditions(
                {_EXPECTED_VERSION: input.expected_version, _EXPECTED_DRAFTS: input.expected_drafts}
            ),
        )
        _learn(context, input.market)
    return PublishCatalogPayload(version=version, item_count=count, errors=errors)


def rollback_catalog(info: Info, input: RollbackCatalog) -> RollbackCatalogPayload:  # noqa: A002
    """Point to an earlier version; it is published anew, and the journal has it as any edit."""
    context = info.context
    principal = for_market(context, Permission.PUBLISH_CATALOG, input.market)
    errors: list[MutationError] = []
    version: str | None = None
    count: int | None = None
    with expected_failures(errors):
        existing_market(input.market)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            _refuse_other_version(context, input.market, current, input.expected_version)
            try:
                return context.services.catalogs.rollback(
                    input.market, current, stamp, version=input.version, author=principal.subject
                )
            except (InvalidVersionError, NoSuchVersionError) as error:
                message = f"{error}; {error.hint}"
                raise RefusedError(
                    UnknownVersionError(message=message, path=["version"])
                ) from error

        version, count = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="rollbackCatalog",
            document=keys.pointer(input.market),
            mutation_input={"version": input.version},
            edit=edit,
            conditions=_conditions({_EXPECTED_VERSION: input.expected_version}),
        )
        _learn(context, input.market)
    return RollbackCatalogPayload(version=version, item_count=count, errors=errors)


def _conditions(expected: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the conditions that an input sets."""
    return {name: value for name, value in expected.items() if value is not None}


def _learn(context: Context, market: str) -> None:
    """Load what files counted before the catalog had it; what is left, the next file counts."""
    context.services.stock_learning.learn(_LEARNING_S, market=market)


def _refuse_other_version(
    context: Context, market: str, current: Document | None, expected: str | None
) -> None:
    """Refuse where another version is in force than the client saw.

    Raises:
        ExpectationError: It is.
    """
    pointer = current.registers.get(POINTER) if isinstance(current, Settings) else None
    if expected is None or (pointer is not None and pointer.value == expected):
        return
    if pointer is None:
        then = "look at `catalog`; where nothing was published yet, leave expectedVersion out"
    else:
        then = (
            "look at `catalogDifference`, then send it again with the version in force, "
            f"{pointer.value}, as expectedVersion"
        )
    document = keys.pointer(market)
    raise ExpectationError(
        changed_meanwhile(context, document, POINTER, pointer, path=_EXPECTED_VERSION, then=then)
    )


def _refuse_other_drafts(
    context: Context, drafts: Sequence[CatalogDraft], expected: str | None
) -> None:
    """Refuse where drafts are not what the client saw; the latest edit is named.

    Raises:
        ExpectationError: They are not.
    """
    if expected is None or drafts_version(drafts) == expected:
        return
    found = latest(drafts)
    if found is None:
        raise ExpectationError(_no_drafts())
    draft, stamp = found
    entry = next(name for name, one in draft.registers.items() if one.stamp == stamp)
    register: Register[object] = draft.registers[entry]
    document = keys.draft(draft.market, draft.item_id)
    error = changed_meanwhile(
        context, document, entry, register, path=_EXPECTED_DRAFTS, then=_DRAFTS_AGAIN
    )
    error.entry = f"{draft.item_id}/{entry}"
    raise ExpectationError(error)


def _no_drafts() -> ChangedMeanwhileError:
    return ChangedMeanwhileError(
        message=f"there are no drafts in this region; {_DRAFTS_AGAIN}",
        path=[_EXPECTED_DRAFTS],
        entry="",
        value=None,
        stamp=None,
        author=None,
        at=None,
        region=None,
    )


@strawberry.type
class CatalogPublishingMutations:
    """Fields of `Mutation` that decide which version of a catalog is in force."""

    publish_catalog: PublishCatalogPayload = strawberry.mutation(
        resolver=publish_catalog,
        description="Make a market's drafts its catalog in force. Needs an editor of the market.",
        directives=fields.weight(),
    )
    rollback_catalog: RollbackCatalogPayload = strawberry.mutation(
        resolver=rollback_catalog,
        description="Put an earlier version of a market's catalog in force again; its drafts stay "
        "as they are. Needs an editor of the market.",
        directives=fields.weight(),
    )
