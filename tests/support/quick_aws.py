"""What botocore and moto would do anew for each session, client or test, done once in a process.

Without it most of what a test with a table or a bucket costs is neither the test's nor ours.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore import hooks, httpsession, useragent
from botocore.endpoint_provider import EndpointProvider, RuleSet
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader, Loader
from moto.core import models, responses
from moto.core.config import default_user_config
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker


@contextmanager
def models_are_read_once() -> Iterator[None]:
    """Let botocore parse each file, list its services and translate each event's name once.

    Each of its sessions would parse the same megabytes again, look at two thousand folders for
    the names of services, and compare the name of each event with four hundred others. Each of its
    clients would make the same rules of its service's endpoints, and each of both inspect the
    signatures of a hundred handlers. For each client it would read the ciphers of connections that
    moto never opens, and for each request make its `User-Agent` anew.
    """
    read, listed, created = (
        JSONFileLoader.load_file,
        Loader.list_available_services,
        EventAliaser.__init__,
    )
    loader, names = JSONFileLoader(), dict[str, str]()

    @functools.cache
    def content(path: str) -> object:
        return read(loader, path)

    services: dict[tuple[str, ...], list[str]] = {}

    def of_kind(self: Loader, type_name: str) -> list[str]:
        place = (*self.search_paths, type_name)
        if place not in services:
            services[place] = listed(self, type_name)
        return [*services[place]]

    def aliaser(self: Any, emitter: Any, aliases: Any = None) -> None:
        created(self, emitter, aliases)
        self._alias_name_cache = names

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: content(path))
        patch.setattr(Loader, "list_available_services", of_kind)
        patch.setattr(EventAliaser, "__init__", aliaser)
        patch.setattr(EndpointProvider, "__init__", _provider())
        patch.setattr(hooks, "accepts_kwargs", _accepts_kwargs)
        cleaned = functools.cache(useragent.sanitize_user_agent_string_component)
        patch.setattr(useragent, "sanitize_user_agent_string_component", cleaned)
        agent = useragent.UserAgentString
        patch.setattr(agent, "rebuild_and_replace_user_agent_handler", _unchanged)
        contexts = functools.cache(httpsession.create_urllib3_context)
        patch.setattr(httpsession, "create_urllib3_context", contexts)
        yield


def _unchanged(*_: object, **__: object) -> None:
    """Leave a request's `User-Agent` as its client made it."""


def _provider() -> Callable[..., None]:
    """Return a constructor of providers of endpoints that share the rules of each service."""
    rules = dict[int, tuple[object, RuleSet]]()

    def provide(
        self: Any,
        ruleset_data: Mapping[str, Any],
        partition_data: Mapping[str, Any],
        excluded_params: frozenset[str] | None = None,
    ) -> None:
        found = rules.get(id(ruleset_data))
        if found is None:
            made = RuleSet(**ruleset_data, partitions=partition_data)
            # With what it was made of, so that no other one gets its id.
            found = rules[id(ruleset_data)] = (ruleset_data, made)
        _, self.ruleset = found
        self._excluded_params = excluded_params or frozenset()

    return provide


def _accepts_kwargs(handler: Any) -> object:
    """Return whether a handler takes any named arguments, as `inspect` finds out."""
    code = getattr(getattr(handler, "__func__", handler), "__code__", None)
    if code is None:
        return inspect.getfullargspec(handler).varkw
    return code.co_flags & inspect.CO_VARKEYWORDS


@contextmanager
def accounts_start_at_once() -> Iterator[None]:
    """Let moto leave out what no test here needs, each time that an account begins.

    It would register thirteen hundred answers to the library `requests`, which nothing here sends
    to AWS, and have boto3 make its default session anew, which takes ten times as long as a client.
    And it would look at all methods of a service for each request, and for each value in an answer
    work out the names that the value may have.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "RESPONSES_METHODS", [])
        core = {**default_user_config["core"], "reset_boto3_session": False}
        patch.setitem(default_user_config, "core", core)
        named = functools.cache(vars(responses)["method_names_from_class"])
        patch.setattr(responses, "method_names_from_class", named)
        patch.setattr(XFormedAttributePicker, "get_possible_keys", _names_of)
        yield


_as_moto_does = XFormedAttributePicker.get_possible_keys
_names: dict[tuple[Any, ...], tuple[str, ...]] = {}


def _names_of(picker: XFormedAttributePicker, context: AttributePickerContext) -> Iterable[str]:
    """Return the names that a value may have, remembered for values in a plain dict.

    There they depend on the model alone, not on the dict.
    """
    shape, service = context.shape, context.service_model
    if type(context.obj) is not dict or shape is None or service is None:
        return _as_moto_does(picker, context)
    parent = getattr(shape, "parent", None)
    place = (
        *(service.service_name, context.key, shape.name, shape.type_name),
        *(parent and parent.name, shape.serialization.get("name"), tuple(picker.alias_providers)),
    )
    found = _names.get(place)
    if found is None:
        found = _names[place] = tuple(dict.fromkeys(_as_moto_does(picker, context)))
    return found
