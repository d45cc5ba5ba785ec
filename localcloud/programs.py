"""Command lines of the processes beside the emulators: replicator, faults, edge, direct runtime."""

import sys

from localcloud.deployer import client
from localcloud.layout import REPO_ROOT, TABLE, CloudLayout, Region, port_of
from localcloud.processes import Child, base_environment, spawn

_HANDLER = "services.menu_api.handler.handler"


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
            if function.get("Handler") == _HANDLER:
                return dict(function.get("Environment", {}).get("Variables", {}))
    return {}
