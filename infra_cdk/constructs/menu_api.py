"""The menu Lambda: GraphQL over HTTP, and exactly the table rights that it needs."""

from typing import Final

from aws_cdk import Stack
from constructs import Construct

from infra_cdk import picture_buckets
from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.count_files import ARRIVALS
from infra_cdk.constructs.dax import Dax
from infra_cdk.constructs.network import Network
from infra_cdk.constructs.search_tables import search_bucket_name, search_objects
from infra_cdk.count_buckets import bucket_name
from services.domain.orders.table_indexes import BOARD
from services.domain.pictures import UPLOADS

HANDLER: Final = "services.menu_api.handler.handler"
_TIMEOUT_S: Final = 10
# What its code calls (infra_cdk/checks/code.py holds it to that): no Scan on a request path, and
# nothing is ever deleted (tombstones) or updated in part.
TABLE_ACTIONS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
)
# Placing an order checks that nobody counted the store's stock in between.
_ORDER_ACTIONS: Final = ("dynamodb:ConditionCheckItem",)
# What `/ops` shows of a deployed chain. Neither takes a resource (Service Authorization Reference,
# "Actions, resources, and condition keys for Amazon CloudWatch").
_WATCHING_ACTIONS: Final = ("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData")
_DAX_ACTIONS: Final = ("dax:BatchGetItem", "dax:GetItem", "dax:Query")


class MenuApi(CarteFunction):
    """The Lambda that answers GraphQL in one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        home: Home,
        network: Network | None = None,
        dax: Dax | None = None,
    ) -> None:
        deployment = home.deployment
        # A strongly consistent table takes no counts, so it has no bucket for them.
        account, region = deployment.account, home.region
        bucket = "" if deployment.database.strong else bucket_name(account, region)
        super().__init__(
            scope,
            construct_id,
            home=home,
            name="menu-api",
            description="carte: GraphQL over HTTP; reads and writes the local replica",
            handler=HANDLER,
            table_actions=(*TABLE_ACTIONS, *_ORDER_ACTIONS),
            memory_mb=deployment.memory_mb,
            timeout_s=_TIMEOUT_S,
            environment={
                "CARTE_REGIONS": ",".join(deployment.regions),
                **staff_tokens(deployment),
                **_cors(deployment),
                **({"CARTE_CARDS": "on"} if deployment.takes_cards else {}),
                **({"CARTE_COUNT_BUCKET": bucket} if bucket else {}),
                **_pictures(deployment),
                "CARTE_SEARCH_BUCKET": search_bucket_name(account, region),
                **({"CARTE_DAX_ENDPOINT": dax.endpoint} if dax else {}),
            },
            snapstart=deployment.lambdas.start == "snapstart",
            provisioned=deployment.lambdas.provisioned,
            network=network,
        )
        # A store's orders of a day; the other index is the sweeper's.
        self.allow(("dynamodb:Query",), f"{home.table.table_arn}/index/{BOARD.name}")
        if bucket:
            # Not to upload, but to sign forms for it: a form may do what its signer may.
            objects = f"arn:{Stack.of(self).partition}:s3:::{bucket}/{ARRIVALS}*"
            self.allow(("s3:PutObject",), objects)
            acknowledge(self, {f"IAM5[Resource::{objects}]": "Any count file."})
        for one in deployment.picture_regions:
            # The same, in whichever region: a form is signed where the editor is.
            name = picture_buckets.bucket_name(account, one)
            uploads = f"arn:{Stack.of(self).partition}:s3:::{name}{UPLOADS}*"
            self.allow(("s3:PutObject",), uploads)
            acknowledge(self, {f"IAM5[Resource::{uploads}]": "Any picture."})
        tables = search_objects(Stack.of(self), account, region)
        self.allow(("s3:GetObject", "s3:PutObject"), tables)
        acknowledge(self, {f"IAM5[Resource::{tables}]": "Any version of the tables."})
        if dax:
            self.allow(_DAX_ACTIONS, dax.arn)
        else:
            # A network of a DAX cluster has no way to CloudWatch, so nothing asks it from there.
            self.allow(_WATCHING_ACTIONS, "*")


def _pictures(deployment: Deployment) -> dict[str, str]:
    buckets = picture_buckets.setting(deployment.account, deployment.picture_regions)
    return {picture_buckets.BUCKETS_SETTING: buckets} if buckets else {}


def _cors(deployment: Deployment) -> dict[str, str]:
    origins = ",".join(deployment.cors_origins)
    return {"CARTE_CORS_ORIGINS": origins} if origins else {}


def staff_tokens(deployment: Deployment) -> dict[str, str]:
    """Return the variables that name the issuer of staff tokens."""
    named = {
        "CARTE_OIDC_ISSUER": deployment.oidc_issuer,
        "CARTE_OIDC_AUDIENCE": deployment.oidc_audience,
        "CARTE_OIDC_JWKS": deployment.oidc_jwks,
    }
    return {name: value for name, value in named.items() if value}
