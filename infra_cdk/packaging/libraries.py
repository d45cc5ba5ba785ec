"""The third-party part of a package: installed from the lock, trimmed, kept while it stands."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from infra_cdk.packaging import archive
from infra_cdk.packaging.bytecode import compile_all
from infra_cdk.packaging.exceptions import PackagingError
from infra_cdk.packaging.target import Target

# AWS services that the Lambdas call. botocore carries the models of four hundred others.
SERVICES: Final = (
    *("cloudwatch", "cognito-idp", "dynamodb", "dynamodbstreams", "s3", "secretsmanager"),
    *("sesv2", "sns", "sqs", "sts"),
)
# Shapes of requests that no Lambda of ours makes: pagination and waiting are PynamoDB's and ours.
_UNREAD: Final = ("paginators-1.*", "waiters-2.*", "examples-1.*")
_TRIM_VERSION: Final = "5"  # raise when the rules below change


def libraries(target: Target, lock: Path, folder: Path, interpreter: Path | None) -> Path:
    """The archive of a lock file's libraries, made in a folder unless it is there already.

    Packages with the same lock file share it. Its name ends with a digest of what it was made
    from. It appears whole or not at all, so that builds side by side do not disturb each other.

    Args:
        target: where the libraries will run.
        lock: the lock file with their versions and hashes.
        folder: where to keep the archive.
        interpreter: makes the bytecode; None leaves it out.

    Raises:
        PackagingError: uv failed, or a module does not compile.
    """
    rules = f"{_TRIM_VERSION}|{SERVICES}"
    source = f"{lock.read_text(encoding='utf-8')}|{target}|{rules}|{bool(interpreter)}"
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    name = f"{target.name}-{lock.stem}-libraries"
    made = folder / f"{name}-{digest}.zip"
    if made.exists():
        return made
    with tempfile.TemporaryDirectory(dir=folder, prefix=".libraries-") as scratch:
        content = Path(scratch) / "content"
        _install(target, lock, content)
        _trim(content)
        if interpreter:
            compile_all(content, interpreter)
        partial = Path(scratch) / made.name
        archive.add(partial, content)
        partial.replace(made)
    for outdated in folder.glob(f"{name}-*.zip"):
        if outdated != made:
            outdated.unlink(missing_ok=True)
    return made


def _install(target: Target, lock: Path, folder: Path) -> None:
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


def _trim(folder: Path) -> None:
    (folder / ".lock").unlink(missing_ok=True)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for data in (folder / "botocore" / "data", folder / "boto3" / "data"):
        for service in data.iterdir():
            if service.is_dir() and service.name not in SERVICES:
                shutil.rmtree(service)
    # Types of requests, a third of Stripe's library: it imports them for type checkers only.
    shutil.rmtree(folder / "stripe" / "params", ignore_errors=True)
    for unwanted in ("__pycache__", "tests"):
        for path in [*folder.rglob(unwanted)]:
            shutil.rmtree(path, ignore_errors=True)
    for unwanted in ("*.pyi", "py.typed", *_UNREAD):
        for path in [*folder.rglob(unwanted)]:
            path.unlink()
    for record in folder.glob("*.dist-info/*"):
        # METADATA is what vulnerability scanners read; the rest names the machine it was made on.
        if record.name not in {"METADATA", "LICENSE"} and record.is_file():
            record.unlink()
