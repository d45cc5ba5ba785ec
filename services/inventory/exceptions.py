"""Why a file is not loaded to its end."""

from services.domain.errors import CarteError


class ReplacedUploadError(CarteError):
    """The object was overwritten before this upload was read; the later upload is loaded."""
