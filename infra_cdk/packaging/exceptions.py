"""Errors while a package is built."""


class PackagingError(RuntimeError):
    """A package could not be made; the message has what the failing tool said."""
