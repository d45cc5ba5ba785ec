"""The queries of people: the caller's own roles, one person, all people, what a person did."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_chain, held, staff
from graphql_schema.cost.directives import Cost, page
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE, check_first
from graphql_schema.pagination.views import EdgeView, PageInfoView
from graphql_schema.people.types import (
    HeldRole,
    Me,
    Person,
    PersonConnection,
    StaffAction,
    StaffActionConnection,
)
from services.domain.people.policy import Permission
from services.domain.people.roles import is_subject

_PLACE: Final = re.compile(r"[0-9a-f]{16}@[a-z0-9-]{1,30}", re.ASCII)

Subject = Annotated[
    strawberry.ID,
    strawberry.argument(name="id", description="The `sub` of the person's tokens."),
]


def me(info: Info) -> Me | None:
    """Return the principal with the roles that hold now, or None for a guest."""
    context = info.context
    context.cache.narrow(0)
    if context.principal is None and context.refusal is None:
        return None
    principal, grants = held(context)
    return Me(
        id=strawberry.ID(principal.subject),
        roles=[HeldRole.of(grant) for grant in sorted(grants, key=lambda one: one.text)],
    )


def person(info: Info, subject: Subject) -> Person | None:
    """Return a person, or None if the person's roles were never edited; for staff that may."""
    context = info.context
    for_chain(context, Permission.READ_PEOPLE)
    context.cache.narrow(0)
    found = context.services.people.read(subject) if is_subject(subject) else None
    return None if found is None else Person.of(found)


def people(info: Info, first: First = 20, after: After = None) -> Any:
    """Return a page of the people whose roles were edited; for staff that may."""
    context = info.context
    for_chain(context, Permission.READ_PEOPLE)
    context.cache.narrow(0)
    check_first(first)
    if after is not None and not is_subject(after):
        raise BadInputError("after is no cursor of people; leave it out to start anew")
    found = list(islice(context.services.people.onward(after), first + 1))
    edges = [EdgeView(Person.of(one), one.subject) for one in found[:first]]
    return PersonConnection(
        edges=edges,  # type: ignore[arg-type]  # views have the attributes that the types declare
        page_info=_page_info(edges, after, has_more=len(found) > first),
    )


def staff_actions(
    info: Info,
    subject: Annotated[
        strawberry.ID,
        strawberry.argument(name="person", description="The `sub` of the person's tokens."),
    ],
    first: First = 20,
    after: After = None,
) -> Any:
    """Return a page of what a person did; for that person, and for staff that may."""
    context = info.context
    principal = staff(context)
    if principal.subject != subject:
        for_chain(context, Permission.READ_ACTIONS)
    context.cache.narrow(0)
    check_first(first)
    if after is not None and not _PLACE.fullmatch(after):
        raise BadInputError("after is no cursor of actions; leave it out to start anew")
    known = context.services.actions.of_person(subject, after) if is_subject(subject) else ()
    found = list(islice(known, first + 1))
    edges = [EdgeView(StaffAction.of(action), place) for place, action in found[:first]]
    return StaffActionConnection(
        edges=edges,  # type: ignore[arg-type]  # views have the attributes that the types declare
        page_info=_page_info(edges, after, has_more=len(found) > first),
    )


def _page_info(edges: Sequence[EdgeView[Any]], after: str | None, *, has_more: bool) -> Any:
    return PageInfoView.of(edges, has_next=has_more, has_previous=after is not None)


@strawberry.type
class PeopleQueries:
    """Fields of `Query` about people."""

    me: Me | None = strawberry.field(
        resolver=me,
        description="Who the token says the caller is, and the roles that hold now. Null: no "
        "token was sent.",
        directives=[Cost(weight=200)],
    )
    person: Person | None = strawberry.field(
        resolver=person,
        description="A person's roles as they were granted and revoked; admins and operators "
        "only. Null: they never were.",
        directives=[Cost(weight=200)],
    )
    people: PersonConnection = strawberry.field(
        resolver=people,
        description="The people whose roles were granted or revoked; admins and operators only.",
        directives=[Cost(weight=1000), page(MAX_PAGE, "edges")],
    )
    staff_actions: StaffActionConnection = strawberry.field(
        resolver=staff_actions,
        description="What a person did in the last year, newest first, but for sales: these are "
        "in the edit journal of the store for 35 days. For that person, admins and operators.",
        directives=[Cost(weight=800), page(MAX_PAGE, "edges")],
    )
