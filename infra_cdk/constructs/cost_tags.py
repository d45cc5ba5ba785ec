"""Tags by which the bill is split: what is carte's, and which part of carte it is."""

from typing import Final

from aws_cdk import App, Stack, Tags

PROJECT_KEY: Final = "project"
PROJECT: Final = "carte"
PART_KEY: Final = "carte:part"


def tag_costs(app: App) -> None:
    """Tag every stack of an app, and all in it that takes tags.

    The part is the stack's name without `carte-`: `data`, `edge`, a region.
    """
    for stack in app.node.children:
        if isinstance(stack, Stack):
            Tags.of(stack).add(PROJECT_KEY, PROJECT)
            Tags.of(stack).add(PART_KEY, stack.stack_name.removeprefix("carte-"))
