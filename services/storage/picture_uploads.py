"""Forms by which a browser uploads a picture of an item to the buckets of pictures.

There are two buckets, in two regions, and a picture goes to both: what one region took, and lost
before it was copied, is in the other. Forms for both are signed in whichever region answers.
"""

import base64
from typing import Final, NamedTuple

from services.domain.picture_uploads import VALID_S, PictureFile
from services.domain.pictures import CACHE_CONTROL
from services.storage.upload_forms import FormSigner, UploadForm

_CHECKSUM: Final = "x-amz-checksum-sha256"


class PictureBucket(NamedTuple):
    """A bucket of pictures.

    Attributes:
        region: Its AWS region.
        name: Its name.
        endpoint: URL of S3 where it is not the region's own (the local cloud).
    """

    region: str
    name: str
    endpoint: str | None = None


class PictureUploads:
    """Makes forms for the buckets of pictures."""

    def __init__(self, buckets: tuple[PictureBucket, ...]) -> None:
        """Take all buckets of pictures, since pages upload to each of them."""
        self._signers = [FormSigner(one.name, one.region, one.endpoint) for one in buckets]

    def forms(
        self, path: str, content_type: str, file: PictureFile
    ) -> list[tuple[str, UploadForm]]:
        """Return the forms that upload one file of a picture, with the region of each.

        S3 takes this very file alone: its size and its SHA-256 are bound. No field says who uploads
        it, because guests get whatever is kept with a file; the draft's journal has who set it.

        Args:
            path: As `picture_uploads.addresses` returns it.
            content_type: As `picture_uploads.checked_type` returns it.
            file: The file.

        Raises:
            NoCredentialsError: There is nothing to sign them with.
        """
        fields = {
            "key": path.removeprefix("/"),
            "Content-Type": content_type,
            "Cache-Control": CACHE_CONTROL,
            "x-amz-checksum-algorithm": "SHA256",
            _CHECKSUM: base64.b64encode(bytes.fromhex(file.sha256)).decode(),
        }
        return [
            (
                signer.region,
                signer.form(fields, least=file.size, most=file.size, valid_s=VALID_S),
            )
            for signer in self._signers
        ]
