"""GraphQL types of people and their roles."""

import json
from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Any, Self

import strawberry

from graphql_schema.cost.directives import sized
from graphql_schema.pagination.types import Edge, PageInfo
from graphql_schema.stamps import moment
from services.domain.documents.action import MAX_CHANGES
from services.domain.documents.action import StaffAction as StoredAction
from services.domain.documents.person import PersonRoles
from services.domain.people.roles import Grant, Role, Scope, grant_of
from services.domain.stamp import Stamp
from services.storage.keys import ORDER_PREFIX


@strawberry.enum(description="A role of staff; what each permits is in the documentation.")
class StaffRole(Enum):
    """A role of staff."""

    TILL = strawberry.enum_value(
        str(Role.TILL), description="Of a store: records sales, reads stock, hands out orders."
    )
    MANAGER = strawberry.enum_value(
        str(Role.MANAGER),
        description="Of a store, or of all stores of a market: what a till may, and prices, "
        "counts, closed days, refunds, and the roles of tills.",
    )
    EDITOR = strawberry.enum_value(
        str(Role.EDITOR),
        description="Of a market: its catalog, and what its stores sell at which price.",
    )
    ADMIN = strawberry.enum_value(str(Role.ADMIN), description="Of the chain: everything.")
    OPERATOR = strawberry.enum_value(
        str(Role.OPERATOR),
        description="Of the chain: reads edit conflicts, people and what they did; edits nothing.",
    )


@strawberry.type(description="A role that a person has now, by the token or because granted.")
class HeldRole:
    name: str = strawberry.field(description="Its text form, such as `store:us-00001:manager`.")
    role: StaffRole = strawberry.field(description="The role.")
    store_id: strawberry.ID | None = strawberry.field(
        description="The store in which it holds; null: it is no store's."
    )
    market: strawberry.ID | None = strawberry.field(
        description="The market in which it holds; null: it is no market's."
    )

    @classmethod
    def of(cls, grant: Grant) -> Self:
        """Return the GraphQL object of a grant."""
        place = strawberry.ID(grant.place)
        return cls(
            name=grant.text,
            role=StaffRole(str(grant.role)),
            store_id=place if grant.scope is Scope.STORE else None,
            market=place if grant.scope is Scope.MARKET else None,
        )


@strawberry.type(description="The member of staff whose token came with the request.")
class Me:
    id: strawberry.ID = strawberry.field(description="The `sub` of the token.")
    roles: list[HeldRole] = strawberry.field(
        description="The roles that hold now, by their names.", directives=[sized(10)]
    )


@strawberry.type(description="A role that was granted or revoked, and when that was last.")
class EditedRole(HeldRole):
    granted: bool = strawberry.field(
        description="Whether the person has it; false: it is revoked, also where a token has it."
    )
    at: datetime = strawberry.field(description="When that was decided (UTC).")
    region: str = strawberry.field(description="AWS region that took the decision.")
    stamp: str = strawberry.field(
        description="Stamp of the decision; `expected` of `grantRole` and `revokeRole` takes it."
    )

    @classmethod
    def edited(cls, grant: Grant, stamp: Stamp, *, granted: bool) -> Self:
        """Return the GraphQL object of a register of a person's document."""
        held = HeldRole.of(grant)
        return cls(
            name=held.name,
            role=held.role,
            store_id=held.store_id,
            market=held.market,
            granted=granted,
            at=moment(stamp),
            region=stamp.region,
            stamp=str(stamp),
        )


@strawberry.type(
    description="A person whose roles were edited here. Roles that only the person's tokens carry "
    "(groups of the token issuer) are not listed."
)
class Person:
    id: strawberry.ID = strawberry.field(description="The `sub` of the person's tokens.")
    roles: list[EditedRole] = strawberry.field(
        description="Every role that was granted or revoked, by their names.",
        directives=[sized(10)],
    )
    revoked_at: datetime | None = strawberry.field(
        description="When all roles were revoked, those of tokens included (UTC); roles granted "
        "later hold. Null: that never happened."
    )

    @classmethod
    def of(cls, document: PersonRoles, shown: Collection[str] | None = None) -> Self:
        """Return the GraphQL object of a person's document.

        Args:
            document: The document.
            shown: The roles that the caller may see, and nothing else; None: everything.
        """
        granted = document.granted()
        since = document.revoked_at
        edited = [
            EditedRole.edited(grant, register.stamp, granted=role in granted)
            for role, register in sorted(document.registers.items())
            if (grant := grant_of(role)) is not None and (shown is None or role in shown)
        ]
        return cls(
            id=strawberry.ID(document.subject),
            roles=edited,
            revoked_at=None if since is None or shown is not None else moment(since),
        )


@strawberry.type(description="A register that an action set.")
class ActionChange:
    entry: str = strawberry.field(description="Where in the document: `glazed-ring/price`.")
    value: str = strawberry.field(description="What it was set to, as JSON: `249`, `true`, `null`.")

    @classmethod
    def of(cls, entry: str, value: Any) -> Self:
        """Return the GraphQL object of a register that was set."""
        return cls(entry=entry, value=json.dumps(value, ensure_ascii=False))


@strawberry.type(description="An action of a member of staff: who, what, when, from where.")
class StaffAction:
    person: strawberry.ID = strawberry.field(description="The `sub` of the token.")
    name: str = strawberry.field(description="Name of the mutation.")
    at: datetime = strawberry.field(description="When, by the clock of the region (UTC).")
    region: str = strawberry.field(description="AWS region that took it.")
    device: str | None = strawberry.field(
        description="What the client said of its device in the header `x-carte-device`. Null: it "
        "said nothing."
    )
    document: str = strawberry.field(
        description="The document that was changed, such as `STORE#us-00001/ASSORTMENT`. Of an "
        "order only the first eight characters of its id, because the whole id opens the order."
    )
    operation_id: strawberry.ID = strawberry.field(
        description="The mutation's operationId. One that was applied in two regions stands twice."
    )
    changes: list[ActionChange] = strawberry.field(
        description=f"The registers that it set, at most {MAX_CHANGES}; empty for steps of orders.",
        directives=[sized(10)],
    )
    change_count: int = strawberry.field(description="How many registers it set.")

    @classmethod
    def of(cls, action: StoredAction) -> Self:
        """Return the GraphQL object of an action."""
        return cls(
            person=strawberry.ID(action.actor.subject),
            name=action.name,
            at=moment(action.stamp),
            region=action.stamp.region,
            device=action.actor.device,
            document=_shown(action.document),
            operation_id=strawberry.ID(action.operation_id),
            changes=[ActionChange.of(entry, value) for entry, value in action.changes],
            change_count=action.count,
        )


def _shown(document: tuple[str, str]) -> str:
    """Return the name of a document, without what would open an order."""
    pk, sk = document
    if pk.startswith(ORDER_PREFIX):
        return pk[: len(ORDER_PREFIX) + 8]
    return f"{pk}/{sk}"


@strawberry.type(description="A page of what a person did (Relay connection), newest first.")
class StaffActionConnection:
    edges: list[Edge[StaffAction]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")


@strawberry.type(description="A page of people (Relay connection), in an order without meaning.")
class PersonConnection:
    edges: list[Edge[Person]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
