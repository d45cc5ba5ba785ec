"""Compiled operations against graphql-core: one generated schema, or carte's, to a case."""

from tests.fuzz.running import cases


def case(seed: int) -> str | None:
    """Return the first difference between the responses."""
    return next((one.difference for one in cases(seed) if one.difference is not None), None)
