"""Errors while a package is built."""


class PackagingError(RuntimeError):
    """A package could not be made; the message has the output of the failing tool."""
