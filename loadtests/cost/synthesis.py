"""The templates of the deployment that is estimated, synthesized in a folder of their own."""

import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import infra_cdk
from infra_cdk.app import synthesize
from infra_cdk.config import ConfigError, Deployment
from infra_cdk.packaging.content import packages_beside
from loadtests.cost.exceptions import CostError
from loadtests.cost.resources import Templates

_CONFIG_HINT: Final = "see infra_cdk/deployment.example.toml for what a deployment file holds"
_DAX_NODE: Final = "dax.t3.small"
EXAMPLE: Final = Path(infra_cdk.__file__).with_name("deployment.example.toml")


def deployment_of(config: Path | None, more_regions: list[str], *, dax: bool) -> Deployment:
    """The deployment of a file (the example's if None), with more in it.

    Raises:
        CostError: The file, or a region, is wrong.
    """
    try:
        deployment = Deployment.from_toml(config or EXAMPLE)
        cache = deployment.cache
        if dax and not cache.dax_node:
            cache = replace(cache, dax_node=_DAX_NODE)
        return replace(deployment, regions=(*deployment.regions, *more_regions), cache=cache)
    except OSError as error:
        raise CostError(f"{config}: {error.strerror or error}", _CONFIG_HINT) from error
    except ConfigError as error:
        raise CostError(str(error), _CONFIG_HINT) from error


def templates_of(deployment: Deployment) -> Templates:
    """Synthesize, which takes some seconds. The Lambdas' code is of no interest here.

    Raises:
        CostError: The deployment cannot be synthesized.
    """
    with tempfile.TemporaryDirectory(prefix="carte-cost-") as folder:
        package = Path(folder) / "package.zip"
        for one in (package, *packages_beside(package)):
            with zipfile.ZipFile(one, "w") as archive:
                archive.writestr("README", "the code is of no interest to a bill")
        try:
            out = synthesize(deployment, package, Path(folder) / "out", judged=False)
            return Templates.read(out)
        except ConfigError as error:
            raise CostError(str(error), _CONFIG_HINT) from error
