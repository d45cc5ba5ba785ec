"""What can be wrong with a file, and what makes the Lambda come back to it."""


class WrongFileError(ValueError):
    """The file as a whole cannot be read; the message says what to upload instead."""


class UnfinishedError(RuntimeError):
    """Time ran out; the queue sends the file again, and what was loaded is found loaded."""
