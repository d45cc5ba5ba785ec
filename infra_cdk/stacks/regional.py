"""The regional stack, the same in every region: it owns all that is regional."""

from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.canary import Canary
from infra_cdk.constructs.carte_function import Home
from infra_cdk.constructs.convergence import Convergence
from infra_cdk.constructs.count_files import CountFiles
from infra_cdk.constructs.data_alarms import CountFileAlarms, DataAlarms
from infra_cdk.constructs.dax import Dax
from infra_cdk.constructs.fulfilment import (
    Fulfilment,
    FulfilmentAlarms,
    OrderQueue,
    SweeperFunction,
)
from infra_cdk.constructs.health import Health
from infra_cdk.constructs.inventory import TIMEOUT_S, Inventory
from infra_cdk.constructs.live import LiveUpdates, TopicQueue
from infra_cdk.constructs.live_alarms import LiveAlarms
from infra_cdk.constructs.live_names import MAPPING, LiveNames
from infra_cdk.constructs.menu_api import MenuApi
from infra_cdk.constructs.names import Names
from infra_cdk.constructs.network import Network
from infra_cdk.constructs.objectives import ObjectiveAlarms
from infra_cdk.constructs.payment_webhook import PaymentAlarms, PaymentWebhook
from infra_cdk.constructs.people_notices import (
    PeopleNotices,
    PeopleNoticesAlarms,
    PeopleQueue,
)
from infra_cdk.constructs.picture_bucket import PictureBucket
from infra_cdk.constructs.reconciler import ReconcilerFunction
from infra_cdk.constructs.rest_api import RestApi
from infra_cdk.constructs.saved_queries import SavedQueries
from infra_cdk.constructs.search_tables import SearchTables
from infra_cdk.constructs.serving_alarms import ServingAlarms
from infra_cdk.constructs.shifting import Shifting
from infra_cdk.constructs.stock_alerts import AlertQueue, StockAlertAlarms, StockAlerts
from infra_cdk.constructs.topics import alarm_topic, topic
from infra_cdk.edge_rules import origin_secret_reference
from infra_cdk.packaging.content import live_package, orders_package


class RegionalStack(Stack):
    """One region's API and Lambdas, its names, its files and its alarms.

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
        package: Path,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        # A network checks its zones against the account's; these are named, so nothing is looked
        # up.
        self.node.set_context(
            f"availability-zones:account={deployment.account}:region={region}",
            deployment.cache.zones_of(region),
        )
        self._home = Home(
            deployment=deployment,
            region=region,
            table=dynamodb.TableV2.from_table_name(self, "Table", deployment.table),
            code=lambda_.Code.from_asset(str(package)),
            orders_code=lambda_.Code.from_asset(str(orders_package(package))),
            live_code=lambda_.Code.from_asset(str(live_package(package))),
        )
        self._woken = alarm_topic(
            self,
            "AlarmTopic",
            name="carte-alarms",
            account=deployment.account,
            addresses=deployment.alarm_addresses,
        )
        if deployment.stage == "local" and region in deployment.picture_regions:
            # Deployed, they are beside the site's copies; emulators have no stacks of the edge.
            PictureBucket(self, "Pictures", account=deployment.account, region=region)
        SearchTables(self, "SearchTables", account=deployment.account, region=region)
        menu_api = self._menu_api()
        # A strongly consistent table takes no transactions, and every count is one.
        self._alert_queue = None if deployment.database.strong else AlertQueue(self, "AlertQueue")
        rest = RestApi(
            self,
            "RestApi",
            deployment=deployment,
            alias=menu_api.alias,
            webhook=self._webhook(),
            opting_out=self._alerts(),
        )
        # A strongly consistent table takes no transactions, and every order is one.
        orders = None if deployment.database.strong else self._fulfilment()
        topics = TopicQueue(self, "LiveTopics")
        live = LiveUpdates(self, "Live", home=self._home, topics=topics)
        LiveAlarms(self, "LiveAlarms", live=live, topics=topics, topic=self._woken)
        # A strongly consistent table takes no transactions, and every edit of roles is one.
        people = None if deployment.database.strong else self._people_notices()
        given_up = self._convergence(orders, topics.queue, people)
        SavedQueries(self, "Queries")
        # A strongly consistent table takes no transactions, and every count is one. It has no
        # last-writer-wins either, so there is nothing to reconcile.
        if not deployment.database.strong:
            self._inventory()
            ReconcilerFunction(
                self,
                "Reconciler",
                home=self._home,
                dead_letters=given_up,
                topic=self._woken,
            )
        alarms = ServingAlarms(
            self, "ServingAlarms", menu_api=menu_api, api=rest.api, topic=self._woken
        )
        ObjectiveAlarms(self, "Objectives", topic=self._woken)
        Shifting(
            self,
            "Shifting",
            alias=menu_api.alias,
            shift=deployment.lambdas.shift,
            alarms=alarms.stop_deployment,
        )
        url = self._reached_at(rest, live)
        if deployment.canary_store:
            Canary(
                self,
                "Canary",
                url=url,
                region=region,
                store=deployment.canary_store,
                topic=self._woken,
                secret=origin_secret_reference(deployment.edge.origin_secret)
                if deployment.has_edge
                else "",
            )
        CfnOutput(self, "Url", value=url, description="Base URL of this region's API.")

    def _menu_api(self) -> MenuApi:
        home, cache = self._home, self._home.deployment.cache
        if not cache.dax_node:
            return MenuApi(self, "MenuApi", home=home)
        zones = cache.zones_of(home.region)
        near = home.region == home.deployment.primary
        network = Network(self, "Network", zones=zones, issuer_is_near=near)
        dax = Dax(
            self,
            "Dax",
            deployment=home.deployment,
            zones=zones,
            table=home.table,
            network=network,
        )
        return MenuApi(self, "MenuApi", home=home, network=network, dax=dax)

    def _webhook(self) -> lambda_.IFunction | None:
        if not self._home.deployment.takes_cards:
            return None
        webhook = PaymentWebhook(self, "PaymentWebhook", home=self._home)
        PaymentAlarms(self, "PaymentAlarms", webhook=webhook, topic=self._woken)
        return webhook.alias

    def _fulfilment(self) -> sqs.IQueue:
        orders = OrderQueue(self, "OrderQueue")
        FulfilmentAlarms(
            self,
            "FulfilmentAlarms",
            orders=orders,
            fulfilment=Fulfilment(self, "Fulfilment", home=self._home, orders=orders),
            sweeper=SweeperFunction(self, "Sweeper", home=self._home, orders=orders),
            topic=self._woken,
        )
        return orders.queue

    def _alerts(self) -> lambda_.IFunction | None:
        if self._alert_queue is None:
            return None
        alerts = StockAlerts(self, "StockAlerts", home=self._home, alerts=self._alert_queue)
        StockAlertAlarms(
            self,
            "StockAlertAlarms",
            alerts=self._alert_queue,
            function=alerts,
            topic=self._woken,
        )
        return alerts.alias

    def _people_notices(self) -> sqs.IQueue:
        people = PeopleQueue(self, "PeopleQueue")
        PeopleNoticesAlarms(
            self,
            "PeopleNoticesAlarms",
            people=people,
            function=PeopleNotices(self, "PeopleNotices", home=self._home, people=people),
            topic=self._woken,
        )
        return people.queue

    def _convergence(
        self, orders: sqs.IQueue | None, topics: sqs.IQueue, people: sqs.IQueue | None
    ) -> sqs.IQueue:
        """Make the stream Lambda; return the queue of the records that it gave up."""
        sold_out: sns.ITopic = topic(self, "SoldOut", name="carte-sold-out")
        convergence = Convergence(
            self,
            "Convergence",
            home=self._home,
            sold_out=sold_out,
            orders=orders,
            topics=topics,
            alerts=self._alert_queue.queue if self._alert_queue else None,
            people=people,
        )
        DataAlarms(
            self,
            "DataAlarms",
            table=self._home.deployment.table,
            replicated=not self._home.deployment.database.strong,
            convergence=convergence,
            topic=self._woken,
        )
        return convergence.dead_letters

    def _inventory(self) -> None:
        files = CountFiles(
            self,
            "CountFiles",
            account=self._home.deployment.account,
            region=self._home.region,
            timeout_s=TIMEOUT_S,
        )
        imports = topic(self, "StockImports", name="carte-stock-imports")
        inventory = Inventory(self, "Inventory", home=self._home, files=files, imports=imports)
        CountFileAlarms(
            self, "CountFileAlarms", files=files, inventory=inventory, topic=self._woken
        )

    def _reached_at(self, rest: RestApi, live: LiveUpdates) -> str:
        """Give the APIs their names, where there are any; the base URL of this region alone."""
        deployment, region = self._home.deployment, self._home.region
        if not deployment.domain:
            self._live_url(live.stage.url)
            return rest.api.url.removesuffix("/")
        host = deployment.domain.regional_api(region)
        health = Health(
            self,
            "Health",
            host=host,
            region=region,
            topic=self._woken,
            routing_control=deployment.recovery.controls.get(region, ""),
            switched=deployment.recovery.health_checks.get(region, ""),
        )
        CfnOutput(
            self,
            "HealthCheckId",
            value=health.region_id,
            description="Health check of this region; a parameter of the stack carte-health.",
        )
        Names(
            self,
            "Names",
            domain=deployment.domain,
            region=region,
            api=rest.api,
            health=health,
            followed=deployment.has_edge and len(deployment.regions) > 1,
            has_third=deployment.has_third,
        )
        LiveNames(
            self,
            "LiveNames",
            domain=deployment.domain,
            region=region,
            stage=live.stage,
            health_check=health.region_id,
            followed=deployment.has_edge and len(deployment.regions) > 1,
        )
        self._live_url(f"wss://{deployment.domain.regional_live(region)}/{MAPPING}")
        return f"https://{host}"

    def _live_url(self, url: str) -> None:
        CfnOutput(
            self, "LiveUrl", value=url, description="URL of this region's live updates (WebSocket)."
        )
