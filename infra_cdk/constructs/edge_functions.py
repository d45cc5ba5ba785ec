"""The functions that run at the edge, and the store of the drain flags that one of them reads."""

import json
from pathlib import Path
from typing import Final

from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra_cdk import edge_rules
from infra_cdk.config import Deployment
from infra_cdk.config.regions import COORDINATES

SOURCES: Final = Path(__file__).parents[1] / "edge_function"
FLAGS: Final = "carte-drain"
_NOWHERE: Final = (None, None)


def region_chooser(deployment: Deployment) -> str:
    """The source of the function that chooses a region, with the deployment written in."""
    source = (SOURCES / "choose_region.js").read_text(encoding="utf-8")
    placed = [[region, *COORDINATES.get(region, _NOWHERE)] for region in deployment.regions]
    for place, value in (
        ("/* REGIONS */ []", placed),
        ("/* API */ ''", deployment.domain.api),
        ("/* FAIL_OVER */ []", edge_rules.FAIL_OVER),
        ("/* WRITE_PATHS */ []", edge_rules.WRITE_PATHS),
        ("/* HAS_THIRD */ false", deployment.has_third),
    ):
        source = source.replace(place, json.dumps(value))
    return source


class EdgeFunctions(Construct):
    """Both functions, and the KeyValueStore `carte-drain`.

    Its key `drained` is a comma list of regions. Writing to it is CloudFront's data plane: it works
    while any region is away, and reaches the edge within seconds.

    Attributes:
        choose_region: for requests to the API.
        site_path: for requests to the site.
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        flags = cloudfront.KeyValueStore(
            self,
            "Flags",
            key_value_store_name=FLAGS,
            comment="carte: drained regions, a comma list in the key `drained`",
        )
        self.choose_region = cloudfront.Function(
            self,
            "ChooseRegion",
            function_name="carte-choose-region",
            comment="carte: past the drained regions",
            code=cloudfront.FunctionCode.from_inline(region_chooser(deployment)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            key_value_store=flags,
        )
        self.site_path = cloudfront.Function(
            self,
            "SitePath",
            function_name="carte-site-path",
            comment="carte: the site is one page",
            code=cloudfront.FunctionCode.from_inline(
                (SOURCES / "site_path.js").read_text(encoding="utf-8")
            ),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
