"""Errors in a deployment file."""


class ConfigError(ValueError):
    """A deployment file is wrong; the message says where and what to write instead."""
