"""Forms by which a browser uploads one count file to the region's bucket."""

from services.domain.stock_files.upload_keys import AUTHOR, MAX_BYTES, VALID_S
from services.storage.upload_forms import FormSigner, UploadForm


class CountUploads:
    """Makes forms for the bucket of count files of one region."""

    def __init__(self, bucket: str, region: str, endpoint: str | None = None) -> None:
        """Take the bucket of the region; nothing is sent to it.

        Args:
            bucket: The region's bucket of count files.
            region: The AWS region.
            endpoint: URL of S3 where it is not the region's own (the local cloud).
        """
        self._signer = FormSigner(bucket, region, endpoint)

    def form(self, key: str, content_type: str, author: str) -> UploadForm:
        """Return the form that uploads a file; nothing is sent to S3.

        Args:
            key: As `upload_keys.upload_key` makes it.
            content_type: As `upload_keys.content_type` checks it.
            author: Subject of the uploader's token.

        Raises:
            NoCredentialsError: There is nothing to sign it with.
        """
        fields = {
            "key": key,
            "Content-Type": content_type,
            # Metadata travels in headers, which are ASCII.
            f"x-amz-meta-{AUTHOR}": author.encode("ascii", "backslashreplace").decode(),
        }
        return self._signer.form(fields, least=1, most=MAX_BYTES, valid_s=VALID_S)
