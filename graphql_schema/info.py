"""The info that Strawberry's resolvers get."""

import strawberry

from graphql_schema.context import Context

Info = strawberry.Info[Context, None]
