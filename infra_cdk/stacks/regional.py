"""The regional stack, the same in every region: it owns all that is regional."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.convergence import Convergence
from infra_cdk.constructs.menu_api import MenuApi
from infra_cdk.constructs.rest_api import RestApi


class RegionalStack(Stack):
    """One region's API and Lambdas.

    It refers to the table by name: each region has a replica of that name, so no reference crosses
    regions and no stack waits for another's outputs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        region: str,
        package: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        table = dynamodb.TableV2.from_table_name(self, "Table", deployment.table)
        code = lambda_.Code.from_asset(package)
        menu_api = MenuApi(
            self, "MenuApi", deployment=deployment, region=region, table=table, code=code
        )
        Convergence(
            self, "Convergence", deployment=deployment, region=region, table=table, code=code
        )
        RestApi(self, "RestApi", deployment=deployment, alias=menu_api.alias)
