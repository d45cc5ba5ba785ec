"""An account in one emulator, bootstrapped and deployed to by the AWS CDK's own command line.

What the emulator lacks is left out of the templates; references to health checks, which it lacks
too, become an id that is none.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from infra_cdk.app import synthesize
from infra_cdk.config import Deployment
from infra_cdk.constructs.rest_api import EMULATOR_ID_TAG
from infra_cdk.deployment.assembly import replace_template
from infra_cdk.deployment.toolkit import PROGRAM
from infra_cdk.packaging.build import build
from infra_cdk.packaging.content import CONTENTS, packages_beside
from infra_cdk.packaging.target import this_machine
from localcloud.emulator import HEALTH_PATH, program
from localcloud.layout import ACCOUNT_ID
from localcloud.plan import free_edge_port
from localcloud.templates import Dropped, fit

REGION = "us-east-1"
NO_HEALTH_CHECK = "00000000-0000-4000-8000-000000000000"
ROOT = Path(__file__).parents[2]
SHORT_WAITS = Path(__file__).with_name("short_waits.cjs")
HANDLER = "services/menu_api/handler.py"
ENTRY = "services.menu_api.handler.handler"
# The emulator's resources lack these; an output that reads one rejects the whole template.
MISSING_ATTRIBUTES = ("ProviderURL",)
# Handlers for `with_handler`: a build that says which it is, and a build that never starts.
SECOND = """
from services.menu_api import handler_before

def handler(event, context):
    answer = handler_before.handler(event, context)
    for name in ("headers", "multiValueHeaders"):
        if answer.get(name) is not None:
            answer[name]["x-build"] = "second" if name == "headers" else ["second"]
    return answer
"""
BROKEN = "raise RuntimeError('this build never starts')\n"
_VERSION_HASH = 32  # characters that end the name of a Lambda's version in a template
_PATIENCE_S = 30.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class CdkAccount:
    """One emulated account.

    Attributes:
        front: URL that takes the smoke tests' requests.
    """

    folder: Path
    endpoint: str
    environment: dict[str, str]
    front: str = ""
    dropped: list[Dropped] = field(default_factory=list)
    dropped_outputs: list[str] = field(default_factory=list)

    @property
    def api(self) -> str:
        """Where the region's API answers."""
        return f"{self.endpoint}/_aws/execute-api/carte/live"

    def client(self, service: str, region: str = REGION) -> Any:
        """A boto3 client of the emulator."""
        session = boto3.Session(ACCOUNT_ID, "local", region_name=region)
        return session.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]

    def cdk(self, *arguments: str) -> str:
        """Run the CDK's command line to its end; its output."""
        done = subprocess.run(
            [str(PROGRAM), *arguments, "--no-notices", "--ci", "--no-color"],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, output
        return output

    def carte(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `carte deploy` against the account."""
        command = [sys.executable, "-m", "cli.main", "deploy", *arguments]
        return subprocess.run(
            [*command, "--yes"],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    def assembly(self, name: str, package: Path, deployment: Deployment | None = None) -> Path:
        """What would be deployed to AWS, without what the emulator cannot take."""
        wanted = deployment or Deployment(account=ACCOUNT_ID, regions=(REGION,))
        out = synthesize(wanted, package, self.folder / name, judged=False)
        self.dropped, self.dropped_outputs = [], []
        manifest = json.loads((out / "manifest.json").read_text())
        for stack, artifact in manifest["artifacts"].items():
            if artifact["type"] != "aws:cloudformation:stack":
                continue
            whole = json.loads((out / artifact["properties"]["templateFile"]).read_text())
            whole = _with_ids(whole, _region_of(artifact))
            fitted, dropped = fit(stack, whole)
            # Unlike a local cloud's emulators, this one has the bootstrap stack that they look at.
            fitted.update({key: whole[key] for key in ("Rules", "Parameters") if key in whole})
            fitted["Outputs"] = dict(self._known_outputs(stack, fitted.get("Outputs", {})))
            replace_template(out, stack, fitted)
            self.dropped += dropped
        return out

    def _known_outputs(self, stack: str, outputs: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, body in outputs.items():
            if any(attribute in json.dumps(body) for attribute in MISSING_ATTRIBUTES):
                self.dropped_outputs.append(f"{stack}.{name}")
            else:
                yield name, body

    def get(self, path: str) -> tuple[int, dict[str, str]]:
        """Ask the API; status and headers."""
        try:
            with _OPENER.open(self.api + path, timeout=60) as answer:
                return answer.status, {name.lower(): text for name, text in answer.headers.items()}
        except urllib.error.HTTPError as error:
            return error.code, {}


def _region_of(artifact: dict[str, Any]) -> str:
    return str(artifact["environment"]).rpartition("/")[2]


def _with_ids(template: dict[str, Any], region: str) -> dict[str, Any]:
    """A template with an id for each health check, and an API id that its region alone has."""
    checks = {
        name
        for name, body in template["Resources"].items()
        if body["Type"] == "AWS::Route53::HealthCheck"
    }

    def resolved(part: Any) -> Any:
        if isinstance(part, dict):
            named = part.get("Ref") or next(iter(part.get("Fn::GetAtt", [])), None)
            if len(part) == 1 and named in checks:
                return NO_HEALTH_CHECK
            if part.get("Key") == EMULATOR_ID_TAG:
                return {**part, "Value": api_id(region)}
            if EMULATOR_ID_TAG in part:
                return {**part, EMULATOR_ID_TAG: live_id(region)}
            return {key: resolved(one) for key, one in part.items()}
        return [resolved(one) for one in part] if isinstance(part, list) else part

    kept = {
        name: body if name in checks else resolved(body)
        for name, body in template["Resources"].items()
    }
    return {**template, "Resources": kept, "Outputs": resolved(template.get("Outputs", {}))}


def api_id(region: str) -> str:
    """The id of a region's API: all regions share the emulator, and its ids."""
    return "carte" if region == REGION else f"carte-{region}"


def live_id(region: str) -> str:
    """The id of a region's WebSocket API."""
    return f"{api_id(region)}-live"


@contextmanager
def running(folder: Path) -> Iterator[CdkAccount]:
    """An empty account; all of its processes end with the test."""
    port = free_edge_port()
    endpoint = f"http://127.0.0.1:{port}"
    given = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": ACCOUNT_ID,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        # 200 MB of the CDK that each home would be given anew.
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(Path.home() / ".cache/aws/jsii/package-cache"),
        "NODE_NO_WARNINGS": "1",
        "NODE_OPTIONS": f'--require "{SHORT_WAITS}"',
    }
    temporary = folder / "tmp"
    temporary.mkdir()
    served = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "0",
        "LOG_LEVEL": "WARNING",
    }
    with (folder / "emulator.log").open("wb") as log:
        child = subprocess.Popen(
            [str(program())], env=served, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _await(child, endpoint + HEALTH_PATH)
            yield CdkAccount(folder, endpoint, given)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait(_PATIENCE_S)


def built_package() -> Path:
    """The package of most Lambdas for this machine, with the others beside it."""
    first, *_ = [build(this_machine(), ROOT, content=content) for content in CONTENTS]
    return first.archive


def with_handler(package: Path, made: Path, source: str) -> Path:
    """A package with another menu handler; the one that was there becomes `handler_before`."""
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(made, "w") as changed:
        for entry in whole.infolist():
            if entry.filename == HANDLER:
                changed.writestr(HANDLER.replace(".py", "_before.py"), whole.read(entry))
            elif "menu_api/__pycache__/handler." not in entry.filename:
                changed.writestr(entry, whole.read(entry))
        changed.writestr(HANDLER, source)
    for one, copy in zip(packages_beside(package), packages_beside(made), strict=True):
        shutil.copyfile(one, copy)
    return made


def repackaged(assembly: Path, made: Path, package: Path) -> Path:
    """Copy an assembly with another package of the menu Lambda, as synthesizing anew would.

    Synthesis takes ten seconds and more, and would change nothing but the package's hash and the
    names of the versions that run the package; `tests/infra/test_cdk_cli.py` compares the two.
    """
    shutil.copytree(assembly, made)
    new = hashlib.sha256(package.read_bytes()).hexdigest()
    for path in sorted(made.glob("*.template.json")):
        text = path.read_text()
        resources = json.loads(text)["Resources"]
        keys = {
            name: str(body["Properties"]["Code"].get("S3Key", ""))
            for name, body in resources.items()
            if body["Type"] == "AWS::Lambda::Function"
        }
        menu = [
            key for name, key in keys.items() if resources[name]["Properties"]["Handler"] == ENTRY
        ]
        if not menu:
            continue
        old = menu[0].removesuffix(".zip")
        for name, body in resources.items():
            if body["Type"] == "AWS::Lambda::Version":
                function = body["Properties"]["FunctionName"]["Ref"]
                if keys[function] == menu[0]:
                    text = text.replace(name, f"{name[:-_VERSION_HASH]}{new[:_VERSION_HASH]}")
        (made / f"asset.{old}.zip").unlink(missing_ok=True)
        shutil.copyfile(package, made / f"asset.{new}.zip")
        stack = path.name.removesuffix(".template.json")
        listing = made / f"{stack}.assets.json"
        listing.write_text(listing.read_text().replace(old, new))
        replace_template(made, stack, json.loads(text.replace(old, new)))
    return made


def built_cli() -> None:
    """The CDK's command line, installed from its lock if it is not there."""
    if not PROGRAM.exists():
        npm = shutil.which("npm")
        assert npm, "npm is missing: install Node 20 or newer"
        subprocess.run([npm, "ci", "--silent"], cwd=PROGRAM.parents[2], check=True)


def _await(child: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with _OPENER.open(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise AssertionError(f"no emulator at {url} within {_PATIENCE_S} s")
