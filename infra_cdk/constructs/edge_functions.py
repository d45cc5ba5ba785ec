"""The functions that run at the edge, and the KeyValueStores that two of them read."""

import json
from pathlib import Path
from typing import Final

from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra_cdk import edge_rules
from infra_cdk.config import Deployment
from services.domain.aws_regions import AWS_REGIONS

SOURCES: Final = Path(__file__).parents[1] / "edge_function"
FLAGS: Final = "carte-drain"
STORES: Final = "carte-stores"
_NOWHERE: Final = (None, None)


def region_chooser(deployment: Deployment) -> str:
    """The source of the function that chooses a region, with the deployment written in."""
    source = (SOURCES / "choose_region.js").read_text(encoding="utf-8")
    # A region without a known place is deployed all the same; nobody is near it.
    placed = [[region, *AWS_REGIONS.get(region, _NOWHERE)] for region in deployment.regions]
    for place, value in (
        ("/* REGIONS */ []", placed),
        ("/* API */ ''", deployment.domain.api),
        ("/* LIVE */ ''", deployment.domain.live),
        ("/* HANDSHAKE_S */ 0", edge_rules.HANDSHAKE_S),
        ("/* FAIL_OVER */ []", edge_rules.FAIL_OVER),
        ("/* WRITE_PATHS */ []", edge_rules.WRITE_PATHS),
        ("/* HAS_THIRD */ false", deployment.has_third),
    ):
        source = source.replace(place, json.dumps(value))
    return source


def _code(name: str) -> cloudfront.FunctionCode:
    return cloudfront.FunctionCode.from_inline((SOURCES / name).read_text(encoding="utf-8"))


class EdgeFunctions(Construct):
    """The functions, and the KeyValueStores `carte-drain` and `carte-stores`.

    The key `drained` of `carte-drain` is a comma list of regions. Writing to it is CloudFront's
    data plane: it works while any region is away, and reaches the edge within seconds.
    `carte-stores` has the id of each store under its spellings, so that the page of a store that
    does not exist has the status 404; `carte sitemap` makes its content.

    Attributes:
        choose_region: for requests to the API.
        site_path: for requests to the site.
        site_status: for the site's responses.
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
        stores = cloudfront.KeyValueStore(
            self,
            "Stores",
            key_value_store_name=STORES,
            comment="carte: the id of each store, under the spellings that lead to it",
        )
        self.site_path = cloudfront.Function(
            self,
            "SitePath",
            function_name="carte-site-path",
            comment="carte: the site is one page",
            code=_code("site_path.js"),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            key_value_store=stores,
        )
        self.site_status = cloudfront.Function(
            self,
            "SiteStatus",
            function_name="carte-site-status",
            comment="carte: 404 for what is no page",
            code=_code("site_status.js"),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
