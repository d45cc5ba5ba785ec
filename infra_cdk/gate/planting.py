"""Put one fault into synthesized templates, to see that a check finds it."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from infra_cdk.checks.model import Cloud

Templates = Mapping[str, dict[str, Any]]
Plant = Callable[[Templates], None]
# What `Planted` takes: what is wrong, the check that must find it, how to plant it; and the
# deployment that has the place for it, where that is not production.
Faults = tuple[tuple[str, str, Plant] | tuple[str, str, Plant, str], ...]
_REMOVED: Final = object()


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted fault that the gate must find.

    Attributes:
        fault: what is wrong, in words.
        check: the name of the check that must find it.
        plant: puts it into the templates.
        configuration: the deployment whose templates have the place for it.
    """

    fault: str
    check: str
    plant: Plant
    configuration: str = "production"

    def into(self, cloud: Cloud) -> Cloud:
        """A copy of a deployment with the fault.

        Raises:
            LookupError: the templates have no place for it, so it would prove nothing.
        """
        templates = {stack.name: copy.deepcopy(stack.template) for stack in cloud.stacks}
        self.plant(templates)
        return Cloud(
            tuple(replace(stack, template=templates[stack.name]) for stack in cloud.stacks),
            cloud.deployment,
        )


def setting(
    kind: str, path: str, value: Any, *, having: str | None = None, stack: str | None = None
) -> Plant:
    """Set a property of the first resource of a type.

    Args:
        kind: the resource type.
        path: keys and indexes with dots between, below `Properties`; `^` before it: below the
            resource itself.
        value: what to write there; a function gets what is there now.
        having: a path below the properties that the resource must have.
        stack: only in this stack.
    """

    def plant(templates: Templates) -> None:
        body = found(templates, kind, having=having, stack=stack)
        place = body if path.startswith("^") else body.setdefault("Properties", {})
        _write(place, path.removeprefix("^").split("."), value)

    return plant


def removing(kind: str, path: str, *, having: str | None = None, stack: str | None = None) -> Plant:
    """Remove a property of the first resource of a type."""
    return setting(kind, path, _REMOVED, having=having or path, stack=stack)


def adding(body: dict[str, Any], *, stack: str = "carte-eu-west-1") -> Plant:
    """Add a resource to a stack."""

    def plant(templates: Templates) -> None:
        templates[stack]["Resources"]["Planted"] = body

    return plant


def found(
    templates: Templates, kind: str, *, having: str | None = None, stack: str | None = None
) -> dict[str, Any]:
    """The first resource of a type.

    Raises:
        LookupError: there is none.
    """
    for name in sorted(templates):
        if stack is not None and name != stack:
            continue
        for body in templates[name]["Resources"].values():
            if body["Type"] == kind and (having is None or _has(body, having)):
                chosen: dict[str, Any] = body
                return chosen
    raise LookupError(f"no {kind} with {having} in {stack or 'any stack'}")


def _has(body: Mapping[str, Any], path: str) -> bool:
    place: Any = body.get("Properties", {})
    for key in _keys(path.removeprefix("^").split(".")):
        try:
            place = place[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _write(place: Any, path: list[str], value: Any) -> None:
    *way, last = _keys(path)
    for key in way:
        place = place.setdefault(key, {}) if isinstance(place, dict) else place[int(key)]
    if value is _REMOVED:
        del place[last]
    else:
        place[last] = value(place[last]) if callable(value) else value


def _keys(path: list[str]) -> Iterator[Any]:
    return (int(key) if key.lstrip("-").isdigit() else key for key in path)


def grant(action: str, resource: str) -> dict[str, Any]:
    """A policy with one right."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "planted", "PolicyDocument": {"Statement": [statement]}},
    }
