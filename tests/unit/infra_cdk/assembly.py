"""A cloud assembly of small templates, as `python -m infra_cdk.app` lays it out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"


def write_assembly(
    folder: Path,
    stacks: Mapping[str, str],
    resources: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """An assembly with these stacks, each with a template of its own.

    Args:
        folder: An existing, empty folder.
        stacks: Stack name to region.
        resources: Stack name to the resources of its template, beside a queue.
    """
    artifacts: dict[str, Any] = {}
    for name, region in stacks.items():
        queue = {"Queue": {"Type": "AWS::SQS::Queue"}}
        template = {
            "Resources": {**queue, **(resources or {}).get(name, {})},
            "Description": name,
        }
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        asset = {"source": {"path": f"{name}.template.json"}, "destinations": {}}
        (folder / f"{name}.assets.json").write_text(json.dumps({"files": {"0" * 64: asset}}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{ACCOUNT}/{region}",
            "properties": {"templateFile": f"{name}.template.json"},
            "dependencies": [f"{name}.assets"],
        }
        artifacts[f"{name}.assets"] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{name}.assets.json"},
        }
    manifest = {"version": "55.0.0", "artifacts": artifacts}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
