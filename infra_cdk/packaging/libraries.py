"""The third-party part of a package: installed from the lock, trimmed, kept while it stands."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from infra_cdk.packaging.target import Target

# AWS services that the Lambdas call. botocore carries the models of four hundred others.
SERVICES: Final = ("dynamodb", "dynamodbstreams", "s3", "sns", "sqs", "sts")
_TRIM_VERSION: Final = b"1"  # raise when the rules below change


class PackagingError(RuntimeError):
    """A package could not be made; the message has what uv said."""


def install(target: Target, lock: Path, folder: Path) -> None:
    """Install the lock's packages for a target into a folder, unless they are there already.

    Raises:
        PackagingError: uv failed.
    """
    stamp = folder.with_suffix(".stamp")
    wanted = hashlib.sha256(lock.read_bytes() + repr(target).encode() + _TRIM_VERSION).hexdigest()
    if folder.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"),
            *("--only-binary", ":all:", "--require-hashes", "--requirement", str(lock)),
            *("--target", str(folder), "--link-mode", "copy", "--no-compile-bytecode"),
            *target.install_options,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackagingError(f"installing the libraries for {target.name} failed:\n{done.stderr}")
    _trim(folder)
    stamp.write_text(wanted)


def _trim(folder: Path) -> None:
    for name in ("bin", ".lock"):
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for data in (folder / "botocore" / "data", folder / "boto3" / "data"):
        for service in data.iterdir():
            if service.is_dir() and service.name not in SERVICES:
                shutil.rmtree(service)
    for unwanted in [*folder.rglob("__pycache__"), *folder.rglob("tests")]:
        shutil.rmtree(unwanted, ignore_errors=True)
    for record in folder.glob("*.dist-info/*"):
        # METADATA is what importlib.metadata reads; the rest names the machine it was made on.
        if record.name not in {"METADATA", "LICENSE"} and record.is_file():
            record.unlink()
