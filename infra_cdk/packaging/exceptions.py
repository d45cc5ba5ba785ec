"""What can go wrong while a package is made."""


class PackagingError(RuntimeError):
    """A package could not be made; the message has what the failing tool said."""
