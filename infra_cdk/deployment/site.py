"""Upload the built site, and let CloudFront ask for its pages again."""

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from infra_cdk.app import ROOT as REPO_ROOT
from infra_cdk.sign_in import FILE as SIGN_IN
from infra_cdk.site_pages import GRAPHIQL, INDEX, NOT_FOUND, WORKER

OPERATOR: Final = "operator.json"
"""Who operates the site, for its imprint; the built site has an empty one."""
BUILT: Final = REPO_ROOT / "web" / "dist"
# Files below assets/ are named by their content; pages are revalidated each time.
_FOREVER: Final = "public, max-age=31536000, immutable"
_EACH_TIME: Final = "no-cache"
_A_DAY: Final = "public, max-age=86400"
_PAGES: Final = (
    "/",
    INDEX,
    NOT_FOUND,
    "/graphiql",
    GRAPHIQL,
    WORKER,
    f"/{SIGN_IN}",
    f"/{OPERATOR}",
)


def upload_site(
    s3: Any,
    bucket: str,
    built: Path = BUILT,
    *,
    owner: str,
    generated: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Put every file of the site into its first bucket; S3 copies it to the second.

    Pages come last, so that none is there before the scripts that it loads. Nothing is deleted: a
    page that a browser still shows may load the scripts of its own version.

    Args:
        s3: A client of S3.
        bucket: The first bucket.
        built: The folder of the built site.
        owner: The account whose bucket it must be; to another one's, S3 refuses every file.
        generated: Names of further files, which are made for the deployment, to their content.

    Returns:
        How many files there are.
    """
    for name, content in generated.items():
        s3.put_object(
            Bucket=bucket,
            ExpectedBucketOwner=owner,
            Key=name,
            Body=content.encode(),
            ContentType=_kind(name),
            CacheControl=lifetime(name),
        )
    files = sorted(
        (one for one in _files(built) if one[0] not in generated),
        key=lambda one: (one[0].endswith(".html"), one[0]),
    )
    for name, path in files:
        s3.put_object(
            Bucket=bucket,
            ExpectedBucketOwner=owner,
            Key=name,
            Body=path.read_bytes(),
            ContentType=_kind(name),
            CacheControl=lifetime(name),
        )
    return len(files) + len(generated)


def digest_of_site(built: Path = BUILT) -> str:
    """Return a hash of the built site's files, by which a changed site is known."""
    made = hashlib.sha256()
    for name, path in sorted(_files(built)):
        made.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return made.hexdigest()


def lifetime(name: str) -> str:
    """The Cache-Control of a file of the site."""
    if name.endswith((".html", ".json")) or f"/{name}" == WORKER:
        return _EACH_TIME
    return _FOREVER if name.startswith("assets/") else _A_DAY


def forget_pages(cloudfront: Any, distribution: str, reference: str) -> None:
    """Let CloudFront ask for the pages again; a repeated reference is the same invalidation."""
    cloudfront.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": len(_PAGES), "Items": list(_PAGES)},
            "CallerReference": reference,
        },
    )


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _files(built: Path) -> Iterator[tuple[str, Path]]:
    for path in built.rglob("*"):
        if path.is_file():
            yield path.relative_to(built).as_posix(), path
