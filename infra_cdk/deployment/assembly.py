"""Assemblies with another template: what ran before, or what an emulator can take."""

import hashlib
import json
from pathlib import Path
from typing import Any


def of_one_stack(assembly: Path, stack: str, template: dict[str, Any], folder: Path) -> None:
    """Write an assembly of one stack with this template, and all else as the assembly has it.

    The packages that the template names are in the bootstrap bucket since they were deployed; so
    only the template itself, named by its own hash, is listed for upload.

    Args:
        assembly: The assembly that holds the stack.
        stack: its name.
        template: the template to deploy in place of the assembly's.
        folder: where to write; must not exist.
    """
    folder.mkdir(parents=True)
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    kept = {
        name: manifest["artifacts"][name]
        for name in (stack, f"{stack}.assets")
        if name in manifest["artifacts"]
    }
    artifact = kept[stack]
    artifact["dependencies"] = [one for one in artifact.get("dependencies", []) if one in kept]
    artifact.pop("additionalMetadataFile", None)
    manifest = {"version": manifest["version"], "artifacts": kept}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if (listing := assembly / f"{stack}.assets.json").exists():
        assets = json.loads(listing.read_text(encoding="utf-8"))
        own = artifact["properties"]["templateFile"]
        assets["files"] = {
            name: one for name, one in assets["files"].items() if one["source"]["path"] == own
        }
        (folder / listing.name).write_text(json.dumps(assets), encoding="utf-8")
    replace_template(folder, stack, template)


def template_of(assembly: Path, stack: str) -> dict[str, Any]:
    """Return the template of a stack of an assembly."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    file = manifest["artifacts"][stack]["properties"]["templateFile"]
    template: dict[str, Any] = json.loads((assembly / file).read_text(encoding="utf-8"))
    return template


def replace_template(assembly: Path, stack: str, template: dict[str, Any]) -> None:
    """Put another template into an assembly, under the name of its content.

    A template is uploaded as `<hash>.json` and only if that is not there yet, so one that changed
    without its name would never arrive.
    """
    text = json.dumps(template, indent=1)
    path = assembly / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    file = manifest["artifacts"][stack]["properties"]["templateFile"]
    (assembly / file).write_text(text, encoding="utf-8")
    listing = assembly / f"{stack}.assets.json"
    if not listing.exists():
        return
    assets = json.loads(listing.read_text(encoding="utf-8"))
    (old,) = (name for name, one in assets["files"].items() if one["source"]["path"] == file)
    new = hashlib.sha256(text.encode()).hexdigest()
    for changed in (listing, path):
        changed.write_text(changed.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
