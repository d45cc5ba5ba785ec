"""The bill of materials of a package, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).

It is read from what the archive holds, not from what was meant to be installed, and holds neither
times nor random numbers: the same package has the same bill.
"""

import email
import hashlib
import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any, Final

_METADATA: Final = re.compile(r"[^/]+\.dist-info/METADATA")
_UNNAMED: Final = re.compile(r"[-_.]+")  # PEP 503: what stands between the words of a name


def write(archive: Path, root: Path) -> Path:
    """Write `<archive>.cdx.json` beside a package, and return its path.

    Args:
        archive: The package.
        root: The repository, whose `pyproject.toml` has the version.
    """
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": project["name"],
                "version": project["version"],
                "hashes": [
                    {
                        "alg": "SHA-256",
                        "content": hashlib.sha256(archive.read_bytes()).hexdigest(),
                    }
                ],
            }
        },
        "components": components(archive),
    }
    made = archive.with_suffix(".cdx.json")
    made.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return made


def components(archive: Path) -> list[dict[str, Any]]:
    """Return the libraries of a package, by name, each with its version and package URL."""
    found = []
    with zipfile.ZipFile(archive) as opened:
        for name in sorted(opened.namelist()):
            if _METADATA.fullmatch(name):
                metadata = email.message_from_bytes(opened.read(name))
                found.append(_component(str(metadata["Name"]), str(metadata["Version"]), metadata))
    return sorted(found, key=lambda one: str(one["name"]))


def _component(name: str, version: str, metadata: Any) -> dict[str, Any]:
    plain = _UNNAMED.sub("-", name).lower()
    url = f"pkg:pypi/{plain}@{version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": url,
        "name": plain,
        "version": version,
        "purl": url,
    }
    if metadata["License-Expression"]:
        component["licenses"] = [{"expression": str(metadata["License-Expression"])}]
    return component
