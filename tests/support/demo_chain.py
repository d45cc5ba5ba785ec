"""The stores of the demo chain, as `carte seed` makes them."""

from collections.abc import Iterator

from dataload.chain.placement import first_sites
from dataload.chain.stores import ChainStore, store


def demo_chain(seed: int, count: int) -> Iterator[ChainStore]:
    """The first `count` stores of the chain of a seed number."""
    return (store(seed, site) for site in first_sites(seed, count))
