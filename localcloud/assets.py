"""Upload a stack's template, and its file assets into the bucket that the template names."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localcloud.exceptions import DeployError
from localcloud.package import sources_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TEMPLATES: Final = "carte-templates"


def upload(s3: "S3Client", stack: str, cloud_assembly: Path, scratch: Path) -> int:
    """Upload what `<stack>.assets.json` lists; return how many files that was.

    Objects are named by the hash of their content, so one that is there already is left alone.

    Args:
        s3: A client of the region's emulator.
        stack: The stack's name.
        cloud_assembly: The folder that the CDK synthesized into.
        scratch: A folder for zip files in the making.

    Raises:
        DeployError: A file that the manifest names is missing.
    """
    manifest = cloud_assembly / f"{stack}.assets.json"
    if not manifest.exists():
        return 0
    count = 0
    for name, asset in json.loads(manifest.read_text(encoding="utf-8")).get("files", {}).items():
        source = cloud_assembly / asset["source"]["path"]
        if source.name.endswith(".template.json"):
            continue
        if not source.exists():
            raise DeployError(
                f"{stack}: its asset {source} is missing",
                "run `make synth`, or `carte down --wipe` and `carte up` again",
            )
        for destination in asset["destinations"].values():
            body = _content(source, asset["source"], scratch / name)
            _put(s3, destination["bucketName"], destination["objectKey"], body)
        count += 1
    return count


def _content(source: Path, description: dict[str, Any], archive: Path) -> Path:
    if description.get("packaging") != "zip" or source.is_file():
        return sources_of(source)
    archive.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.make_archive(str(archive), "zip", source))


def put_template(s3: "S3Client", stack: str, template: Mapping[str, Any]) -> str:
    """Put a template into a bucket; return the URL that CloudFormation reads it from.

    A request holds at most 51,200 bytes of a template, an object 1 MB (CloudFormation user guide,
    "Quotas").
    """
    key = f"{stack}.json"
    _make_bucket(s3, _TEMPLATES)
    s3.put_object(Bucket=_TEMPLATES, Key=key, Body=json.dumps(template).encode())
    return f"{s3.meta.endpoint_url}/{_TEMPLATES}/{key}"


def _put(s3: "S3Client", bucket: str, key: str, body: Path) -> None:
    _make_bucket(s3, bucket)
    if s3.list_objects_v2(Bucket=bucket, Prefix=key).get("KeyCount", 0) == 0:
        s3.put_object(Bucket=bucket, Key=key, Body=body.read_bytes())


def _make_bucket(s3: "S3Client", bucket: str) -> None:
    if bucket not in {known["Name"] for known in s3.list_buckets()["Buckets"]}:
        region = s3.meta.region_name
        if region == "us-east-1":  # the one region that may not be named as a constraint
            s3.create_bucket(Bucket=bucket)
        else:
            s3.create_bucket(
                Bucket=bucket,
                CreateBucketConfiguration={"LocationConstraint": region},  # type: ignore[typeddict-item]
            )
