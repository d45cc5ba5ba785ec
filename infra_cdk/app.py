"""`python -m infra_cdk.app`: synthesize the templates, without network or account."""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra_cdk.config import LOCAL_ACCOUNT, ConfigError, Deployment
from infra_cdk.packaging.content import packages_beside

if TYPE_CHECKING:
    from aws_cdk import App

ROOT: Final = Path(__file__).parents[1]
DEFAULT_PACKAGE: Final = ROOT / "build" / "lambda-arm64.zip"
# Here and not in cdk.json, so that the CDK CLI and plain Python synthesize the same templates.
FEATURE_FLAGS: Final = {
    "@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard": True,
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/core:enablePartitionLiterals": True,
    "@aws-cdk/core:validateAgainstDefaultRules": True,
}


def synthesize(
    deployment: Deployment, package: Path, out: Path | None = None, *, judged: bool = True
) -> Path:
    """Write the cloud assembly of all stacks: `carte-data`, `carte-identity`, `carte-<region>`s.

    Every stack has an explicit account and region, so nothing is looked up. The templates expect
    the CDK's bootstrap bucket `cdk-hnb659fds-assets-<account>-<region>` to hold the assets listed
    in `<stack>.assets.json`, and check the bootstrap version by a parameter and a rule; where
    there is no bootstrap stack (an emulator), drop `Parameters.BootstrapVersion` and `Rules`.

    Args:
        deployment: what to deploy.
        package: Zip of the Lambdas' code, as `python -m infra_cdk.packaging` makes it; the
            other packages are beside it.
        out: folder to write; None takes the CDK CLI's, else `cdk.out`. An assembly that is there
            is replaced.
        judged: Whether the CDK judges the templates by its own rules, which takes longer than to
            make them; False for who only reads them, or has them judged by the gate.

    Returns:
        The folder.

    Raises:
        ConfigError: there is no package.
    """
    for one in (package, *packages_beside(package)):
        if not one.exists():
            raise ConfigError(f"there is no {one.name}; run `make package` first")
    # Loading the CDK takes seconds: only a synthesis pays for it.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    from aws_cdk import App

    outdir = out or Path(os.environ.get("CDK_OUTDIR", "cdk.out"))
    app = App(
        outdir=str(outdir),
        analytics_reporting=False,
        context=FEATURE_FLAGS,
        # The templates of a local cloud pass it for `aws`.
        builtin_cloud_formation_validation=judged and deployment.stage == "aws",
    )
    add_stacks(app, deployment, package)
    app.synth()
    _forget_outdated(outdir)
    return outdir


def add_stacks(app: "App", deployment: Deployment, package: Path) -> None:
    """Put a deployment's stacks into an app; see `infra_cdk.stacks.catalog`."""
    from infra_cdk.stacks.catalog import stacks

    stacks(app, deployment, package)


def _forget_outdated(folder: Path) -> None:
    """Remove what an earlier synthesis left: regions that are gone, packages of older code."""
    stacks = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    assets: set[str] = set()
    for path in folder.glob("*.assets.json"):
        if path.name.removesuffix(".assets.json") in stacks:
            files = json.loads(path.read_text(encoding="utf-8"))["files"].values()
            assets.update(file["source"]["path"] for file in files)
    for kind in (".template.json", ".assets.json", ".metadata.json"):
        for path in folder.glob(f"*{kind}"):
            if path.name.removesuffix(kind) not in stacks:
                path.unlink()
    for path in folder.glob("asset.*.zip"):
        if path.name not in assets:
            path.unlink()


def _config_in_context() -> Path | None:
    """The deployment file that `cdk ... -c config=deployment.toml` names, if any."""
    named = json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}")).get("config")
    return Path(named) if named else None


def main() -> int:
    """Read the arguments and synthesize."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m infra_cdk.app --config deployment.toml"
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=_config_in_context(),
        help="deployment file (TOML); default: the CDK CLI's `-c config=FILE`, else defaults",
    )
    parser.add_argument("--out", type=Path, help="folder to write (cdk.out)")
    parser.add_argument("--package", type=Path, default=DEFAULT_PACKAGE, help="zip of the Lambdas")
    parser.add_argument(
        "--unjudged", action="store_true", help="leave out the CDK's rules, most of the time"
    )
    parser.add_argument("--regions", help="comma list in place of the file's")
    parser.add_argument("--local", action="store_true", help="for the emulators: stage `local`")
    parser.add_argument("--issuer", help="with --local: name of the development issuer")
    parser.add_argument("--issuer-audience", help="with --local: audience of its tokens")
    parser.add_argument("--issuer-keys", type=Path, help="with --local: file of its public keys")
    arguments = parser.parse_args()
    try:
        deployment = Deployment.from_toml(arguments.config) if arguments.config else Deployment()
        if arguments.regions:
            deployment = replace(deployment, regions=tuple(arguments.regions.split(",")))
        if arguments.local:
            keys = arguments.issuer_keys
            deployment = replace(
                deployment,
                account=LOCAL_ACCOUNT,
                stage="local",
                mail_from="orders@carte.example",
                payments="stripe",
                oidc_issuer=arguments.issuer or "",
                oidc_audience=arguments.issuer_audience or "",
                oidc_jwks=keys.read_text(encoding="utf-8") if keys else "",
            )
        judged = not arguments.unjudged
        out = synthesize(deployment, arguments.package, arguments.out, judged=judged)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for template in sorted(out.glob("*.template.json")):
        sys.stdout.write(f"{template.name}: {template.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
