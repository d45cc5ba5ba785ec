"""Checks of the Lambdas: their start, their event sources, and their variables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, references

ROOT: Final = Path(__file__).parents[2]
FUNCTION: Final = "AWS::Lambda::Function"
MAPPING: Final = "AWS::Lambda::EventSourceMapping"
# A store's count that failed should be tried again within the shift, not hours later.
_LONGEST_WAIT_S: Final = 1200


def snapstart_or_provisioned(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """No function has both SnapStart and provisioned concurrency: Lambda refuses the alias."""
    for stack in cloud.stacks:
        snapped = {
            one.logical_id
            for one in stack.resources(FUNCTION)
            if one.properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions"
        }
        for alias in stack.resources("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            if "ProvisionedConcurrencyConfig" not in alias.properties:
                continue
            if references(alias.properties.get("FunctionName")) & snapped:
                yield alias, "has provisioned concurrency on a function with SnapStart"


def streams_give_up_in_time_and_report(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A stream mapping bisects, reports items, gives up in time, and names what it gave up."""
    for mapping in cloud.resources(MAPPING):
        if "StartingPosition" not in mapping.properties:
            continue
        if not mapping.properties.get("DestinationConfig", {}).get("OnFailure"):
            yield mapping, "drops what it gives up: there is no dead-letter queue"
        if "ReportBatchItemFailures" not in mapping.properties.get("FunctionResponseTypes", []):
            yield mapping, "repeats whole batches for one record"
        if mapping.properties.get("BisectBatchOnFunctionError") is not True:
            yield mapping, "lets one record fail its whole batch"
        if mapping.properties.get("MaximumRetryAttempts", -1) < 0:
            yield mapping, "retries for ever: one record stops its shard for a day"


def queues_wait_for_their_consumer(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A queue that feeds a Lambda hides a message while it runs, and not much longer.

    Lambda developer guide, "Using Lambda with Amazon SQS": Lambda refuses a mapping whose queue has
    a visibility timeout below the function's timeout. A message whose attempt failed is seen again
    only when that time is over.
    """
    for stack in cloud.stacks:
        queues = {one.logical_id: one for one in stack.resources("AWS::SQS::Queue")}
        for mapping in stack.resources(MAPPING):
            source = references(mapping.properties.get("EventSourceArn")) & queues.keys()
            if source and "ScalingConfig" not in mapping.properties:
                yield mapping, "takes as many files at once as there are"
            for function in functions_of(stack, mapping.properties.get("FunctionName")):
                seconds = function.properties.get("Timeout", 3)
                for name in source:
                    hidden = queues[name].properties.get("VisibilityTimeout", 30)
                    if hidden < seconds:
                        yield queues[name], f"shows a message again after {hidden} s"
                    if hidden > max(_LONGEST_WAIT_S, 2 * seconds):
                        yield queues[name], f"delays the second attempt by {hidden} s"


def dead_letters_are_of_the_same_kind(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A FIFO queue's dead-letter queue is FIFO, a standard queue's is standard, and names say so.

    SQS developer guide, "Using dead-letter queues in Amazon SQS".
    """
    for stack in cloud.stacks:
        queues = {one.logical_id: one for one in stack.resources("AWS::SQS::Queue")}
        for queue in queues.values():
            fifo = queue.properties.get("FifoQueue", False)
            name = as_text(queue.properties.get("QueueName", ""))
            if name.endswith(".fifo") != fifo:
                yield queue, f"is named {name} and {'is' if fifo else 'is not'} FIFO"
            dead = references(queue.properties.get("RedrivePolicy")) & queues.keys()
            for one in dead:
                if queues[one].properties.get("FifoQueue", False) != fifo:
                    yield queue, f"gives up into {one}, which is a queue of the other kind"


def handlers_exist(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The handler of every Lambda of carte is a module in the repository."""
    for function in cloud.resources(FUNCTION):
        handler = as_text(function.properties.get("Handler", ""))
        if handler.startswith("services."):
            module = ROOT / Path(*handler.split(".")[:-1]).with_suffix(".py")
            if not module.exists():
                yield function, f"{handler}: there is no {module.relative_to(ROOT)}"


def functions_get_their_own_region(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A Lambda gets the name of the region that it runs in: stamps and counters are kept by it."""
    for function in cloud.resources(FUNCTION):
        setting = environment(function).get("CARTE_REGION")
        if setting is not None and setting != function.region:
            yield (
                function,
                f"runs in {function.region} and writes as {setting}: slots would collide",
            )


def functions_get_every_region(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """All menu Lambdas get the names of the regions that are deployed."""
    deployed = {stack.region for stack in cloud.regional()}
    for function in cloud.resources(FUNCTION):
        setting = environment(function).get("CARTE_REGIONS")
        if setting is not None and set(str(setting).split(",")) != deployed:
            yield function, f"gets {setting}, deployed are {','.join(sorted(deployed))}"


def logs_go_where_they_end(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A Lambda of carte logs into a group of its stack; one that Lambda makes lives for ever."""
    for stack in cloud.stacks:
        groups = {one.logical_id for one in stack.resources("AWS::Logs::LogGroup")}
        for function in stack.resources(FUNCTION):
            into = function.properties.get("LoggingConfig", {}).get("LogGroup")
            if not references(into) & groups and "CARTE_REGION" in environment(function):
                yield function, "logs into a group that nobody gave a retention"


def packages_are_uploaded(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The package of a Lambda, layer or canary is an object that the deployment uploads.

    CloudFormation takes it from the bucket when it makes the function (Lambda, "AWS::Lambda::
    Function Code": bucket and key of the same region), long after the first resources of the stack
    have changed; where it is not there, the deployment ends in a rollback.
    """
    for stack in cloud.stacks:
        if stack.uploads is None:
            continue
        for kind, name in _PACKAGED.items():
            for resource in stack.resources(kind):
                code = resource.properties.get(name, {})
                taken = (code.get("S3Bucket"), code.get("S3Key"))
                if taken not in stack.uploads and not _INLINE & code.keys():
                    yield resource, f"takes its code from {taken}, which nobody uploads"


# What has a package, and the property that names it; and code that is in the template itself.
_PACKAGED: Final = {
    "AWS::Lambda::Function": "Code",
    "AWS::Lambda::LayerVersion": "Content",
    "AWS::Synthetics::Canary": "Code",
}
_INLINE: Final = frozenset({"ZipFile", "ImageUri", "Script"})


def functions_of(stack: Stack, target: Any) -> Iterator[Resource]:
    """Yield the functions that a mapping's target, an alias or a function, stands for."""
    names = references(target)
    for alias in stack.resources("AWS::Lambda::Alias"):
        if alias.logical_id in names:
            names |= references(alias.properties.get("FunctionName"))
    yield from (one for one in stack.resources(FUNCTION) if one.logical_id in names)


def environment(function: Resource) -> dict[str, Any]:
    """Return the variables that a function is given."""
    variables: dict[str, Any] = function.properties.get("Environment", {}).get("Variables", {})
    return variables
