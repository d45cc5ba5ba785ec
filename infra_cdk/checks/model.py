"""The synthesized templates as the checks read them, and what a check says."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from infra_cdk.config import Deployment


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a template.

    Attributes:
        stack: name of the stack that it is in.
        region: where that stack goes.
        logical_id: its name in the template.
        type: such as `AWS::Lambda::Function`.
        body: all of it, as the template has it.
    """

    stack: str
    region: str
    logical_id: str
    type: str
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its `Properties`; empty where there are none."""
        properties: Mapping[str, Any] = self.body.get("Properties", {})
        return properties


@dataclass(frozen=True, slots=True)
class Stack:
    """A synthesized stack.

    Attributes:
        name: Its name.
        account: Where it goes.
        region: Where it goes.
        template: Its template.
        uploads: The objects that its deployment uploads, bucket and key each; None where they are
            not known, and then no check can look for one.
    """

    name: str
    account: str
    region: str
    template: dict[str, Any]
    uploads: frozenset[tuple[str, str]] | None = None

    def resources(self, *types: str) -> Iterator[Resource]:
        """Its resources of these types; all of them where no type is given."""
        for logical_id, body in self.template.get("Resources", {}).items():
            if not types or body["Type"] in types:
                yield Resource(self.name, self.region, logical_id, body["Type"], body)


@dataclass(frozen=True, slots=True)
class Cloud:
    """All stacks of one deployment.

    Attributes:
        stacks: Each with its template.
        deployment: The settings that the templates were made from; None where they are not known,
            and then no check can compare the two.
    """

    stacks: tuple[Stack, ...]
    deployment: Deployment | None = None

    @classmethod
    def of_assembly(cls, folder: Path, deployment: Deployment | None = None) -> Self:
        """Read a cloud assembly, as `python -m infra_cdk.app` writes it."""
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        stacks = []
        for name, artifact in manifest["artifacts"].items():
            if artifact["type"] != "aws:cloudformation:stack":
                continue
            account, region = artifact["environment"].removeprefix("aws://").split("/")
            path = folder / artifact["properties"]["templateFile"]
            template = json.loads(path.read_text(encoding="utf-8"))
            uploads = _uploads(folder / f"{name}.assets.json")
            stacks.append(Stack(name, account, region, template, uploads))
        return cls(tuple(stacks), deployment)

    def resources(self, *types: str) -> Iterator[Resource]:
        """All stacks' resources of these types."""
        for stack in self.stacks:
            yield from stack.resources(*types)

    def regional(self) -> Iterator[Stack]:
        """The stacks `carte-<region>`: the ones that are the same in each region."""
        return (stack for stack in self.stacks if stack.name == f"carte-{stack.region}")


def _uploads(listing: Path) -> frozenset[tuple[str, str]]:
    """Return the objects that a stack's asset manifest lists: bucket and key."""
    if not listing.exists():
        return frozenset()
    files = json.loads(listing.read_text(encoding="utf-8")).get("files", {})
    return frozenset(
        (one["bucketName"], one["objectKey"])
        for file in files.values()
        for one in file["destinations"].values()
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault that a check found, with its consequence in words."""

    check: str
    stack: str
    resource: str
    message: str


def records_of_the_api(stack: Stack) -> Iterator[Resource]:
    """Yield a stack's records that lead clients: all but those by which SES verifies a domain."""
    identities = {one.logical_id for one in stack.resources("AWS::SES::EmailIdentity")}
    for record in stack.resources("AWS::Route53::RecordSet"):
        if not references(record.properties.get("Name")) & identities:
            yield record


# Yields what is wrong: the resource, and why that matters.
Rule = Callable[[Cloud], Iterable[tuple[Resource, str]]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with its name; the docstring of the rule says what must hold."""

    name: str
    rule: Rule

    def findings(self, cloud: Cloud) -> list[Finding]:
        """Return what is wrong in a deployment; a template that cannot be read is wrong, too."""
        found: list[Finding] = []
        try:
            for resource, message in self.rule(cloud):
                found.append(Finding(self.name, resource.stack, resource.logical_id, message))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            found.append(Finding(self.name, "", "", f"cannot read a template: {error!r}"))
        return found


def as_text(value: Any) -> str:
    """A value with its intrinsic functions, as text to look for names in."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def references(value: Any) -> set[str]:
    """Logical ids that a part of a template names by Ref, GetAtt or Sub."""
    found: set[str] = set()
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref":
                found.add(str(inner))
            elif key == "Fn::GetAtt":
                found.add(str(inner).split(".")[0] if isinstance(inner, str) else inner[0])
            else:
                found |= references(inner)
    elif isinstance(value, list):
        for inner in value:
            found |= references(inner)
    return found


def listed(value: Any) -> list[Any]:
    """A value that CloudFormation takes alone or as a list, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
