"""Reads the environment variables of a Lambda, and reports all that is wrong with them at once.

Imports next to nothing: every cold start runs this.
"""

import os
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from services.domain.errors import CarteError

STAGE: Final = "CARTE_STAGE"
STAGES: Final = ("aws", "local")
_ON_OFF: Final = ("on", "off")

_Settings = TypeVar("_Settings")


class SettingsError(CarteError):
    """Environment variables are missing or cannot be used; `message` names them."""


class Environment:
    """Typed access to environment variables; a variable that is empty counts as not set.

    A method that finds a variable missing or wrong notes the problem and returns a placeholder, so
    that `read` can report all problems together. Use it through `read`.

    Attributes:
        problems: One clause per variable that cannot be used.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: list[str] = []

    def required(self, name: str) -> str:
        """Return the value of a variable that must be set."""
        value = self._variables.get(name)
        if not value:
            self.problems.append(f"{name} is not set")
        return value or ""

    def optional(self, name: str) -> str | None:
        """Return the value of a variable, or None if it is not set."""
        return self._variables.get(name) or None

    def names(self, name: str) -> tuple[str, ...]:
        """Return the names that a variable lists, separated by commas; it must be set."""
        return tuple(one for one in self.required(name).split(",") if one)

    def count(self, name: str) -> int:
        """Return the whole number, zero or more, that a variable holds; 0 if it is not set."""
        value = self._variables.get(name) or "0"
        if not (value.isascii() and value.isdigit()):
            self.problems.append(f"{name} is {value!r}, not a whole number")
            return 0
        return int(value)

    def switch(self, name: str, *, default: bool) -> bool:
        """Return whether a variable is `on`; `default` if it is not set."""
        return self.one_of(name, _ON_OFF, "on" if default else "off") == "on"

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """Return the value of a variable that takes only certain words."""
        value = self._variables.get(name) or default
        if value not in allowed:
            self.problems.append(f"{name} is {value!r}, not one of {', '.join(allowed)}")
        return value

    @property
    def is_local(self) -> bool:
        """Whether the Lambda runs in the local cloud (CARTE_STAGE; `aws` if it is not set)."""
        return self.one_of(STAGE, STAGES, "aws") == "local"


def read(
    settings: Callable[[Environment], _Settings], variables: Mapping[str, str] = os.environ
) -> _Settings:
    """Return the settings of a Lambda.

    Args:
        settings: Builds the settings object from the variables that it needs.
        variables: The environment; by default that of the process.

    Raises:
        SettingsError: A variable is missing or cannot be used. All such variables are named.
    """
    environment = Environment(variables)
    found = settings(environment)
    if environment.problems:
        problems = "; ".join(dict.fromkeys(environment.problems))
        raise SettingsError(
            f"the environment of this process cannot be used: {problems}",
            "Set the variables on the Lambda; in AWS and in the local cloud, infra_cdk does.",
        )
    return found
