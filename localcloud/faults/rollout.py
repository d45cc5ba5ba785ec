"""Rolls a bad version of the menu Lambda out in one region, and back again.

It is a real deployment: the code that serves, with another entry point, becomes a new version, and
the alias that API Gateway invokes is moved to it. The version's description names the one before,
and the bad code holds the good one, so that whoever finds them can roll back.

The emulator ignores an alias's weights, so the share of requests that meet the bad version is drawn
in its handler, which passes the others to the good code. And it gives out no version's code but
that of $LATEST, which is why that is made good again at once.
"""

import contextlib
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.request import ProxyHandler, build_opener

from localcloud.faults.lambda_handles import function_with

HANDLER: Final = "services.menu_api.handler.handler"
ALIAS: Final = "live"
_FILE: Final = "services/menu_api/handler.py"
_KEPT: Final = "services/menu_api/handler_before.py"
_COMPILED: Final = re.compile(r"services/menu_api/(__pycache__/)?handler\.[^/]*pyc")
_MARK: Final = re.compile(r"fault (?P<fault>\{.*\}) after version (?P<before>\d+)")
_PATIENCE_S: Final = 10.0
_OPENER: Final = build_opener(ProxyHandler({}))

_SOURCE: Final = '''"""A fault: stands in for the entry point of the version before."""

import json
import random
import time
from types import SimpleNamespace

_FAULT = json.loads({fault!r})

if _FAULT["skew_ms"]:
    from services.domain import stamp

    _ns = int(_FAULT["skew_ms"] * 1_000_000)
    stamp.time = SimpleNamespace(time_ns=lambda: time.time_ns() + _ns)

from services.menu_api import handler_before


def handler(event, context):
    if random.random() < _FAULT["raise"]:
        raise RuntimeError("fault: this version of the handler is bad")
    return handler_before.handler(event, context)
'''


def roll_out(api: Any, values: Sequence[dict[str, Any]]) -> None:
    """Serve by a version with these faults, or by the good one.

    Args:
        api: A client of the region's Lambda API.
        values: `{"raise": share}` and `{"skew_ms": milliseconds}`.
    """
    name = function_with(api, HANDLER)
    serving = str(api.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
    found = api.get_function_configuration(FunctionName=name, Qualifier=serving)
    mark = _MARK.fullmatch(str(found.get("Description", "")))
    fault = joined(values)
    if mark and json.loads(mark["fault"]) == fault:
        return
    before = mark["before"] if mark else serving
    latest = _latest_code(api, name)
    good = restored(latest)
    target = before
    if fault:
        api.update_function_code(FunctionName=name, ZipFile=spoiled(good, fault))
        note = f"fault {json.dumps(fault)} after version {before}"
        target = api.publish_version(FunctionName=name, Description=note)["Version"]
    if fault or good != latest:
        api.update_function_code(FunctionName=name, ZipFile=good)
    if target != serving:
        api.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=target)
    if mark:
        with contextlib.suppress(api.exceptions.ClientError):
            api.delete_function(FunctionName=name, Qualifier=serving)


def joined(values: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Several bad deployments are one: shares are drawn independently, skews add up."""
    if not values:
        return {}
    good = math.prod(1 - value.get("raise", 0.0) for value in values)
    return {"raise": 1 - good, "skew_ms": sum(value.get("skew_ms", 0.0) for value in values)}


def spoiled(package: bytes, fault: Mapping[str, float]) -> bytes:
    """The package with another entry point, which calls the one it had or raises."""
    source = _SOURCE.format(fault=json.dumps(fault)).encode()
    files = _files(package)
    files = {name: body for name, body in files.items() if not _COMPILED.fullmatch(name)}
    return _zip({**files, _KEPT: files[_FILE], _FILE: source})


def restored(package: bytes) -> bytes:
    """The good package of a spoiled one; any other as it is."""
    files = _files(package)
    if _KEPT not in files:
        return package
    files[_FILE] = files.pop(_KEPT)
    return _zip(files)


def _files(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def _latest_code(api: Any, name: str) -> bytes:
    found = api.get_function(FunctionName=name)
    with _OPENER.open(found["Code"]["Location"], timeout=_PATIENCE_S) as answer:
        code: bytes = answer.read()
        return code
