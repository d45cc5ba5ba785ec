"""The names of the buckets of count files, known before the buckets are there.

The CDK is not needed to read them.
"""


def bucket_name(account: str, region: str) -> str:
    """Return the name of a region's bucket of count files."""
    return f"carte-counts-{account}-{region}"


def bucket_origin(account: str, region: str) -> str:
    """Return the origin at which browsers reach the bucket: the regional one of S3."""
    return f"https://{bucket_name(account, region)}.s3.{region}.amazonaws.com"
