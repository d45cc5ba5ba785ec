"""The configuration of a Lambda: its environment variables, read into one typed object."""

from services.configuration.environment import Environment, SettingsError, read

__all__ = ["Environment", "SettingsError", "read"]
