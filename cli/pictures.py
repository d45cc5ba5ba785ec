"""`python -m cli.pictures`: draw docs/pictures from templates and local layout anew."""

import argparse
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Final

from infra_cdk.checks.model import Cloud
from infra_cdk.diagrams.model import Edge, Group, Node, Picture
from infra_cdk.diagrams.region import region_picture
from infra_cdk.diagrams.whole import whole_picture
from infra_cdk.packaging.stand_in import stand_in_package
from localcloud.layout import DEFAULT_REGIONS, REPO_ROOT
from localcloud.plan import make_layout

FOLDER: Final = REPO_ROOT / "docs" / "pictures"
_REGION: Final = "eu-west-1"
_CONFIGURATION: Final = "production"
# What a local cloud listens with: name of the port to icon, label, what it stands for.
_LOCAL: Final = {
    "edge": ("network/cloudfront-edge-location", "edge", "our CloudFront"),
    "replicator": ("database/dynamodb-global-secondary-index", "replicator", "the global table"),
    "faults": ("management/cloudwatch-event-event-based", "faults", "by request"),
    "emulator": ("general/traditional-server", "emulator", "ministack"),
    "API gate": ("network/endpoint", "API gate", "cut, slow, ill"),
    "DynamoDB gate": ("network/endpoint", "DynamoDB gate", "slow, ill"),
    "payment provider's gate": ("network/endpoint", "payments gate", "slow, ill"),
    "payment provider": ("general/traditional-server", "payment provider", "keys, webhooks"),
    "localstripe": ("general/traditional-server", "localstripe", "Stripe's API"),
}


def pictures(cloud: Cloud) -> dict[str, Picture]:
    """All pictures, by file name."""
    return {
        "local.svg": local_picture(),
        "region.svg": region_picture(cloud, _REGION),
        "whole.svg": whole_picture(cloud),
    }


def local_picture() -> Picture:
    """The local cloud, from what it listens with."""
    layout = make_layout(regions=DEFAULT_REGIONS)
    regions = list(layout.region_names)
    nodes = [Node("browser", "general/user", "Browser, CLI", f"localhost:{layout.port}")]
    places: dict[str, tuple[float, float]] = {"browser": (0, 0)}
    for port, (name, _) in layout.ports().items():
        kind, _, region = name.rpartition(" ") if name not in _LOCAL else (name, "", "")
        icon, label, text = _LOCAL[kind]
        nodes.append(Node(name, icon, label, f":{port}, {text}"))
        row = 1.35 * regions.index(region) if region else 0.0
        column = {"API gate": 1, "emulator": 2, "DynamoDB gate": 3}.get(kind, 0)
        places[name] = (column, row)
    last = 1.35 * (len(regions) - 1)
    places.update({"edge": (0, last / 2), "faults": (0, last), "replicator": (2, last + 1.35)})
    payments = ("payment provider's gate", "payment provider", "localstripe")
    places.update({name: (column, -1.35) for column, name in enumerate(payments, 1)})
    edges = [
        Edge("browser", "edge"),
        *(Edge(one, other) for one, other in pairwise(payments)),
        Edge(f"emulator {regions[0]}", payments[0], "Lambdas", quiet=True),
        Edge("faults", f"API gate {regions[-1]}", quiet=True),
    ]
    known = {node.key for node in nodes}
    for region in regions:
        emulator = f"emulator {region}"
        before = f"API gate {region}" if f"API gate {region}" in known else emulator
        edges.append(Edge("edge", before))
        if before != emulator:
            edges.append(Edge(before, emulator))
        if f"DynamoDB gate {region}" in known:
            edges.append(Edge(emulator, f"DynamoDB gate {region}", "Lambdas"))
    edges += [
        Edge("replicator", f"emulator {regions[-1]}", "streams, writes", quiet=True),
        *(
            Edge(f"emulator {one}", f"emulator {other}", "both ways", quiet=True)
            for one, other in pairwise(regions)
        ),
    ]
    groups = tuple(
        Group(region, tuple(node.key for node in nodes if node.key.endswith(f" {region}")))
        for region in regions
    )
    kept = tuple(edge for edge in edges if {edge.source, edge.target} <= known)
    return Picture("The local cloud: one machine", tuple(nodes), kept, groups, places)


def main() -> int:
    """Draw them; with `--assembly`, from templates that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assembly", type=Path, help="synthesized templates of a production")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the pictures")
    arguments = parser.parse_args()
    from infra_cdk.diagrams.svg import draw

    with tempfile.TemporaryDirectory(prefix="carte-pictures-") as scratch:
        cloud = Cloud.of_assembly(arguments.assembly or _synthesized(Path(scratch)))
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures(cloud).items():
        path = arguments.out / name
        path.write_text(draw(picture), encoding="utf-8")
        print(f"{name}: {len(picture.nodes)} nodes, {path.stat().st_size / 1000:.0f} kB")
    return 0


def _synthesized(folder: Path) -> Path:
    from infra_cdk.app import add_stacks
    from infra_cdk.gate.configurations import configurations
    from infra_cdk.gate.synthesis import judged_app, synth

    package = stand_in_package(folder / "package.zip")
    app = judged_app(folder / "out", template_rules=False, nag=False)
    add_stacks(app, configurations()[_CONFIGURATION], package)
    synth(app, folder / "out")
    return folder / "out"


if __name__ == "__main__":
    sys.exit(main())
