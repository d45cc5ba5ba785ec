"""The buckets of a local cloud to which count files are uploaded."""

from typing import Any

from localcloud.deployer import client
from localcloud.layout import CloudLayout


class CountBucket:
    """The bucket of a region.

    Attributes:
        region: The region's name.
    """

    def __init__(self, layout: CloudLayout, region: str) -> None:
        """Look for the bucket, whose name the deployment chose."""
        self.region = region
        self._s3: Any = client(layout.region(region), "s3")
        self._name: str = next(
            one["Name"]
            for one in self._s3.list_buckets()["Buckets"]
            if one["Name"].startswith("carte-counts-") and one["Name"].endswith(region)
        )

    def upload(self, key: str, content: bytes) -> None:
        """Upload a file; its key begins with `counts/`."""
        self._s3.put_object(Bucket=self._name, Key=key, Body=content)
