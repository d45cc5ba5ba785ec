"""Command lines of the processes beside the emulators: replicator, edge, payments and others."""

import os
import sys
from pathlib import Path
from typing import Final

from localcloud.deployer import API_HANDLER, client
from localcloud.exceptions import LocalCloudError
from localcloud.layout import REPO_ROOT, TABLE, CloudLayout, Region, port_of
from localcloud.processes import Child, base_environment, spawn

PAYMENTS_VARIABLE: Final = "CARTE_LOCALSTRIPE"
_LOCALSTRIPE: Final = Path(__file__).with_name("payments") / "localstripe_server.py"


def start_replicator(layout: CloudLayout) -> Child:
    """Start the replicator, which stands for the replication of a global table."""
    return spawn(
        layout,
        "replicator",
        [sys.executable, "-m", "localcloud.replicator", "--config", str(layout.path)],
        environment=base_environment(layout),
        cwd=REPO_ROOT,
    )


def start_faults(layout: CloudLayout) -> Child:
    """Start the fault controller, which owns the gates before every region."""
    return spawn(
        layout,
        "faults",
        [sys.executable, "-m", "localcloud.faults", "--config", str(layout.path)],
        environment=base_environment(layout),
        cwd=REPO_ROOT,
    )


def start_localstripe(layout: CloudLayout) -> Child:
    """Start localstripe, which holds what the payment provider has.

    Raises:
        LocalCloudError: It is not installed.
    """
    default = REPO_ROOT / ".venv-payments" / "bin" / "python"
    python = Path(os.environ.get(PAYMENTS_VARIABLE) or default)
    if not os.access(python, os.X_OK):
        raise LocalCloudError(
            f"the local payment provider is not installed: there is no {python}",
            f"run `make setup`, or set {PAYMENTS_VARIABLE} to a Python that has localstripe",
        )
    return spawn(
        layout,
        "localstripe",
        [
            *(str(python), "-I", str(_LOCALSTRIPE), "--port", str(layout.localstripe_port)),
            *("--data", str(layout.payments_data / "localstripe.pickle")),
        ],
        environment=base_environment(layout),
        cwd=REPO_ROOT,
    )


def start_payments(layout: CloudLayout, webhook_url: str = "") -> Child:
    """Start the front of localstripe, which stands for the payment provider.

    Args:
        layout: The cloud.
        webhook_url: Where it posts its events to; empty: nowhere.
    """
    return spawn(
        layout,
        "payments",
        [
            *(sys.executable, "-m", "localcloud.payments", "--config", str(layout.path)),
            *("--webhook-url", webhook_url),
        ],
        environment=base_environment(layout),
        cwd=REPO_ROOT,
    )


def start_edge(layout: CloudLayout) -> Child:
    """Start the edge, which stands for CloudFront and Route 53."""
    return spawn(
        layout,
        "edge",
        [sys.executable, "-m", "localcloud.edge", "--config", str(layout.path)],
        environment=base_environment(layout),
        cwd=REPO_ROOT,
    )


def start_direct(layout: CloudLayout, region: Region, variables: dict[str, str]) -> Child:
    """Start the API of a region under an ASGI server, without gateway and Lambda.

    Args:
        layout: The cloud.
        region: The region whose table it reads.
        variables: The environment of the deployed Lambda, from `function_variables`.
    """
    port = str(port_of(region.api_url))
    return spawn(
        layout,
        "direct",
        [
            *(sys.executable, "-m", "uvicorn", "--factory", "services.menu_api.asgi:direct"),
            *("--host", "127.0.0.1", "--port", port),
            *("--no-access-log", "--log-level", "warning"),
        ],
        region=region.name,
        environment={
            **base_environment(layout),
            "CARTE_REGION": region.name,
            "CARTE_REGIONS": ",".join(layout.region_names),
            "CARTE_TABLE": TABLE,
            "CARTE_STAGE": "local",
            **variables,
            "AWS_REGION": region.name,
            "AWS_DEFAULT_REGION": region.name,
            "AWS_ENDPOINT_URL": region.endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": region.dynamodb_url,
        },
        cwd=REPO_ROOT,
    )


def function_variables(region: Region) -> dict[str, str]:
    """The environment that the template gives the API's Lambda, as deployed in this region."""
    pages = client(region, "lambda").get_paginator("list_functions").paginate()
    for page in pages:
        for function in page["Functions"]:
            if function.get("Handler") == API_HANDLER:
                return dict(function.get("Environment", {}).get("Variables", {}))
    return {}
