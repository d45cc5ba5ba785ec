"""Operations compiled ahead: run without graphql-core, Strawberry or PynamoDB being imported."""

from graphql_schema.compiled.operation import CompiledOperation, CompiledResult
from graphql_schema.compiled.persisted import load

__all__ = ["CompiledOperation", "CompiledResult", "load"]
