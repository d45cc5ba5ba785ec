"""Put the template rules and cdk-nag into an app, so that a synthesis that breaks one fails."""

from functools import cache
from pathlib import Path
from typing import Final

from aws_cdk import App, CloudFormationValidatePlugin, ValidationRuleSource, Validations

RULES: Final = Path(__file__).with_name("carte.guard")


def add_template_rules(app: App) -> None:
    """Judge all templates of an app by `carte.guard` and by the CDK's own rules.

    The app must be made with `builtin_cloud_formation_validation=False`, because the plugin takes
    the place of the built-in one, and with the context `validateAgainstDefaultRules`.
    """
    Validations.of(app).add_plugins(_plugin())


@cache
def _plugin() -> CloudFormationValidatePlugin:
    """The rules, which take seconds to compile and know nothing of an app."""
    source = ValidationRuleSource(name="carte", content=RULES.read_text(encoding="utf-8"))
    return CloudFormationValidatePlugin(guard_rules=[source])
