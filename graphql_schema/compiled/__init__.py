"""Runs compiled operations; imports neither graphql-core nor Strawberry nor PynamoDB."""

from graphql_schema.compiled.operation import CompiledOperation, CompiledResult
from graphql_schema.compiled.persisted import load

__all__ = ["CompiledOperation", "CompiledResult", "load"]
