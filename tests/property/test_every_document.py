"""No type of mergeable document is left out of the property tests of merging."""

import inspect
import pkgutil
from importlib import import_module

from hypothesis import HealthCheck, Phase, find, settings

import services.domain.documents
import services.domain.orders
from services.storage.keys import Key
from tests.property.test_documents import KINDS


def mergeable_classes() -> set[type]:
    """Every class of the documents and of orders whose instances can be merged and stored."""
    modules = [
        import_module(f"{package.__name__}.{module.name}")
        for package in (services.domain.documents, services.domain.orders)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return {
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if found.__module__ == module.__name__
        and {"merge", "stamps", "dump", "load"} <= set(vars(found))
    }


def test_every_mergeable_document_has_a_strategy() -> None:
    once = settings(
        max_examples=20,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # any document will do: shrinking one would take seconds
    )
    tested = {type(find(strategy, lambda _: True, settings=once)) for strategy, _ in KINDS.values()}
    assert {found.__name__ for found in mergeable_classes() - tested} == set()


def test_every_document_is_loaded_by_its_key_as_the_stream_lambda_does() -> None:
    # What has no loader in `services.storage.kinds` is never merged. An order is stored in parts.
    keyless = {kind for kind, (_, by) in KINDS.items() if not isinstance(by, Key)}
    assert keyless == {"order"}
