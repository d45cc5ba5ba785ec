"""Upload the built site, and let CloudFront ask for its pages again."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from infra_cdk.app import ROOT as REPO_ROOT
from infra_cdk.site_pages import GRAPHIQL, INDEX, NOT_FOUND, WORKER

BUILT: Final = REPO_ROOT / "web" / "dist"
# Files below assets/ are named by their content; pages are revalidated each time.
_FOREVER: Final = "public, max-age=31536000, immutable"
_EACH_TIME: Final = "no-cache"
_A_DAY: Final = "public, max-age=86400"
_PAGES: Final = ("/", INDEX, NOT_FOUND, "/graphiql", GRAPHIQL, WORKER)


def upload_site(s3: Any, bucket: str, built: Path = BUILT) -> int:
    """Put every file of the site into its first bucket; S3 copies it to the second.

    Pages come last, so that none is there before the scripts that it loads. Nothing is deleted: a
    page that a browser still shows may load the scripts of its own version.

    Returns:
        How many files there are.
    """
    files = sorted(_files(built), key=lambda one: (one[0].endswith(".html"), one[0]))
    for name, path in files:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=path.read_bytes(),
            ContentType=kind,
            CacheControl=lifetime(name),
        )
    return len(files)


def lifetime(name: str) -> str:
    """The Cache-Control of a file of the site."""
    if name.endswith(".html") or f"/{name}" == WORKER:
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


def _files(built: Path) -> Iterator[tuple[str, Path]]:
    for path in built.rglob("*"):
        if path.is_file():
            yield path.relative_to(built).as_posix(), path
