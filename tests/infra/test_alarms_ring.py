"""Every alarm rings by its own cause, and by that alone where nothing else is wrong.

What AWS publishes is put under the dimensions that its documents name (`infra_cdk.checks.metrics`);
what carte publishes is written by the code that runs in its Lambdas.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from infra_cdk.checks.metrics import metrics_exist
from infra_cdk.checks.model import Cloud, as_text
from infra_cdk.checks.objectives import COMPOSITE, METRIC_ALARM
from services.alerts.deliveries import Deliveries as AlertDeliveries
from services.alerts.report import REFUSED
from services.convergence.batch import Batches
from services.convergence.passes import Slice, idle_line, log_line
from services.convergence.repair import Outcome
from services.domain import log_lines
from services.domain.documents.layout import InvalidDocumentError
from services.domain.faults import TABLE_UNAVAILABLE
from services.domain.live import topics
from services.domain.orders.wakeups import entry
from services.domain.people.notice_messages import PersonToLookAt, SignIn
from services.domain.people.notice_messages import entry as person_entry
from services.domain.stamp import Stamp
from services.domain.stock_alerts.wakeups import StoreToLookAt
from services.domain.stock_alerts.wakeups import entry as alert_entry
from services.fulfilment.deliveries import Deliveries as OrderDeliveries
from services.fulfilment.report import NOTICES_FAILED, TO_OPERATOR
from services.fulfilment.sweeping import Sweep
from services.inventory.deliveries import Deliveries
from services.live.evaluation import Evaluation
from services.live.fan_out import FanOut
from services.live.posting import Posted
from services.live.query import LiveQuery
from services.live.report import Report
from services.payments.secrets import PaymentSecrets
from services.payments.webhook import Webhook
from services.people_notices.deliveries import Deliveries as PeopleDeliveries
from services.people_notices.mailing import PeopleMailing
from services.people_notices.report import REFUSED as NOTICE_REFUSED
from services.storage.findings import ReconcilerFindings
from services.storage.live_records import Group, Subscription
from services.storage.living_regions import LivingRegions
from services.storage.regions import RegionStates
from tests.infra.cloudwatch import Metrics, both, state
from tests.infra.conftest import Assembly

HERE = "carte-eu-west-1"
REGION = re.compile(r"[a-z]{2}-[a-z]+-\d$")
DEPLOYED = ("us-east-1", "eu-west-1", "ap-southeast-1")
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
# Alarms that ring where nothing is published, because a schedule is off.
SCHEDULED = frozenset({"carte-reconciler-behind", "carte-region-unheard"})


def image(at: int) -> dict[str, Any]:
    """An item of the table, as stream records hold it."""
    rev = {"S": str(Stamp(at, "eu-west-1"))}
    key = {"pk": {"S": "STORE#1"}, "sk": {"S": "PROFILE"}}
    return {**key, "rev": rev, "body": {"S": "{}"}}


RECORD: dict[str, Any] = {
    "eventName": "MODIFY",
    "dynamodb": {
        "SequenceNumber": "1",
        "Keys": {"pk": {"S": "STORE#1"}, "sk": {"S": "PROFILE"}},
        "OldImage": image(1),
        "NewImage": image(2),
    },
}
UPLOAD: dict[str, Any] = {
    "messageId": "1",
    "body": '{"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "counts/a.csv", '
    '"versionId": "1", "sequencer": "1", "eTag": "e"}}}]}',
}

Cause = Callable[["Region", Metrics], object]


class Region:
    """The names of one deployed region that metrics are published under."""

    def __init__(self, assembly: Assembly) -> None:
        self._template = assembly.template(HERE)["Resources"]
        self.edge = assembly.template("carte-edge")["Resources"]

    def function(self, part: str, resources: Mapping[str, Any] | None = None) -> str:
        """The function's name, as templates refer to it."""
        return as_text({"Ref": self._one("AWS::Lambda::Function", part, resources)})

    def alias(self, part: str) -> str:
        """The dimension Resource of an alias: `<function>:live`."""
        function = self._one("AWS::Lambda::Function", part)
        return as_text({"Fn::Join": ["", [{"Ref": function}, ":live"]]})

    def queue(self, part: str) -> str:
        """The queue's name, as templates refer to it."""
        name = self._one("AWS::SQS::Queue", part)
        return as_text({"Fn::GetAtt": [name, "QueueName"]})

    def stage(self) -> str:
        """The stage's name, as templates refer to it."""
        return as_text({"Ref": self._one("AWS::ApiGateway::Stage", "")})

    def distribution(self) -> str:
        """The distribution's id, as templates refer to it."""
        return as_text({"Ref": self._one("AWS::CloudFront::Distribution", "", self.edge)})

    def _one(self, kind: str, part: str, resources: Mapping[str, Any] | None = None) -> str:
        (name,) = (
            name
            for name, body in (resources or self._template).items()
            if body["Type"] == kind and name.startswith(part)
        )
        return name


def lambda_(part: str, metric: str, values: list[float]) -> Cause:
    """A Lambda publishes a metric, by function and by alias."""
    return lambda region, metrics: metrics.aws(
        "AWS/Lambda",
        metric,
        values,
        FunctionName=region.function(part),
        Resource=region.alias(part),
    )


def api(metric: str, values: list[float]) -> Cause:
    """The API publishes a metric."""
    return lambda region, metrics: metrics.aws(
        "AWS/ApiGateway", metric, values, ApiName="carte-api", Stage=region.stage()
    )


def of_method(metrics: Metrics, metric: str, values: list[float], path: str, method: str) -> None:
    """API Gateway publishes a metric of a method, as it does with detailed metrics."""
    where = {"ApiName": "carte-api", "Stage": "live", "Resource": path, "Method": method}
    metrics.put("AWS/ApiGateway", metric, values, **where)


def route(path: str, method: str, *, failed: int = 0, slow: int = 0, slow_ms: float = 0) -> Cause:
    """A route answers a thousand requests, of which some fail or are slow."""

    def cause(region: Region, metrics: Metrics) -> None:
        answered = {
            "Count": [1.0] * 1000,
            "5XXError": [1.0] * failed + [0.0] * (1000 - failed),
            "Latency": [slow_ms] * slow + [20.0] * (1000 - slow),
        }
        for metric, values in answered.items():
            of_method(metrics, metric, values, path, method)
            # The stage's alarms name it by reference.
            where = {"ApiName": "carte-api", "Stage": region.stage()}
            metrics.put("AWS/ApiGateway", metric, values, **where)

    return cause


def cdn(metric: str, values: list[float]) -> Cause:
    """CloudFront publishes a metric of the distribution."""
    return lambda region, metrics: metrics.aws(
        "AWS/CloudFront", metric, values, DistributionId=region.distribution(), Region="Global"
    )


def waiting(part: str) -> Cause:
    """A message waits in a queue."""
    return lambda region, metrics: metrics.aws(
        "AWS/SQS", "ApproximateNumberOfMessagesVisible", [1], QueueName=region.queue(part)
    )


def raising(error: Exception) -> Callable[..., Any]:
    """A function that fails."""

    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def stream(settle: Callable[..., Any], alert: Callable[..., Any] | None = None) -> Cause:
    """The convergence Lambda takes a record of its stream."""

    def cause(_: Region, metrics: Metrics) -> None:
        lines: list[str] = []
        repairer: Any = SimpleNamespace(settle=settle)
        alerts: Any = SimpleNamespace(look_at=alert) if alert else None
        Batches("eu-west-1", repairer, alerts=alerts, log=lines.append).answer(
            {"Records": [RECORD]}
        )
        metrics.log(lines)

    return cause


def reconciled(*, found: int = 0, unverified_ms: int = 0) -> Cause:
    """The reconciler ends a slice of its pass."""

    def cause(_: Region, metrics: Metrics) -> None:
        findings = ReconcilerFindings(documents=3, found=Counter({"lost": found}), repaired=found)
        done = Slice(None, findings, 12.0)
        metrics.log([log_line(done, "eu-west-1", 0, unverified_ms=unverified_ms)])

    return cause


def count_file(settle: Callable[..., Any]) -> Cause:
    """The inventory Lambda takes a message about a count file."""

    def cause(_: Region, metrics: Metrics) -> None:
        lines: list[str] = []
        files: Any = SimpleNamespace(settle=settle)
        Deliveries(files, lines.append).answer({"Records": [UPLOAD]})
        metrics.log(lines)

    return cause


def order(perform: Callable[..., Any]) -> Cause:
    """The fulfilment Lambda takes a message about an order."""

    def cause(_: Region, metrics: Metrics) -> None:
        lines: list[str] = []
        performer: Any = SimpleNamespace(perform=perform)
        record = {"messageId": "1", "body": entry("a" * 26, "1")["MessageBody"]}
        worker = OrderDeliveries("eu-west-1", performer, lambda *_: frozenset(), lines.append)
        worker.answer({"Records": [record]})
        metrics.log(lines)

    return cause


def counting(name: str) -> Callable[..., bool]:
    """Work on an order that counts something."""

    def perform(*given: Any) -> bool:
        given[3].counts[name] += 1
        return True

    return perform


def swept(minutes: int) -> Cause:
    """The sweeper finds work that is due for so long."""

    def cause(_: Region, metrics: Metrics) -> None:
        done = Sweep(found=1, sent=1, oldest_ms=minutes * 60_000)
        metrics.log([done.line("eu-west-1", 0, frozenset())])

    return cause


def silent(seconds: int) -> Cause:
    """Nothing of another region has arrived for so long; the sweeper says so."""

    def cause(_: Region, metrics: Metrics) -> None:
        metrics.log([Sweep(silent_s=seconds).line("eu-west-1", 0, frozenset())])

    return cause


class Heard:
    """The heartbeats that have arrived in a region."""

    def __init__(self, *regions: str) -> None:
        self._regions = regions

    def states(self) -> RegionStates:
        """All of them are of now."""
        return RegionStates(dict.fromkeys(self._regions, MINUTE_MS), frozenset())


def sweep_that_hears(*regions: str) -> Cause:
    """The sweeper looks at the heartbeats that arrived; those of the other regions never did."""

    def cause(_: Region, metrics: Metrics) -> None:
        living = LivingRegions(Heard("eu-west-1", *regions), "eu-west-1", DEPLOYED)
        lives = living(MINUTE_MS)
        done = Sweep(silent_s=living.silent_s(MINUTE_MS), unheard=living.unheard())
        metrics.log([done.line("eu-west-1", MINUTE_MS, lives)])

    return cause


def alerted(look: Callable[..., Any]) -> Cause:
    """The Lambda of stock alerts takes a message about a store."""

    def cause(_: Region, metrics: Metrics) -> None:
        lines: list[str] = []
        mailing: Any = SimpleNamespace(look=look)
        worker = AlertDeliveries(
            "eu-west-1", mailing, lambda _: frozenset(), send=FAILS, log=lines.append
        )
        body = alert_entry(0, StoreToLookAt("berlin", 0))["MessageBody"]
        worker.answer({"Records": [{"messageId": "1", "body": body}]})
        metrics.log(lines)

    return cause


def person_looked_at(look: Callable[..., Any]) -> Cause:
    """The Lambda of notices takes a message about a person."""

    def cause(_: Region, metrics: Metrics) -> None:
        lines: list[str] = []
        mailing: Any = SimpleNamespace(look=look)
        worker = PeopleDeliveries(
            "eu-west-1", mailing, lambda _: frozenset(), send=FAILS, log=lines.append
        )
        body = person_entry(0, PersonToLookAt("kim", 0))["MessageBody"]
        worker.answer({"Records": [{"messageId": "1", "body": body}]})
        metrics.log(lines)

    return cause


def refused_notice(*given: Any) -> None:
    """Count a notice that the mail service refused."""
    given[3].counts[NOTICE_REFUSED] += 1


def given_up(*given: Any) -> int | None:
    """Look at a first sign-in of long ago, which is given up as nobody was mailed."""
    person, _, living, report = given
    person = person._replace(sign_in=SignIn("kim@example.org", "en", is_new_device=True))
    nobody: Any = None
    unmailed: Any = SimpleNamespace(held=lambda _: SimpleNamespace(mailed={}))
    mailing = PeopleMailing(HERE, (HERE,), nobody, unmailed, nobody, mails=nobody, site="")
    return mailing.look(person, DAY_MS + 1, living, report)


def still_waiting(*given: Any) -> int:
    """Look at a store of long ago whose subscribers still wait for a mail."""
    now_ms: int = given[1]
    return now_ms + 60_000


def refused_mail(*given: Any) -> None:
    """Count a mail that the mail service refused."""
    given[3].counts[REFUSED] += 1


def webhook_with_an_unreadable_secret(_: Region, metrics: Metrics) -> None:
    """The payment secret still holds the random text that the deployment made."""
    lines: list[str] = []
    recorder: Any = None
    webhook = Webhook(PaymentSecrets(lambda: "random"), recorder, lines.append)
    assert webhook.answer({"body": "{}", "headers": {}})["statusCode"] == 503
    metrics.log(lines)


def sent(posted: Posted, evaluate: Callable[..., Any] | None = None) -> Cause:
    """The fan-out sends a store's state to eleven open pages."""

    def cause(_: Region, metrics: Metrics) -> None:
        query = LiveQuery("subscription { regionStatus { version } }", None, "{}", None)
        group = Group(query.dump(), frozenset({"store:1"}))
        rows = SimpleNamespace(
            subscriptions=lambda _: [
                Subscription("page", str(at), query.group) for at in range(11)
            ],
            known_groups=lambda _: {query.group: group},
        )
        table: Any = SimpleNamespace(topics=rows)
        posting: Any = SimpleNamespace(
            post_all=lambda messages, _stop: [posted for _ in messages],
            each=lambda work, entries: [work(one) for one in entries],
            post=lambda *_: posted,
            close=lambda _: None,
        )
        state = Evaluation({"regionStatus": None}, [], group.topics, [])
        report = Report()
        fan_out = FanOut(
            table,
            evaluate or (lambda _: state),
            lambda _, roles: tuple(roles),
            posting,
            lambda _: None,
            sleep=lambda _: None,
        )
        record = {"messageId": "1", "body": topics.entry(0, "store:1", 0)["MessageBody"]}
        fan_out.answer({"Records": [record]}, report)
        metrics.log(report.lines("eu-west-1", 0, 1.0).splitlines())

    return cause


def waiting_long(part: str) -> Cause:
    """A message waits in a queue for more than a minute."""
    return lambda region, metrics: metrics.aws(
        "AWS/SQS", "ApproximateAgeOfOldestMessage", [61], QueueName=region.queue(part)
    )


def answered_with_faults(_: Region, metrics: Metrics) -> None:
    """Four of a few hundred calls of the menu Lambda end in a fault; none fails as a call."""
    line = log_lines.fault_counts(0, log_lines.MENU_API, TABLE_UNAVAILABLE)
    metrics.log([log_lines.text(line)] * 4)


def repaired(*_: object) -> Outcome:
    """A repair; a batch counts one, so five hundred batches are over the bound."""
    return Outcome("STORE")


def late(_: Region, metrics: Metrics) -> None:
    """DynamoDB replicates to one of two regions 40 s late."""
    for receiving, ms in (("us-east-1", 800), ("ap-southeast-1", 40_000)):
        metrics.aws(
            "AWS/DynamoDB",
            "ReplicationLatency",
            [ms],
            TableName="carte",
            ReceivingRegion=receiving,
        )


def many(cause: Cause, times: int) -> Cause:
    """The same again and again within a period."""

    def repeated(region: Region, metrics: Metrics) -> None:
        for _ in range(times):
            cause(region, metrics)

    return repeated


FAILS = raising(ConnectionError("the table does not answer"))
MENUS = "/graphql/persisted/{documentId}"
CALLS = lambda_("MenuApi", "Invocations", [1.0] * 100)
# Alarm to what makes it ring.
CAUSES: Mapping[str, Cause] = {
    "carte-menu-errors": lambda_("MenuApi", "Errors", [1] * 4),
    "carte-menu-faults": answered_with_faults,
    "carte-menu-slow": lambda_("MenuApi", "Duration", [20.0] * 98 + [1500.0] * 2),
    "carte-menu-throttled": lambda_("MenuApi", "Throttles", [1.0] * 11),
    "carte-api-errors": api("5XXError", [1.0] * 20),
    "carte-api-slow": api("Latency", [1500.0] * 4),
    # Of a budget of one in a thousand, 14.4 and 6 times as many; of one in a hundred, likewise.
    "carte-slo-menus-availability-fast": route(MENUS, "GET", failed=18),
    "carte-slo-menus-availability-slow": route(MENUS, "GET", failed=10),
    "carte-slo-menus-latency-fast": route(MENUS, "GET", slow=180, slow_ms=210),
    "carte-slo-menus-latency-slow": route(MENUS, "GET", slow=100, slow_ms=210),
    "carte-slo-graphql-availability-fast": route("/graphql", "POST", failed=18),
    "carte-slo-graphql-availability-slow": route("/graphql", "GET", failed=10),
    "carte-slo-graphql-latency-fast": route("/graphql", "GET", slow=180, slow_ms=510),
    "carte-slo-graphql-latency-slow": route("/graphql", "POST", slow=100, slow_ms=510),
    "carte-canary-failed": lambda _, metrics: metrics.aws(
        "CloudWatchSynthetics", "SuccessPercent", [0], CanaryName="carte-menu"
    ),
    "carte-drain": lambda _, metrics: metrics.put("carte", "Drained", [1]),
    "carte-replication-late": late,
    "carte-repairs": many(stream(repaired), 501),
    "carte-convergence-errors": stream(FAILS),
    "carte-convergence-behind": lambda_("Convergence", "IteratorAge", [61_000]),
    "carte-convergence-throttled": lambda_("Convergence", "Throttles", [1]),
    "carte-convergence-gave-up": waiting("ConvergenceDeadLetters"),
    "carte-convergence-skipped": stream(raising(InvalidDocumentError("of a newer version"))),
    "carte-reconciler-found": reconciled(found=1),
    "carte-reconciler-behind": reconciled(unverified_ms=25 * 3600 * 1000),
    "carte-reconciler-errors": lambda_("Reconciler", "Errors", [1]),
    "carte-sold-out-alerts-failed": stream(lambda *_: Outcome(None), FAILS),
    "carte-inventory-errors": count_file(FAILS),
    "carte-fulfilment-errors": order(FAILS),
    "carte-fulfilment-gave-up": waiting("OrderQueueDeadLetters"),
    "carte-alerts-errors": alerted(FAILS),
    "carte-alerts-gave-up": waiting("AlertQueueDeadLetters"),
    "carte-alert-mails-refused": alerted(refused_mail),
    "carte-alert-mails-too-late": alerted(still_waiting),
    "carte-people-notices-errors": person_looked_at(FAILS),
    "carte-people-notices-gave-up": waiting("PeopleQueueDeadLetters"),
    "carte-people-mails-refused": person_looked_at(refused_notice),
    "carte-people-notices-too-late": person_looked_at(given_up),
    "carte-orders-overdue": swept(16),
    "carte-region-silent": silent(301),
    "carte-region-unheard": sweep_that_hears("us-east-1"),
    "carte-sweeper-errors": lambda_("Sweeper", "Errors", [1]),
    "carte-notices-failed": order(counting(NOTICES_FAILED)),
    "carte-orders-contradict": order(counting(TO_OPERATOR)),
    "carte-live-errors": sent(Posted.SENT, FAILS),
    "carte-live-gave-up": waiting("LiveTopicsDeadLetters"),
    "carte-live-behind": waiting_long("LiveTopicsQueue"),
    "carte-live-posts-failed": sent(Posted.FAILED),
    "carte-live-throttled": sent(Posted.THROTTLED),
    "carte-payment-webhook-errors": webhook_with_an_unreadable_secret,
    "carte-count-files-gave-up": waiting("CountFilesDeadLetters"),
    "carte-edge-errors": cdn("5xxErrorRate", [2]),
    "carte-edge-slow": cdn("OriginLatency", [50.0] * 98 + [2500.0] * 2),
    "carte-edge-function-errors": lambda _, metrics: metrics.aws(
        "AWS/CloudFront",
        "FunctionExecutionErrors",
        [1],
        FunctionName="carte-choose-region",
        Region="Global",
    ),
    "carte-unhealthy-": lambda _, metrics: metrics.aws(
        "AWS/Route53", "HealthCheckStatus", [0], HealthCheckId='{"Ref": "HealthCheckOfEuWest1"}'
    ),
}
# A failed invocation is a cause beside those that the code counts itself: out of memory or time.
BESIDE = {
    "carte-convergence-errors": lambda_("Convergence", "Errors", [1]),
    "carte-inventory-errors": lambda_("Inventory", "Errors", [1]),
    "carte-fulfilment-errors": lambda_("Fulfilment", "Errors", [1]),
    "carte-payment-webhook-errors": lambda_("PaymentWebhook", "Errors", [1]),
    "carte-alerts-errors": lambda_("StockAlerts", "Errors", [1]),
    "carte-live-errors": lambda_("LiveFanOut", "Errors", [1]),
    "carte-people-notices-errors": lambda_("PeopleNotices", "Errors", [1]),
}
# Where one cause makes two alarms ring on purpose.
TOGETHER = {
    "carte-convergence-skipped": {"carte-convergence-errors"},
    "carte-sold-out-alerts-failed": {"carte-convergence-errors"},
    "carte-live-throttled": {"carte-live-posts-failed"},
    # What burns fast for hours burns slowly, too.
    **{
        f"carte-slo-{name}-fast": {f"carte-slo-{name}-slow"}
        for route_ in ("menus", "graphql")
        for name in (f"{route_}-availability", f"{route_}-latency")
    },
}


def a_quiet_hour(region: Region, metrics: Metrics) -> None:
    """What is published while all is well."""
    a_quiet_hour_without_the_reconciler(region, metrics)
    metrics.log([idle_line("eu-west-1", 0, 6 * 3600 * 1000)])


def a_quiet_hour_without_the_sweeper(region: Region, metrics: Metrics) -> None:
    """What is published while all is well but for the sweeper's schedule, which is off."""
    a_quiet_hour_without_schedules(region, metrics)
    metrics.log([idle_line("eu-west-1", 0, 6 * 3600 * 1000)])


def a_quiet_hour_without_the_reconciler(region: Region, metrics: Metrics) -> None:
    """What is published while all is well but for the reconciler's schedule, which is off."""
    a_quiet_hour_without_schedules(region, metrics)
    swept(1)(region, metrics)


def a_quiet_hour_without_schedules(region: Region, metrics: Metrics) -> None:
    """What is published while all is well by what requests and records start."""
    CALLS(region, metrics)
    api("Latency", [20.0] * 100)(region, metrics)
    api("5XXError", [0.0] * 1000)(region, metrics)
    metrics.aws("CloudWatchSynthetics", "SuccessPercent", [100], CanaryName="carte-menu")
    stream(lambda *_: Outcome(None))(region, metrics)
    count_file(lambda *_: {"status": "loaded", "loaded": 3})(region, metrics)
    order(counting("DutiesDone"))(region, metrics)
    sent(Posted.SENT)(region, metrics)
    for name in ("UsEast1", "EuWest1", "ApSoutheast1"):
        reference = f'{{"Ref": "HealthCheckOf{name}"}}'
        metrics.aws("AWS/Route53", "HealthCheckStatus", [1], HealthCheckId=reference)


def alarms(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """All alarms of a region, of the edge and of its health check, by name."""
    found: dict[str, dict[str, Any]] = {}
    for stack in (HERE, "carte-edge", "carte-health"):
        for one in assembly.resources(stack, METRIC_ALARM).values():
            name = str(one["AlarmName"])
            if name.startswith("carte-unhealthy-") and not name.endswith("eu-west-1"):
                continue
            found[REGION.sub("", name)] = one
    return found


def parts(assembly: Assembly) -> set[str]:
    """Names of the metric alarms that notify nobody: each is part of a composite."""
    return {name for name, one in alarms(assembly).items() if "AlarmActions" not in one}


def composites(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """The composite alarms of a region, by name."""
    found = assembly.resources(HERE, COMPOSITE).values()
    return {str(one["AlarmName"]): one for one in found}


def ringing(assembly: Assembly, *causes: Cause) -> set[str]:
    """The alarms that ring while these causes last."""
    return notifying(assembly, published(assembly, Metrics(), *causes))


def published(assembly: Assembly, metrics: Metrics, *causes: Cause) -> Metrics:
    """Publish what the causes do."""
    region = Region(assembly)
    for cause in causes:
        cause(region, metrics)
    return metrics


def notifying(assembly: Assembly, metrics: Metrics) -> set[str]:
    """The alarms that somebody is notified of: metric alarms but for parts, and composites."""
    found = alarms(assembly)
    by_id = assembly.resources(HERE, METRIC_ALARM)
    plain = {
        name for name in found.keys() - parts(assembly) if state(found[name], metrics) == "ALARM"
    }
    return plain | {
        name for name, one in composites(assembly).items() if both(one, by_id, metrics) == "ALARM"
    }


def test_every_alarm_has_a_cause(production: Assembly) -> None:
    named = alarms(production).keys() - parts(production) | composites(production).keys()
    assert named == CAUSES.keys()


def test_no_alarm_rings_while_all_is_well(production: Assembly) -> None:
    assert ringing(production, a_quiet_hour) == set()


@pytest.mark.parametrize("name", CAUSES)
def test_an_alarm_rings_by_its_cause_and_no_other_does(production: Assembly, name: str) -> None:
    causes = [CAUSES[name], CALLS]
    if name != "carte-unhealthy-":
        causes.append(a_quiet_hour)
    if name == "carte-canary-failed":
        causes.remove(a_quiet_hour)
    rang = ringing(production, *causes)
    # Their silence is an alarm.
    quiet = a_quiet_hour in causes
    silent = set() if quiet else {"carte-unhealthy-", *SCHEDULED}
    assert rang - silent == {name, *TOGETHER.get(name, ())} - silent
    assert name in rang


def test_a_region_that_is_heard_rings_nobody(production: Assembly) -> None:
    heard = sweep_that_hears("us-east-1", "ap-southeast-1")
    assert ringing(production, a_quiet_hour, heard) == set()


def test_a_sweeper_that_nobody_runs_rings(production: Assembly) -> None:
    rang = ringing(production, a_quiet_hour_without_the_sweeper)
    assert rang == {"carte-region-unheard"}


def test_a_reconciler_that_nobody_runs_rings(production: Assembly) -> None:
    rang = ringing(production, a_quiet_hour_without_the_reconciler)
    assert rang == {"carte-reconciler-behind"}


def burning(assembly: Assembly, lasting_s: int, now: Cause, before: Cause) -> set[str]:
    """The alarms that ring after some time of this, which began after a long time of that."""
    earlier = published(assembly, Metrics(), a_quiet_hour, before)
    metrics = Metrics(lasting_s=lasting_s, before=earlier)
    return notifying(assembly, published(assembly, metrics, a_quiet_hour, now))


def test_a_budget_that_burns_for_an_hour_rings_before_six_hours_show_it(
    production: Assembly,
) -> None:
    well, failing = route(MENUS, "GET"), route(MENUS, "GET", failed=18)
    assert burning(production, 3600, failing, well) == {"carte-slo-menus-availability-fast"}


def test_a_blink_rings_nobody_and_an_incident_that_is_over_stops_ringing(
    production: Assembly,
) -> None:
    well, failing = route(MENUS, "GET"), route(MENUS, "GET", failed=18)
    slow = route("/graphql", "POST", slow=180, slow_ms=510)
    assert burning(production, 300, failing, well) == set()
    # The last hour is still over the bound: eleven of its twelve parts failed.
    assert burning(production, 300, well, failing) == {"carte-slo-menus-availability-slow"}
    assert burning(production, 1800, well, failing) == set()
    assert burning(production, 1800, route("/graphql", "POST"), slow) == set()


def test_few_requests_of_a_quiet_night_ring_nobody(production: Assembly) -> None:
    def lost(_: Region, metrics: Metrics) -> None:
        of_method(metrics, "Count", [1.0] * 60, MENUS, "GET")
        of_method(metrics, "5XXError", [1.0] + [0.0] * 59, MENUS, "GET")

    assert ringing(production, a_quiet_hour, lost) == set()


@pytest.mark.parametrize("name", BESIDE)
def test_an_invocation_that_fails_rings_too(production: Assembly, name: str) -> None:
    assert ringing(production, a_quiet_hour, BESIDE[name]) == {name}


def test_all_alarms_and_graphs_look_at_metrics_that_exist(
    production: Assembly, options: Assembly, strong: Assembly
) -> None:
    for assembly in (production, options, strong):
        cloud = Cloud.of_assembly(assembly.folder)
        assert [f"{one.logical_id} {problem}" for one, problem in metrics_exist(cloud)] == []
