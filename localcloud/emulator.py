"""The AWS of one region: a ministack process with its own state, on the loopback address only."""

import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Final

from localcloud.exceptions import LocalCloudError
from localcloud.layout import ACCOUNT_ID, REPO_ROOT, CloudLayout, Region
from localcloud.package import libraries
from localcloud.processes import Child, base_environment, spawn

PROGRAM_VARIABLE: Final = "CARTE_EMULATOR"
HEALTH_PATH: Final = "/_ministack/health"
# Invocations at once; more are throttled. The emulator answers a request that finds no idle worker
# by starting one more. Without a bound, requests that give up before their worker has started
# (health checks after a second) pile up workers until a region never answers again.
_CONCURRENCY: Final = 16


def program() -> Path:
    """The emulator's executable.

    Raises:
        LocalCloudError: It is not installed.
    """
    default = REPO_ROOT / ".venv-emulator" / "bin" / "ministack"
    path = Path(os.environ.get(PROGRAM_VARIABLE) or default)
    if not os.access(path, os.X_OK):
        raise LocalCloudError(
            f"the emulator is not installed: there is no {path}",
            f"run `make setup`, or set {PROGRAM_VARIABLE} to a ministack executable",
        )
    return path


def environment(layout: CloudLayout, region: Region) -> dict[str, str]:
    """The emulator's environment, which its Lambda workers inherit."""
    data = layout.data(region.name)
    return {
        **base_environment(layout),
        "GATEWAY_PORT": str(region.port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": region.name,
        "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(data / "state"),
        "S3_DATA_DIR": str(data / "s3"),
        "TMPDIR": str(temporary(layout, region)),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(_CONCURRENCY),
        "LOG_LEVEL": "WARNING",  # one access line per call would be most of the log
        # ministack gives its workers AWS_ENDPOINT_URL of itself, which serves all but DynamoDB:
        # the service reaches that through the gate where faults are put on.
        "AWS_ENDPOINT_URL": region.endpoint,
        "AWS_ENDPOINT_URL_DYNAMODB": region.dynamodb_url,
        # Of links in mails; a deployment has its domain there.
        "CARTE_SITE_URL": layout.edge_url,
        **({"CARTE_PAYMENT_URL": layout.payments_gate} if layout.payments_gate else {}),
        "PYTHONPATH": str(libraries(layout)),
    }


def temporary(layout: CloudLayout, region: Region) -> Path:
    """Return where the emulator unpacks Lambda packages; emptied at each start."""
    return layout.state_dir / "tmp" / region.name


def start(layout: CloudLayout, region: Region) -> Child:
    """Start the region's emulator; it answers `HEALTH_PATH` about a second later."""
    _empty(temporary(layout, region))
    layout.data(region.name).mkdir(parents=True, exist_ok=True)
    script = program().resolve()
    return spawn(
        layout,
        "emulator",
        # -E: the PYTHONPATH is for the workers; the emulator has libraries of its own.
        [str(script.with_name("python")), "-E", str(script)],
        region=region.name,
        environment=environment(layout, region),
        cwd=layout.data(region.name),
    )


def _empty(folder: Path) -> None:
    """Make a folder empty at once; what was in it, often many files, is removed beside us."""
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix="old-", dir=folder.parent))
        folder.replace(old / folder.name)
        threading.Thread(target=shutil.rmtree, args=(old, True), daemon=True).start()
    folder.mkdir(parents=True)
