"""The functions that run at the edge, and the store of the drain flags that one of them reads."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra_cdk.config.regions import COORDINATES

SOURCES: Final = Path(__file__).parents[1] / "edge_function"
FLAGS: Final = "carte-drain"
_PLACE: Final = "/* REGIONS */ []"
_NOWHERE: Final = (None, None)


def region_chooser(regions: Sequence[str]) -> str:
    """The source of the function that chooses a region, with the regions written in."""
    source = (SOURCES / "choose_region.js").read_text(encoding="utf-8")
    placed = [[region, *COORDINATES.get(region, _NOWHERE)] for region in regions]
    return source.replace(_PLACE, json.dumps(placed))


class EdgeFunctions(Construct):
    """Both functions, and the KeyValueStore `carte-drain`.

    Its key `drained` is a comma list of regions. Writing to it is CloudFront's data plane: it works
    while any region is away, and reaches the edge within seconds.

    Attributes:
        choose_region: for requests to the API.
        site_path: for requests to the site.
    """

    def __init__(self, scope: Construct, construct_id: str, *, regions: Sequence[str]) -> None:
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
            comment="carte: the nearest region that is not drained",
            code=cloudfront.FunctionCode.from_inline(region_chooser(regions)),
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
